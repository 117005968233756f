"""The kinds of pose networks that can be trained, and what makes them."""

from __future__ import annotations

from ...errors import InvalidInput
from .interface import PoseNetwork
from .neuropose import NeuroPose
from .streaming import DecoderSize, StreamingDecoder
from .vemg2pose import Vemg2Pose

KINDS = ("streaming", "tracking_vemg2pose", "regression_vemg2pose", "emg2pose_mlp", "regression_neuropose")


def make_network(kind: str, size: DecoderSize, angles: int) -> PoseNetwork:
    """A network with new weights.

    Args:
        kind: One of :data:`KINDS`.
        size: Electrodes, and of the streaming decoder all that it is made of.
        angles: Joint angles.

    Raises:
        InvalidInput: An unknown kind.
    """
    if kind == "streaming":
        return StreamingDecoder(size, angles)
    channels, rate = size.rows * size.columns, size.sample_rate
    if kind == "regression_neuropose":
        return NeuroPose(channels, angles, rate)
    decoders = {"tracking_vemg2pose": "tracking", "regression_vemg2pose": "regression", "emg2pose_mlp": "mlp"}
    if kind not in decoders:
        raise InvalidInput("network", kind, "one of " + ", ".join(KINDS))
    return Vemg2Pose(decoders[kind], channels, angles, rate)
