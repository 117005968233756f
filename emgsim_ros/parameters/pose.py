"""Parameters of the pose node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class PoseParameters(GraphNodeParameters):
    """The decoder of the hand's pose, and how its estimates are drawn."""

    checkpoint: str = parameter(
        "pose_grid", "Weights of the decoder: a name in ckp, a path, or a published .ckpt of emg2pose."
    )
    electrode_map: str = parameter(
        "",
        "Assignment of electrodes to channels of the decoder: a name in config/electrode_maps or a path; "
        "empty: in the same order.",
    )
    known_pose: str = parameter(
        "", "Pose of the hand at the end of the decoder's warm-up, from which it tracks; empty: unknown."
    )
    poses: str = parameter("poses", "Pose table of known_pose: a name in config/movements or a path.")
    marker_rate: int = parameter(20, "Updates of /hand/markers per second; 0 sends none.", unit="Hz", low=0, high=100)
    beside: float = parameter(
        0.15, "Distance at which the estimated hand is drawn beside the true one.", unit="m", low=0.0, high=10.0
    )
    device: str = parameter("cpu", "Device on which the decoder runs.", choices=("cpu", "cuda"))
