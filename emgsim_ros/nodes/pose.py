"""The pose node: decodes the hand's joint angles from HD-EMG."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch
from sensor_msgs.msg import JointState

from emgsim_ros.msg import EmgInfo

from ..errors import InvalidInput
from ..files.resources import checkpoint_file, config_file
from ..motion import load_poses
from ..parameters import PoseParameters
from ..pose.angles import columns_of, coordinate_of
from ..pose.checkpoint import load_pose
from ..pose.metrics import load_model_hand
from ..pose.stream import PoseEstimate, PoseStream, load_electrode_map
from ..signals import topics
from ..signals.simulation_time import NANOSECONDS, to_seconds
from . import qos
from .emg_reading import BlockReader
from .graph_node import GraphNode, run
from .hand_markers import HandMarkers
from .named_arrays import NamedArrays
from .reading import ArrayReader

WARM_UP_FRAMES = 20  # frames decoded at start-up


class PoseNode(GraphNode):
    """Subscribes to /emg/hd, /emg/info and, to draw the true hand, /joint_states.

    Publishes /hand/joint_states and /hand/markers.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__("pose", PoseParameters, **options)
        torch.set_num_threads(1)  # a frame is too small to be worth several threads
        parameters = self.parameters
        self._trained = load_pose(checkpoint_file(parameters.checkpoint), parameters.device)
        self._map: tuple[int, ...] = ()
        if parameters.electrode_map:
            self._map = load_electrode_map(config_file(parameters.electrode_map, folder="electrode_maps"))
        self._names = [coordinate_of(name) for name in self._trained.angle_names]
        self._known = self._known_pose()
        self._hand = load_model_hand()
        self._columns = columns_of(self._trained.angle_names, self._hand.coordinates)
        self._markers: HandMarkers | None = None  # made with the stream, in the frame of its messages
        self._estimates: NamedArrays | None = None
        self._marker_period = NANOSECONDS // parameters.marker_rate if parameters.marker_rate else 0
        self._next_markers = 0
        self._stream: PoseStream | None = None
        self._rate: float | None = None
        self._block_reader, self._joint_reader = BlockReader(), ArrayReader(JointState, "position")
        self._joints = b""  # the latest message on /joint_states
        self._joint_names: list[str] = []
        self._joint_places: list[int] = []  # of the hand's joints in /joint_states; empty if it lacks one
        self._frame = ""
        self._stamp, self._made, self._slowest = 0, 0, 0.0
        self._lost: tuple[int, ...] = ()
        self._warm_up()
        self._angles = self.publisher(topics.HAND_JOINT_STATES, qos.stream(100.0))
        self._marker_publisher = self.publisher(topics.HAND_MARKERS, qos.MARKERS)
        self.subscribe(topics.EMG_INFO, self._on_info, qos.LATCHED)
        self.subscribe(topics.JOINT_STATES, self._on_joints, qos.stream(100.0), raw=True)
        self.subscribe(topics.EMG_HD, self._on_block, qos.stream(1000.0), raw=True)

    def simulation_stamp(self) -> int:
        """Stamp of the latest estimate."""
        return self._stamp

    def health(self) -> dict[str, Any]:
        """Estimates, gaps, lost channels, and the longest processing time of a block since the last report."""
        slowest, self._slowest = self._slowest, 0.0
        return {
            "simulation time (s)": to_seconds(self._stamp),
            "decoder": self.parameters.checkpoint,
            "warm": self._stream is not None and self._stream.warm,
            "estimates": self._made,
            "gaps": self._stream.resets if self._stream else 0,
            "channels lost": len(self._lost),
            "slowest block (ms)": 1e3 * slowest,
        }

    def _known_pose(self) -> np.ndarray | None:
        name = self.parameters.known_pose
        if not name:
            return None
        poses = load_poses(config_file(self.parameters.poses, folder="movements"))
        return poses.angle(name)[columns_of(self._trained.angle_names, poses.coordinates)]

    def _warm_up(self) -> None:
        """Run the decoder on noise, because the first steps of a network are slow."""
        network = self._trained.network
        stream = PoseStream(self._trained, network.sample_rate, network.channels)
        silence = np.random.default_rng(0).normal(
            0.0, 1e-3, (network.frame if network.frame > 1 else 80, network.channels)
        )
        for number in range(WARM_UP_FRAMES):
            stream.push(round(number * len(silence) * NANOSECONDS / network.sample_rate), silence.astype(np.float32))

    def _on_info(self, message: EmgInfo) -> None:
        self._rate = message.sample_rate
        self._stream = None

    def _on_joints(self, message: bytes) -> None:
        self._joints = message

    def _true(self) -> np.ndarray | None:
        """The latest true angles of the hand's joints, rad; None if they are not known."""
        if not self._joints:
            return None
        joints = self._joint_reader.read(self._joints)
        names, (position,) = joints.same.name, joints.arrays
        if names is not self._joint_names:
            self._joint_names, places = names, {name: place for place, name in enumerate(names)}
            known = all(name in places for name in self._hand.coordinates)
            self._joint_places = [places[name] for name in self._hand.coordinates] if known else []
        if not self._joint_places or len(position) != len(names):
            return None
        return position[self._joint_places]

    def _on_block(self, message: bytes) -> None:
        if self._rate is None:  # the sample rate is not known yet
            return
        started = time.perf_counter()
        try:
            block = self._block_reader.read(message)
            if self._stream is None:
                self._frame = block.frame
                self._markers = HandMarkers(self._hand, self._frame, self.parameters.beside)
                self._estimates = NamedArrays(JointState, self._names, ("position",), self._frame)
                self._stream = PoseStream(self._trained, self._rate, block.emg.shape[1], self._map, self._known)
            gap = self._stream.gap(block.stamp)
            estimates = self._stream.push(block.stamp, block.emg)
        except InvalidInput as error:
            self.fault(error)
            return
        self._report_faults(gap)
        for estimate in estimates:
            self._publish(estimate)
        self._slowest = max(self._slowest, time.perf_counter() - started)

    def _report_faults(self, gap: str) -> None:
        assert self._stream is not None
        if gap:
            self.fault(gap)
        if self._stream.lost and self._stream.lost != self._lost:
            self.fault(
                InvalidInput("/emg/hd: channels without signal", list(self._stream.lost), "none; they are left out")
            )
        self._lost = self._stream.lost

    def _publish(self, estimate: PoseEstimate) -> None:
        self._stamp = estimate.stamp
        self._made += 1
        assert self._estimates is not None
        self._angles.publish(self._estimates.serialised(estimate.stamp, estimate.angles))
        due = self._marker_period and estimate.stamp >= self._next_markers
        if self._markers and due and self._marker_publisher.get_subscription_count():
            self._next_markers = estimate.stamp + self._marker_period
            # Joints that are not estimated (pronation) are drawn at their true angle, if it is known.
            true = self._true()
            whole = np.zeros(len(self._hand.coordinates)) if true is None else true.copy()
            whole[self._columns] = estimate.angles
            self._marker_publisher.publish(self._markers.serialised(estimate.stamp, whole, true))


def main() -> int:
    """Entry point of the node."""
    return run(PoseNode)


if __name__ == "__main__":
    raise SystemExit(main())
