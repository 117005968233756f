"""Activation dynamics of muscle, forwards and backwards.

First order with time constants that depend on activation (Thelen 2003, eqs. 1-2):

    da/dt = (u - a) / tau,   tau = 15 ms (0.5 + 1.5 a) while u > a,   50 ms / (0.5 + 1.5 a) while u < a
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ACTIVATION_TIME = 0.015  # s
DEACTIVATION_TIME = 0.050  # s


def _time_constant(activation: Array, rising: NDArray[np.bool_]) -> Array:
    speed = 0.5 + 1.5 * activation
    return np.where(rising, ACTIVATION_TIME * speed, DEACTIVATION_TIME / speed)


def activation_after(activation: Array, excitation: Array, step: float) -> Array:
    """[muscles] activation after ``step`` s of a constant ``excitation``, from ``activation``."""
    decay = np.exp(-step / _time_constant(activation, excitation > activation))
    return excitation + (activation - excitation) * decay


def excitation_for(activation: Array, wanted: Array, step: float) -> Array:
    """[muscles] excitation, 0 to 1, that takes ``activation`` to ``wanted`` in ``step`` s, or as near as it can.

    The inverse of :func:`activation_after`.
    """
    decay = np.exp(-step / _time_constant(activation, wanted > activation))
    return np.clip((wanted - activation * decay) / (1 - decay), 0.0, 1.0)
