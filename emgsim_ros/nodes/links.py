"""Whether a node is connected to the rest of its graph, checked at its own end of every topic.

A message is lost if it is sent before its publisher has discovered the subscription, or before the subscription has
discovered the publisher; the two discoveries are independent. Every node therefore checks its own ends, and the clock
waits until all nodes have reported that theirs are connected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rclpy.node import Node


class Links:
    """The links that a node waits for.

    Args:
        node: The node.
        awaited: Topics: each listed once for every subscription to a topic that the node publishes, and once for every
            publisher of a topic that it reads.
    """

    def __init__(self, node: Node, awaited: Sequence[str]) -> None:
        self._node = node
        self._awaited = Counter(node.resolve_topic_name(topic) for topic in awaited)

    def missing(self) -> tuple[str, int, int] | None:
        """The first topic that lacks connections, with the number present and awaited; None when all are connected."""
        present: Counter[str] = Counter()
        for publisher in self._node.publishers:
            present[publisher.topic_name] = publisher.get_subscription_count()
        for subscription in self._node.subscriptions:
            topic = subscription.topic_name
            present[topic] = max(present[topic], subscription.get_publisher_count())
        lacking = ((topic, present[topic], count) for topic, count in self._awaited.items() if present[topic] < count)
        return next(lacking, None)
