"""Decoders by name: the networks of this package, and those that other packages register as parts of kind ``decoder``.

A decoder part is a function ``(size, angles) -> PoseNetwork``. Its attribute ``Size``, if it has one, is the frozen
dataclass of its sizes, with a default for every field and at least the fields ``rows``, ``columns`` and
``sample_rate``; without it the sizes are a `DecoderSize`. Plans have the sizes in their section ``decoder``, and the
cards of weights have them under ``size``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ...errors import PartError
from ...files.plans import plan_of
from ...parts import load_part
from .interface import PoseNetwork
from .neuropose import NeuroPose
from .streaming import DecoderSize
from .vemg2pose import Vemg2Pose

REQUIRED_SIZES = ("rows", "columns", "sample_rate")


def tracking_vemg2pose(size: DecoderSize, angles: int) -> PoseNetwork:
    """Return emg2pose's vemg2pose for tracking from a known initial pose, with new weights."""
    return Vemg2Pose("tracking", size.rows * size.columns, angles, size.sample_rate)


def regression_vemg2pose(size: DecoderSize, angles: int) -> PoseNetwork:
    """Return emg2pose's vemg2pose without a known initial pose, with new weights."""
    return Vemg2Pose("regression", size.rows * size.columns, angles, size.sample_rate)


def emg2pose_mlp(size: DecoderSize, angles: int) -> PoseNetwork:
    """Return emg2pose's network with a multilayer perceptron as decoder, with new weights."""
    return Vemg2Pose("mlp", size.rows * size.columns, angles, size.sample_rate)


def regression_neuropose(size: DecoderSize, angles: int) -> PoseNetwork:
    """Return NeuroPose, with new weights."""
    return NeuroPose(size.rows * size.columns, angles, size.sample_rate)


def make_network(kind: str, size: Any, angles: int, field: str = "network") -> PoseNetwork:
    """Make a network with new weights.

    Args:
        kind: Name of a registered decoder.
        size: Its sizes; an instance of `size_type`.
        angles: Number of joint angles.
        field: Parameter or file that names the decoder, for messages.

    Raises:
        UnknownPart: There is no decoder of this name.
        PartError: The decoder cannot be loaded, or it does not make a `PoseNetwork`.
    """
    network = load_part("decoder", kind, field)(size, angles)
    if not isinstance(network, PoseNetwork):
        raise PartError(f"decoder {kind!r}", f"it made a {type(network).__name__} instead of a PoseNetwork")
    return network


def size_type(kind: str, field: str = "network") -> type:
    """Return the dataclass of a decoder's sizes.

    Args:
        kind: Name of a registered decoder.
        field: Parameter or file that names the decoder, for messages.

    Raises:
        UnknownPart: There is no decoder of this name.
        PartError: The decoder cannot be loaded, or its sizes lack a required field.
    """
    size: type = getattr(load_part("decoder", kind, field), "Size", DecoderSize)
    missing = {*REQUIRED_SIZES} - {one.name for one in fields(size)}
    if missing:
        raise PartError(f"decoder {kind!r}", f"its Size lacks {', '.join(sorted(missing))}")
    return size


def read_size(kind: str, content: Mapping[str, Any], field: str) -> Any:
    """Return a decoder's sizes as a plan or a card has them.

    Args:
        kind: Name of a registered decoder.
        content: The sizes by name; those that are left out have their defaults.
        field: Plan or card, for messages.

    Raises:
        InvalidInput: There is no decoder of this name, or it does not have such sizes.
    """
    return plan_of(size_type(kind, field), content, f"{field}: size")
