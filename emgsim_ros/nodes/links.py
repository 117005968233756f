"""Whether a node is connected with the rest of its graph, seen from its own side of every topic.

A message is lost when it is sent before its writer knows the reader, or before the reader knows the writer; each side
learns of the other at its own time. So every node checks its own ends, and the clock waits until all of them have
said that theirs are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rclpy.node import Node

READY_TOPIC = "/graph/ready"  # std_msgs/String: a node's name, latched, once its links stand


class Links:
    """The links that a node awaits.

    Args:
        node: The node.
        awaited: Topics, before remapping: one for each subscription to a topic that the node writes, one for each
            publisher of a topic that it reads.
    """

    def __init__(self, node: Node, awaited: Sequence[str]) -> None:
        self._node = node
        self._awaited = Counter(node.resolve_topic_name(topic) for topic in awaited)

    def missing(self) -> tuple[str, int, int] | None:
        """The first topic that lacks other ends, with those there and those awaited; None when all stand."""
        there: Counter[str] = Counter()
        for publisher in self._node.publishers:
            there[publisher.topic_name] = publisher.get_subscription_count()
        for subscription in self._node.subscriptions:
            topic = subscription.topic_name
            there[topic] = max(there[topic], subscription.get_publisher_count())
        lacking = ((topic, there[topic], count) for topic, count in self._awaited.items() if there[topic] < count)
        return next(lacking, None)
