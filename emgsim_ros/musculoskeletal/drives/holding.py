"""Named poses of a model and the muscle activations that hold them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...motion import Poses
from ..engine import MuscleModel
from .coordination import Coordination
from .effort import Effort

Array = NDArray[np.float64]


def named_position(model: MuscleModel, poses: Poses, expression: str) -> Array:
    """Return the joint angles of a named pose, [coordinates] rad; joints missing from the table have their default.

    Args:
        model: The model whose coordinates are returned.
        poses: The pose table.
        expression: A pose of the table or a weighted sum of poses.

    Raises:
        InvalidInput: The table does not contain the pose.
    """
    angles = dict(zip(poses.coordinates, poses.angle(expression), strict=True))
    return np.array([angles.get(name, rest) for name, rest in zip(model.coordinates, model.rest, strict=True)])


def holding_activation(model: MuscleModel, position: Array, effort: Effort) -> Array:
    """Return the muscle activations that hold the joints at rest.

    Args:
        model: The model; the function changes its pose.
        position: [coordinates] joint angles, rad.
        effort: Limits of the activations, and what the person adds to the moments.

    Returns:
        [muscles] activations, 0 to 1.
    """
    still = np.zeros_like(position)
    model.set_pose(position, still)
    coordination, fibers, arms = Coordination(model), model.fibers(), model.moment_arms()
    places = model.places(coordination.points)
    moments = model.moments_needed(still) + coordination.resistance(position, still, arms, fibers, places, effort)
    low, high = np.zeros(len(model.muscles)), np.full(len(model.muscles), effort.maximal)
    return coordination.activation(position, still, moments, arms, fibers, effort, low, high)
