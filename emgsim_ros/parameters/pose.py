"""Parameters of the pose node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class PoseParameters(GraphNodeParameters):
    """The decoder of the hand's pose."""

    checkpoint: str = parameter(
        "pose_grid", "Weights of the decoder: a name in ckp, a path, or a published .ckpt of emg2pose."
    )
    electrode_map: str = parameter(
        "",
        "Which electrode feeds which channel of the decoder: a name in config/electrode_maps or a path; "
        "empty: one by one.",
    )
    known_pose: str = parameter(
        "", "Pose that the hand holds when the decoder is warm, to track from there; empty: it is not known."
    )
    poses: str = parameter("poses", "Pose table of known_pose: a name in config/movements or a path.")
    marker_rate: int = parameter(20, "Updates of /hand/markers per second; 0 sends none.", unit="Hz", low=0, high=100)
    beside: float = parameter(
        0.15, "How far beside the true hand the estimated one is drawn.", unit="m", low=0.0, high=10.0
    )
    device: str = parameter("cpu", "Where the decoder runs.", choices=("cpu", "cuda"))
