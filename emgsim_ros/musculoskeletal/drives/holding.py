"""Named poses on a model, and the muscles that hold them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...motion import Poses
from ..opensim.model import MusculoskeletalModel
from .effort import Effort
from .static_optimisation import static_optimisation

Array = NDArray[np.float64]


def named_position(model: MusculoskeletalModel, poses: Poses, expression: str) -> Array:
    """[coordinates] angles (rad) of a named pose; joints that the table does not have stay at their default.

    Raises:
        InvalidInput: A pose that the table does not have.
    """
    angles = dict(zip(poses.coordinates, poses.angle(expression), strict=True))
    return np.array([angles.get(name, rest) for name, rest in zip(model.coordinates, model.rest, strict=True)])


def holding_activation(model: MusculoskeletalModel, position: Array, effort: Effort) -> Array:
    """[muscles] activation that holds the joints still at ``position`` (rad)."""
    still = np.zeros_like(position)
    model.set_pose(position, still)
    moments, fibers, arms = model.moments_needed(still), model.fibers(), model.moment_arms()
    low, high = np.zeros(len(model.muscles)), np.full(len(model.muscles), effort.maximal)
    return static_optimisation(arms, fibers, moments, effort.co_contraction, low, high)
