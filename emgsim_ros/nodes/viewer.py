"""The viewer node: the graph on a page in the browser; also as a visitor of a graph that was started without it."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.executors import ExternalShutdownException
from rclpy.qos import QoSProfile
from sensor_msgs.msg import JointState, PointCloud2
from visualization_msgs.msg import MarkerArray

from emgsim_ros.msg import EmgInfo, MotorUnitSpikes

from ..errors import InvalidInput
from ..parameters import ViewerParameters
from ..viewing.feed import Feed, FeedSettings, channel_numbers
from ..viewing.layout import layout
from ..viewing.page import Page, open_in_browser
from ..viewing.topics import VIEWED
from . import qos
from .graph_node import GraphNode, run

SEARCH, SEARCH_STEP = 5.0, 0.5  # s at most for a running graph to be found, and between looks
TYPES: dict[str, tuple[type, QoSProfile]] = {
    "/emg/info": (EmgInfo, qos.LATCHED),
    "/emg/hd": (PointCloud2, qos.stream(1000.0)),
    "/emg/spikes": (MotorUnitSpikes, qos.stream(1000.0)),
    "/msk/markers": (MarkerArray, qos.MARKERS),
    "/hand/markers": (MarkerArray, qos.MARKERS),
    "/joint_states": (JointState, qos.stream(1000.0)),
    "/hand/joint_states": (JointState, qos.stream(1000.0)),
    "/stim/electrodes": (JointState, qos.stream(100.0)),
    "/diagnostics": (DiagnosticArray, qos.stream(100.0)),
}


class ViewerNode(GraphNode):
    """Shows the graph's topics on a page that it serves."""

    def __init__(self, **options: Any) -> None:
        super().__init__("viewer", ViewerParameters, **options)
        parameters = self.parameters
        topics = parameters.topics or tuple(VIEWED)
        for topic in topics:
            if topic not in VIEWED:
                raise InvalidInput("viewer: parameter 'topics'", topic, "some of " + ", ".join(VIEWED))
        settings = FeedSettings(
            rate=parameters.update_rate,
            channels=channel_numbers(parameters.channels),
            full_scale=parameters.full_scale,
            lead=parameters.lead,
        )
        page = Page(layout(topics, parameters.eye))
        self._address = page.serve(parameters.port, parameters.data_port, parameters.memory)
        self._feed = Feed(page, settings)
        self._shown = 0
        for topic in topics:
            kind, profile = TYPES[topic]
            self.create_subscription(kind, topic, partial(self._on_message, topic), profile)
        self.get_logger().info(f"page: {self._address}")
        if parameters.open_browser:
            open_in_browser(self._address)

    def health(self) -> dict[str, Any]:
        """The page's address and the messages shown."""
        return {"page": self._address, "messages": self._shown}

    def _on_message(self, topic: str, message: Any) -> None:
        try:
            self._feed.take(topic, message)
        except InvalidInput as error:
            self.fault(error)
            return
        self._shown += 1


def visit(duration: float, **parameters: Any) -> bool:
    """Show a graph that is already running until Ctrl-C, or for ``duration`` s; False: none was found.

    Args:
        duration: 0: without end.
        parameters: Of the viewer; its topics are those that are found.
    """
    rclpy.init()
    try:
        topics = _running_topics()
        if not topics:
            return False
        node = ViewerNode(overrides={**parameters, "topics": topics})
        end = time.monotonic() + duration if duration else float("inf")
        while time.monotonic() < end:
            rclpy.spin_once(node, timeout_sec=0.1)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        rclpy.try_shutdown()
    return True


def _running_topics() -> list[str]:
    """What can be shown of the graph that runs, once no more appears."""
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
