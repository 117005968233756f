"""Computed torque: activations that accelerate the joints as wanted (Thelen et al. 2003)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..opensim.model import MusculoskeletalModel
from .static_optimisation import static_optimisation

Array = NDArray[np.float64]


def activation_for(
    model: MusculoskeletalModel,
    position: Array,
    velocity: Array,
    acceleration: Array,
    step: float,
    load: Array,
    preferred: float,
    lowest: Array,
    highest: Array,
) -> Array:
    """[muscles] activations, by inverse dynamics and static optimisation; leaves the model's pose changed.

    Args:
        model: Whose muscles.
        position, velocity, acceleration: [coordinates] now, and wanted (rad, rad/s, rad/s^2).
        step: For how long the activations are to hold, s.
        load: [coordinates] moments to hold besides, N m.
        preferred: Activation that costs nothing.
        lowest, highest: [muscles] bounds.
    """
    # What holds on average over the step: strong muscles on a light limb brake it within a few milliseconds.
    model.set_pose(position + velocity * step / 2, velocity + acceleration * step / 2)
    moments = model.moments_needed(acceleration) + load
    return static_optimisation(model.moment_arms(), model.fibers(), moments, preferred, lowest, highest)
