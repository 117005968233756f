"""ROS in one process: a context per test, nodes spun together."""

from __future__ import annotations

import time

import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node


class Ros:
    """A ROS context with nodes to test and a node of the test's own."""

    def __init__(self) -> None:
        self.context = rclpy.Context()
        rclpy.init(context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.nodes: list[Node] = []
        self.probe = self.add(Node("probe", context=self.context))

    def add(self, node: Node) -> Node:
        self.nodes.append(node)
        self.executor.add_node(node)
        return node

    def make(self, kind: type, **overrides: object) -> Node:
        """A node of the graph with parameters."""
        return self.add(kind(context=self.context, overrides=overrides))

    def other(self) -> Node:
        """A second node of the test's own."""
        return self.add(Node("other", context=self.context))

    def collect(self, message_type: type, topic: str, profile: object = 1000) -> list:
        """A list that fills with the messages of a topic."""
        messages: list = []
        self.probe.create_subscription(message_type, topic, messages.append, profile)
        return messages

    def publisher(self, message_type: type, topic: str, profile: object = 1000):
        return self.probe.create_publisher(message_type, topic, profile)

    def until(self, condition, timeout: float = 40.0) -> None:
        """Spin until a condition holds."""
        end = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < end, "the condition did not come true in time"
            self.executor.spin_once(timeout_sec=0.02)

    def matched(self, publisher) -> None:
        """Spin until a publisher has a reader."""
        self.until(lambda: publisher.get_subscription_count() > 0)

    def close(self) -> None:
        for node in self.nodes:
            self.executor.remove_node(node)
            node.destroy_node()
        self.executor.shutdown()
        rclpy.try_shutdown(context=self.context)


@pytest.fixture
def ros():
    ros = Ros()
    yield ros
    ros.close()
