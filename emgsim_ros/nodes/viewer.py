"""The viewer node: shows the graph on a page in the browser, also a graph that was started without it."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.qos import QoSProfile

from ..errors import InvalidInput
from ..parameters import ViewerParameters
from ..signals import topics
from ..viewing.feed import Feed, FeedSettings, channel_numbers
from ..viewing.layout import layout
from ..viewing.page import Page, open_in_browser
from ..viewing.topics import VIEWED
from . import qos
from .graph_node import GraphNode, run

SEARCH, SEARCH_STEP = 5.0, 0.5  # longest search for a running graph and time between checks, s
PROFILES: dict[str, QoSProfile] = {  # of the topics that are no plain streams
    topics.EMG_INFO.name: qos.LATCHED,
    topics.MODEL_MARKERS.name: qos.MARKERS,
    topics.HAND_MARKERS.name: qos.MARKERS,
}


class ViewerNode(GraphNode):
    """Serves a page that shows the graph's topics."""

    def __init__(self, **options: Any) -> None:
        super().__init__("viewer", ViewerParameters, **options)
        parameters = self.parameters
        shown = parameters.topics or tuple(VIEWED)
        for topic in shown:
            if topic not in VIEWED:
                raise InvalidInput("viewer: parameter 'topics'", topic, "some of " + ", ".join(VIEWED))
        settings = FeedSettings(
            rate=parameters.update_rate,
            channels=channel_numbers(parameters.channels),
            full_scale=parameters.full_scale,
            lead=parameters.lead,
        )
        page = Page(layout(shown, parameters.eye))
        self._address = page.serve(parameters.port, parameters.data_port, parameters.memory)
        self._feed = Feed(page, settings)
        self._shown = 0
        for topic in shown:
            profile = PROFILES.get(topic, qos.stream(1000.0))
            self.subscribe(topics.Topic(topic, VIEWED[topic]), partial(self._on_message, topic), profile)
        self.get_logger().info(f"page: {self._address}")
        if parameters.open_browser:
            open_in_browser(self._address)

    def health(self) -> dict[str, Any]:
        """Address of the page and number of messages shown."""
        return {"page": self._address, "messages": self._shown}

    def _on_message(self, topic: str, message: Any) -> None:
        try:
            self._feed.take(topic, message)
        except InvalidInput as error:
            self.fault(error)
            return
        self._shown += 1


def visit(duration: float, **parameters: Any) -> bool:
    """Show a graph that is already running, until Ctrl-C or for ``duration`` s; returns False if none was found.

    Args:
        duration: Time to show it, s; 0: without end.
        parameters: Parameters of the viewer; its topics are those that are found.
    """
    rclpy.init()
    try:
        found = _running_topics()
        if not found:
            return False
        node = ViewerNode(overrides={**parameters, "topics": found})
        end = time.monotonic() + duration if duration else float("inf")
        while time.monotonic() < end:
            rclpy.spin_once(node, timeout_sec=0.1)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        rclpy.try_shutdown()
    return True


def _running_topics() -> list[str]:
    """The topics of a running graph that can be shown, once no further ones appear."""
    node = rclpy.create_node("viewer_search")
    found: list[str] = []
    for _ in range(round(SEARCH / SEARCH_STEP)):
        time.sleep(SEARCH_STEP)
        before, found = found, [t for t, kinds in node.get_topic_names_and_types() if VIEWED.get(t) in kinds]
        if found and found == before:
            break
    node.destroy_node()
    return found


def main() -> int:
    """Entry point of the node."""
    return run(ViewerNode)


if __name__ == "__main__":
    raise SystemExit(main())
