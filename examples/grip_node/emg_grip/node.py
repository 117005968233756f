"""The grip node: subscribes to /emg/hd and publishes the grip strength."""

from __future__ import annotations

from typing import Any

from sensor_msgs.msg import JointState, PointCloud2

from emgsim_ros.errors import InvalidInput
from emgsim_ros.nodes import qos
from emgsim_ros.nodes.graph_node import GraphNode, run
from emgsim_ros.nodes.stamps import to_stamp
from emgsim_ros.signals.emg_points import points_of
from emgsim_ros.signals.topics import EMG_HD

from .parts import GRIP_STRENGTH, GripParameters
from .strength import GripStrength


class GripNode(GraphNode):
    """Subscribes to /emg/hd; publishes /grip/strength (the position of the joint ``grip`` is the strength, 0 to 1)."""

    def __init__(self, **options: Any) -> None:
        super().__init__("grip", GripParameters, **options)
        self._strength = GripStrength(self.parameters.smoothing, self.parameters.full_scale)
        self._stamp, self._latest = 0, 0.0
        self._output = self.publisher(GRIP_STRENGTH, qos.stream(64.0))
        self.subscribe(EMG_HD, self._on_block, qos.stream(64.0))

    def simulation_stamp(self) -> int:
        """Stamp of the latest block."""
        return self._stamp

    def health(self) -> dict[str, Any]:
        """The latest grip strength."""
        return {"grip strength": self._latest}

    def _on_block(self, message: PointCloud2) -> None:
        try:
            points = points_of(message)
        except InvalidInput as error:
            self.fault(error)
            return
        self._stamp, self._latest = to_stamp(message.header.stamp), self._strength.update(points["rms"])
        self._output.publish(JointState(header=message.header, name=["grip"], position=[self._latest]))


def main() -> int:
    """Run the node."""
    return run(GripNode)
