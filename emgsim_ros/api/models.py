"""Musculoskeletal models."""

from __future__ import annotations

from pathlib import Path

from ..musculoskeletal import MuscleModel
from ..musculoskeletal import load_model as model_of
from ..parameters import MusculoskeletalParameters


def load_model(
    name: str | Path = "forearm_hand", *, reference_pose: str = "", poses: str | Path = "poses"
) -> MuscleModel:
    """Load an OpenSim model and prepare it for real time.

    Args:
        name: A name in config/models, or the path of an .osim file.
        reference_pose: Pose to which fibre lengths are relative; empty: the default pose of the model.
        poses: Table of that pose: a name in config/movements, or a path.

    Returns:
        The model: names of coordinates and muscles; after ``set_pose(position, velocity)`` (rad, rad/s) the lengths
        of the fibres, moment arms [coordinates, muscles] m and moments needed [coordinates] N m.

    Raises:
        InvalidInput: No such file or pose, or a model that OpenSim or this package cannot use.

    Example:
        >>> import numpy as np
        >>> import emgsim_ros as es
        >>> model = es.load_model("arm")
        >>> model.set_pose(np.radians([20.0, 90.0]), np.zeros(2))
        >>> model.moment_arms().shape
        (2, 6)
    """
    return model_of(MusculoskeletalParameters(model=str(name), poses=str(poses), reference_pose=reference_pose))
