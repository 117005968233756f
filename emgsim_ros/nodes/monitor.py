"""The monitor node: measures how well the graph runs."""

from __future__ import annotations

import math
import time
from typing import Any

from rclpy.serialization import deserialize_message
from sensor_msgs.msg import JointState, PointCloud2

from emgsim_ros.msg import EmgInfo

from ..monitoring import GraphHealth
from ..parameters import MonitorParameters
from ..signals import topics
from ..signals.simulation_time import NANOSECONDS
from . import qos
from .graph_node import GraphNode, run
from .reading import ArrayReader
from .stamps import stamp_of_serialised


class MonitorNode(GraphNode):
    """Subscribes to the graph's streams; publishes their health on /diagnostics and logs a summary at the end."""

    def __init__(self, **options: Any) -> None:
        super().__init__("monitor", MonitorParameters, **options)
        self._health = GraphHealth()
        self._summary = self._health.summary()
        self._factor = math.nan
        self._sample_rate: float | None = None
        self._block_size = self._block_samples = 0
        self._joint_reader, self._estimate_reader = (ArrayReader(JointState, "position") for _ in range(2))
        self._report_timer.timer_period_ns = round(self.parameters.period * NANOSECONDS)
        self.subscribe(topics.EMG_INFO, self._on_info, qos.LATCHED)
        self.subscribe(topics.EMG_HD, self._on_block, qos.stream(1000.0), raw=True)
        self.subscribe(topics.MUSCLE_STATE, self._on_state, qos.stream(1000.0), raw=True)
        self.subscribe(topics.JOINT_STATES, self._on_joints, qos.stream(1000.0), raw=True)
        self.subscribe(topics.HAND_JOINT_STATES, self._on_estimate, qos.stream(1000.0), raw=True)

    def simulation_stamp(self) -> int:
        """Stamp of the latest muscle state."""
        return self._health.simulation_time()

    def health(self) -> dict[str, Any]:
        """Real-time factor, losses, latencies and pose error."""
        self._factor = self._health.recent_real_time_factor()
        summary = self._summary = self._health.summary()
        return {
            "real-time factor": self._factor,
            "real-time factor since start": summary.real_time_factor,
            "EMG blocks": summary.blocks,
            "EMG blocks lost": summary.blocks_lost,
            "muscle states": summary.states,
            "muscle states lost": summary.states_lost,
            "latency p50 (ms)": summary.latency_p50,
            "latency p99 (ms)": summary.latency_p99,
            "pose estimates": summary.estimates,
            "pose error (degrees)": self._health.recent_pose_error(),
            "pose error since start (degrees)": summary.pose_error,
            "pose latency p50 (ms)": summary.pose_latency_p50,
            "pose latency p99 (ms)": summary.pose_latency_p99,
        }

    def warning(self) -> str:
        """A real-time factor or a latency beyond its limit."""
        if self._factor < self.parameters.slowest_real_time_factor:
            return f"real-time factor {self._factor:.2f}: this machine is too slow or too busy"
        latency = self._summary.latency_p99  # of the report that this warning goes with
        if latency > self.parameters.longest_latency:
            return f"latency muscle state to EMG p99 {latency:.1f} ms"
        latency = self._summary.pose_latency_p99
        if latency > self.parameters.longest_pose_latency:
            return f"latency muscle state to pose estimate p99 {latency:.1f} ms"
        return ""

    def finish(self) -> None:
        """Log the summary."""
        self.get_logger().info("summary: " + self._health.summary().text())

    def _on_info(self, message: EmgInfo) -> None:
        self._sample_rate = message.sample_rate

    def _on_state(self, message: bytes) -> None:
        self._health.state(stamp_of_serialised(message), time.monotonic_ns())

    def _on_joints(self, message: bytes) -> None:
        joints = self._joint_reader.read(message)
        self._health.joints(joints.stamp, joints.same.name, joints.arrays[0])

    def _on_estimate(self, message: bytes) -> None:
        wall = time.monotonic_ns()
        estimate = self._estimate_reader.read(message)
        self._health.estimate(estimate.stamp, estimate.same.name, estimate.arrays[0], wall)

    def _on_block(self, message: bytes) -> None:
        wall = time.monotonic_ns()
        if self._sample_rate is None:
            return
        samples = self._samples_of(message)
        duration = round(samples / self._sample_rate * NANOSECONDS)
        sample = round(NANOSECONDS / self._sample_rate)
        self._health.block(stamp_of_serialised(message), duration, sample, wall)

    def _samples_of(self, message: bytes) -> int:
        """Return the number of samples per electrode in a block, read again when the size of blocks changes."""
        if len(message) != self._block_size:
            cloud: PointCloud2 = deserialize_message(message, PointCloud2)
            self._block_samples = next((field.count for field in cloud.fields if field.name == "emg"), 0)
            self._block_size = len(message)
        return self._block_samples


def main() -> int:
    """Entry point of the node."""
    return run(MonitorNode)


if __name__ == "__main__":
    raise SystemExit(main())
