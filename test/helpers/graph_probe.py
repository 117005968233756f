"""A subscriber beside a running graph, so that tests can wait for what happens in it instead of for seconds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import PointCloud2
from std_msgs.msg import String

from emgsim_ros.nodes import qos
from emgsim_ros.signals.topics import GRAPH_READY

TIMEOUT = 90.0  # s, for a loaded machine


class GraphProbe:
    """Counts what a graph publishes; a context manager.

    Attributes:
        ready: How often each node has reported that its links stand: once more after a restart.
        blocks: Blocks of EMG received.
    """

    def __init__(self) -> None:
        self.ready: Counter[str] = Counter()
        self.blocks = 0
        self._context = rclpy.Context()
        rclpy.init(context=self._context)
        self._node = Node("probe", context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self._node)
        self._node.create_subscription(String, GRAPH_READY.name, self._on_ready, qos.history(10))
        self._node.create_subscription(PointCloud2, "/emg/hd", self._on_block, qos.stream(1000.0), raw=True)

    def __enter__(self) -> GraphProbe:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown()
        self._node.destroy_node()
        rclpy.try_shutdown(context=self._context)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Receive messages until a condition holds.

        Raises:
            AssertionError: It did not hold in time; names ``what`` was waited for.
        """
        end = time.monotonic() + TIMEOUT
        while not condition():
            assert time.monotonic() < end, f"{what} did not come in {TIMEOUT:g} s"
            self._executor.spin_once(timeout_sec=0.1)

    def until_ready(self, node: str, times: int = 1) -> None:
        """Wait until a node has come up that often."""
        self.until(lambda: self.ready[node] >= times, f"{node}, start {times},")

    def until_emg_goes_on(self, blocks: int) -> None:
        """Wait for that many more blocks of EMG."""
        wanted = self.blocks + blocks
        self.until(lambda: self.blocks >= wanted, f"{blocks} blocks of EMG")

    def _on_ready(self, message: String) -> None:
        self.ready[message.data.removeprefix("/")] += 1

    def _on_block(self, _: bytes) -> None:
        self.blocks += 1
