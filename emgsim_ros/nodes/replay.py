"""The replay node: plays a bag in place of the simulating nodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rclpy.publisher import Publisher
from rosgraph_msgs.msg import Clock

from ..errors import InvalidInput
from ..parameters import ReplayParameters
from ..sessions.playing import BagPlayer, PlayedMessage
from ..signals.simulation_time import NANOSECONDS, from_seconds, to_seconds
from ..signals.topics import CLOCK, Topic
from . import qos
from .graph_node import GraphNode, run
from .stamps import to_time
from .start_gate import StartGate

POLL_PERIOD = 0.05  # s between checks until the graph is connected
PLAY_PERIOD = 0.002  # s
CLOCK_PERIOD = NANOSECONDS // 100  # of the clock made for a bag without one
LINGER = NANOSECONDS // 2  # wall time after the last message


class ReplayNode(GraphNode):
    """Publishes a bag's serialised messages at the pace at which they were recorded, and drives /clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__("replay", ReplayParameters, **options)
        parameters = self.parameters
        if not parameters.bag:
            raise InvalidInput("replay: parameter 'bag'", "", "the folder of a bag")
        self._player = BagPlayer(Path(parameters.bag), parameters.topics)
        self._player_publishers: dict[str, Publisher] = {topic: self._publisher(topic) for topic in self._player.topics}
        self._own_clock = CLOCK.name not in self._player.topics
        if self._own_clock:
            self._clock_publisher = self.publisher(CLOCK, qos.stream(100.0))
        self._gate = StartGate(self)
        self._started = 0
        self._played = 0
        self._messages = self._player.messages()
        self._next: PlayedMessage | None = next(self._messages, None)
        self._next_clock = 0
        self._ended_at: int | None = None
        self._timer = self.create_timer(POLL_PERIOD, self._try_start, clock=self.steady_clock)

    def simulation_stamp(self) -> int:
        """Position in the bag, ns from its start."""
        return self._reached()

    def health(self) -> dict[str, Any]:
        """Position in the bag and number of messages played."""
        return {"bag": self.parameters.bag, "bag time (s)": to_seconds(self._reached()), "messages": self._played}

    def _publisher(self, topic: str) -> Publisher:
        recorded = self._player.topics[topic]
        return self.publisher(Topic(topic, recorded.type_name), qos.LATCHED if recorded.latched else qos.stream(2000.0))

    def _try_start(self) -> None:
        if not self._gate.is_open():
            return
        self.destroy_timer(self._timer)
        self._started = self.wall()
        self.get_logger().info(f"playing {self.parameters.bag}: {len(self._player.topics)} topics")
        self._timer = self.create_timer(PLAY_PERIOD, self._play, clock=self.steady_clock)

    def _reached(self) -> int:
        return round((self.wall() - self._started) * self.parameters.rate) if self._started else 0

    def _play(self) -> None:
        now = self._reached()
        end = from_seconds(self.parameters.duration) or self._player.duration + 1
        while self._next is not None and self._next.time <= min(now, end):
            self._tick(self._next.time)
            self._player_publishers[self._next.topic].publish(self._next.data)
            self._played += 1
            self._next = next(self._messages, None)
        if self._next is None or self._next.time > end:
            self._ended_at = self.wall() if self._ended_at is None else self._ended_at
            if self.wall() - self._ended_at > LINGER and not self.finished:
                self.get_logger().info(f"played {self._played} messages; finished")
                self.finished = True

    def _tick(self, time: int) -> None:
        """Publish a clock for a bag that has none: the time at which its messages were recorded."""
        while self._own_clock and self._next_clock <= time:
            self._clock_publisher.publish(Clock(clock=to_time(self._player.start + self._next_clock)))
            self._next_clock += CLOCK_PERIOD


def main() -> int:
    """Entry point of the node."""
    return run(ReplayNode)


if __name__ == "__main__":
    raise SystemExit(main())
