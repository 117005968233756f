"""Computed torque: activations that give the joints a desired acceleration (Thelen et al. 2003)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine import MuscleModel
from .static_optimisation import static_optimisation

Array = NDArray[np.float64]


def activation_for(
    model: MuscleModel,
    position: Array,
    velocity: Array,
    acceleration: Array,
    step: float,
    load: Array,
    preferred: float,
    lowest: Array,
    highest: Array,
) -> Array:
    """Compute muscle activations by inverse dynamics and static optimisation.

    Args:
        model: The model; the function changes its pose.
        position, velocity: [coordinates] present angles and velocities, rad and rad/s.
        acceleration: [coordinates] desired acceleration, rad/s^2.
        step: Duration for which the activations are held, s.
        load: [coordinates] additional moments that the muscles have to exert, N m.
        preferred: Activation with zero cost.
        lowest, highest: [muscles] bounds of the activations, 0 to 1.

    Returns:
        [muscles] activations within the bounds.
    """
    moments = moments_for(model, position, velocity, acceleration, step) + load
    return static_optimisation(model.moment_arms(), model.fibers(), moments, preferred, lowest, highest)


def moments_for(model: MuscleModel, position: Array, velocity: Array, acceleration: Array, step: float) -> Array:
    """Set the model to the middle of the step and return the moments for an acceleration there, [coordinates] N m.

    The pose in the middle of the step stands for its average: strong muscles brake a light limb within milliseconds.
    The arguments are those of `activation_for`.
    """
    model.set_pose(position + velocity * step / 2, velocity + acceleration * step / 2)
    return model.moments_needed(acceleration)
