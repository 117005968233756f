"""The state of a moving model and how its motion is integrated; the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FARTHEST_BEYOND = np.radians(60.0)  # a joint this far outside its range means that the step failed
FASTEST = 200.0  # rad/s; a joint faster than this means the same


@dataclass(frozen=True)
class Integrator:
    """How the motion is integrated.

    Attributes:
        method: Name of a method. The OpenSim engine accepts OpenSim's names: ExplicitEuler, SemiExplicitEuler2,
            RungeKuttaMerson and so on; the MuJoCo engine ExplicitEuler, SemiExplicitEuler, LinearlyImplicitEuler and
            RungeKutta4.
        step: Fixed step, s; with 0 the method chooses its steps by ``accuracy``.
        accuracy: Relative accuracy of the adaptive methods.
    """

    method: str = "ExplicitEuler"
    step: float = 0.00125
    accuracy: float = 1e-6


@dataclass(frozen=True)
class DynamicState:
    """All quantities that determine the subsequent motion.

    Attributes:
        position, velocity: [coordinates] rad, rad/s.
        activation: [muscles] 0 to 1.
        excitation: [muscles] input of the previous step, 0 to 1; it still acts at the very start of the next step.
        outer_moment: [coordinates] outer moments of the previous step, N m; they act as long as its excitation.
    """

    position: Array
    velocity: Array
    activation: Array
    excitation: Array
    outer_moment: Array

    @staticmethod
    def at_rest(position: Array, activation: Array) -> DynamicState:
        """Return the state at rest in a pose ([coordinates] rad), without outer moments.

        The excitation of every muscle equals its activation ([muscles] 0 to 1).
        """
        return DynamicState(position, np.zeros_like(position), activation, activation, np.zeros_like(position))

    def is_sound(self, low: Array, high: Array) -> bool:
        """Return whether the state is finite, with every joint near its range and slower than 200 rad/s.

        Args:
            low, high: [coordinates] joint ranges, rad; a joint may exceed its range by up to 60 degrees.
        """
        # Comparisons with NaN are false, so the ranges are also tests for finite values.
        near = (self.position > low - FARTHEST_BEYOND) & (self.position < high + FARTHEST_BEYOND)
        slow = np.abs(self.velocity) < FASTEST
        return bool(near.all() and slow.all() and np.isfinite(self.activation).all())
