"""Activation dynamics of muscle and its inverse.

First-order dynamics with time constants that depend on the activation a (Thelen 2003, eqs. 1-2); u is the excitation:

    da/dt = (u - a) / tau,   tau = 15 ms (0.5 + 1.5 a) while u > a,   50 ms / (0.5 + 1.5 a) while u < a
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ACTIVATION_TIME = 0.015  # s
DEACTIVATION_TIME = 0.050  # s


def time_constant(
    activation: Array,
    rising: NDArray[np.bool_],
    rise: float | Array = ACTIVATION_TIME,
    fall: float | Array = DEACTIVATION_TIME,
) -> Array:
    """Return the time constants of the dynamics, [muscles] s; ``rising`` is where the excitation is greater."""
    speed = 0.5 + 1.5 * activation
    return np.where(rising, rise * speed, fall / speed)


def activation_rate(
    activation: Array,
    excitation: Array,
    rise: float | Array = ACTIVATION_TIME,
    fall: float | Array = DEACTIVATION_TIME,
) -> Array:
    """Return the time derivative of the activation.

    Args:
        activation, excitation: [muscles] 0 to 1.
        rise, fall: Time constants of activation and deactivation, s; of all muscles or [muscles].

    Returns:
        [muscles] 1/s.
    """
    return (excitation - activation) / time_constant(activation, excitation > activation, rise, fall)


def activation_after(activation: Array, excitation: Array, step: float) -> Array:
    """Return the activation after ``step`` s of constant excitation, starting from ``activation``.

    Args:
        activation, excitation: [muscles] 0 to 1.
        step: s.

    Returns:
        [muscles] activation, 0 to 1.
    """
    decay = np.exp(-step / time_constant(activation, excitation > activation))
    return excitation + (activation - excitation) * decay


def excitation_for(activation: Array, wanted: Array, step: float) -> Array:
    """Return the constant excitation that brings ``activation`` to ``wanted`` in ``step`` s, or as close as possible.

    This is the inverse of `activation_after`.

    Args:
        activation, wanted: [muscles] 0 to 1.
        step: s.

    Returns:
        [muscles] excitation, 0 to 1.
    """
    decay = np.exp(-step / time_constant(activation, wanted > activation))
    return np.minimum(np.maximum((wanted - activation * decay) / (1 - decay), 0.0), 1.0)
