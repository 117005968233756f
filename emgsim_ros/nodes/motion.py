"""The motion node: plays a movement as joint targets, ahead of the simulation clock.

Each target carries the time at which it applies. The latest ones are kept for late subscribers, so a musculoskeletal
node that starts or restarts receives the present ones.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sensor_msgs.msg import JointState

from ..motion import MotionTarget, load_movement
from ..parameters import MotionParameters
from ..signals import topics
from ..signals.simulation_time import NANOSECONDS, first_sample_at_or_after, from_seconds, sample_stamp
from . import qos
from .graph_node import GraphNode, run
from .named_arrays import NamedArrays
from .stamps import stamp_of_serialised


class MotionNode(GraphNode):
    """Subscribes to /clock; publishes /motion/target (sensor_msgs/JointState; effort is the load to hold, N m)."""

    def __init__(self, **options: Any) -> None:
        super().__init__("motion", MotionParameters, **options)
        parameters = self.parameters
        self._movement = load_movement(parameters.movement)
        self._movement_start = 0
        self._rate = parameters.rate
        self._lookahead = from_seconds(parameters.lookahead)
        self._next = 0
        self._now = 0
        depth = max(round(parameters.lookahead * parameters.rate), 1)
        self._targets = self.publisher(topics.MOTION_TARGET, qos.history(depth))
        self.subscribe(topics.CLOCK, self._on_clock, qos.stream(100.0), raw=True)
        self._publish_until(self._lookahead)

    def simulation_stamp(self) -> int:
        """The latest time on /clock."""
        return self._now

    def health(self) -> dict[str, Any]:
        """The movement and the number of targets published."""
        return {"movement": self.parameters.movement, "targets": self._next}

    def parameters_changed(self, names: set[str]) -> None:
        """Start a new movement with the next target."""
        if "movement" in names:
            self._movement = load_movement(self.parameters.movement)
            self._movement_start = sample_stamp(self._next, self._rate)
            self.get_logger().info(f"movement {self.parameters.movement!r} from {self._movement_start / 1e9:.2f} s")

    def _on_clock(self, message: bytes) -> None:
        self._now = stamp_of_serialised(message)
        expected = first_sample_at_or_after(self._now, self._rate)
        ahead = sample_stamp(self._next, self._rate) - self._now
        if ahead < 0 or ahead > self._lookahead + NANOSECONDS:  # started late, or the simulation was restarted
            self._next = expected
        self._publish_until(self._now + self._lookahead)

    def _publish_until(self, end: int) -> None:
        """Publish all targets before ``end`` (ns) that have not been published yet."""
        while (stamp := sample_stamp(self._next, self._rate)) < end:
            self._targets.publish(_serialised(self._movement.target(stamp - self._movement_start), stamp))
            self._next += 1


def _serialised(target: MotionTarget, stamp: int) -> bytes:
    return _messages(target.coordinates).serialised(stamp, target.position, target.velocity, target.load)


@cache
def _messages(coordinates: tuple[str, ...]) -> NamedArrays:
    return NamedArrays(JointState, coordinates, ("position", "velocity", "effort"))


def main() -> int:
    """Entry point of the node."""
    return run(MotionNode)


if __name__ == "__main__":
    raise SystemExit(main())
