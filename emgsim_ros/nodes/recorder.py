"""The recorder node: writes topics to a bag."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

from ..errors import InvalidInput
from ..parameters import RecorderParameters
from ..sessions import BagWriter
from ..sessions.bag_metadata import TopicQos
from ..signals.simulation_time import from_seconds
from ..signals.topics import Topic
from .graph_node import GraphNode, run

SEARCH_PERIOD = 0.1  # s
DEPTH = 2000
MEGABYTE = 1_000_000


class RecorderNode(GraphNode):
    """Subscribes to topics as they appear and writes their serialised messages to a rosbag2 bag (MCAP)."""

    def __init__(self, **options: Any) -> None:
        super().__init__("recorder", RecorderParameters, **options)
        parameters = self.parameters
        self._folder = Path(parameters.bag or datetime.now().strftime("bags/%Y-%m-%d_%H-%M-%S"))
        if self._folder.exists():  # restarted after a crash: the existing bag is left unchanged
            self._folder = self._folder.with_name(f"{self._folder.name}_{datetime.now():%H-%M-%S}")
        largest, longest = round(parameters.max_file_size * MEGABYTE), from_seconds(parameters.max_file_duration)
        self._bag = BagWriter(self._folder, parameters.compression, largest, longest)
        self._missing = set(parameters.topics)
        self.get_logger().info(f"recording to {self._folder}")
        self._search()
        self._search_timer = self.create_timer(SEARCH_PERIOD, self._search, clock=self.steady_clock)
        self.create_timer(parameters.flush_interval, self._flush, clock=self.steady_clock)

    def health(self) -> dict[str, Any]:
        """The bag and the numbers of messages written and lost."""
        return {"bag": self._folder, "messages": sum(self._bag.messages.values()), "messages lost": self._bag.lost}

    def finish(self) -> None:
        """Close the bag and log its contents."""
        self._guarded(self._bag.close)
        messages = self._bag.messages
        self.get_logger().info(
            f"recorded {sum(messages.values())} messages of {len(messages)} topics to {self._folder}"
        )

    def _flush(self) -> None:
        self._guarded(self._bag.flush)

    def _guarded(self, write: Callable[[], None]) -> None:
        """Treat a full disk as a fault; the bag stays readable, and recording resumes when there is space."""
        try:
            write()
        except OSError as error:
            self.fault(f"bag {self._folder}: {error.strerror}; {self._bag.lost} messages are lost")

    def _search(self) -> None:
        """Subscribe to the requested topics that have appeared."""
        if not self._missing:
            self.destroy_timer(self._search_timer)
            return
        types = dict(self.get_topic_names_and_types())
        for topic in sorted(self._missing & set(types)):
            publishers = self.get_publishers_info_by_topic(topic)
            if publishers:
                self._subscribe(topic, types[topic][0], publishers[0].qos_profile)

    def _subscribe(self, topic: str, type_name: str, offered: QoSProfile) -> None:
        self._missing.discard(topic)
        # The offered profile: latched messages are received late as well, and best-effort publishers still match.
        profile = QoSProfile(depth=DEPTH, reliability=offered.reliability, durability=offered.durability)
        try:
            reliable = offered.reliability == ReliabilityPolicy.RELIABLE
            latched = offered.durability == DurabilityPolicy.TRANSIENT_LOCAL
            kept = TopicQos(
                offered.depth or DEPTH,
                "reliable" if reliable else "best_effort",
                "transient_local" if latched else "volatile",
            )
            self._bag.add_topic(topic, type_name, kept)
        except InvalidInput as error:
            self.fault(error)
            return
        self.subscribe(Topic(topic, type_name), partial(self._on_message, topic), profile, raw=True)

    def _on_message(self, topic: str, data: bytes) -> None:
        self._bag.write(topic, time.time_ns(), data)


def main() -> int:
    """Entry point of the node."""
    return run(RecorderNode)


if __name__ == "__main__":
    raise SystemExit(main())
