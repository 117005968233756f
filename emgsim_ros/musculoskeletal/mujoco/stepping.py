"""Fixed-step methods that integrate positions and velocities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..dynamics import Integrator

Array = NDArray[np.float64]
EXPLICIT_EULER = "ExplicitEuler"
# Acceleration for a position, a velocity and the time since the beginning of the step (s), [coordinates].
Acceleration = Callable[[Array, Array, float], Array]
Step = Callable[[Array, Array, float, Acceleration], tuple[Array, Array]]


def stepper(integrator: Integrator) -> Step:
    """Return the function that makes one step; its arguments are position, velocity, step (s) and acceleration.

    Raises:
        InvalidInput: An unknown method, or no fixed step.
    """
    if integrator.method not in METHODS:
        expected = "one of " + ", ".join(METHODS) + " with the engine mujoco"
        raise InvalidInput("integrator: method", integrator.method, expected)
    if integrator.step <= 0:
        raise InvalidInput("integrator: step", integrator.step, "a fixed step above 0 s with the engine mujoco")
    return METHODS[integrator.method]


def _explicit_euler(position: Array, velocity: Array, step: float, acceleration: Acceleration) -> tuple[Array, Array]:
    return position + step * velocity, velocity + step * acceleration(position, velocity, 0.0)


def _semi_explicit_euler(
    position: Array, velocity: Array, step: float, acceleration: Acceleration
) -> tuple[Array, Array]:
    faster = velocity + step * acceleration(position, velocity, 0.0)
    return position + step * faster, faster


def _runge_kutta(position: Array, velocity: Array, step: float, acceleration: Acceleration) -> tuple[Array, Array]:
    half = step / 2
    first = acceleration(position, velocity, 0.0)
    velocity2 = velocity + half * first
    second = acceleration(position + half * velocity, velocity2, half)
    velocity3 = velocity + half * second
    third = acceleration(position + half * velocity2, velocity3, half)
    velocity4 = velocity + step * third
    fourth = acceleration(position + step * velocity3, velocity4, step)
    new = position + step / 6 * (velocity + 2 * velocity2 + 2 * velocity3 + velocity4)
    return new, velocity + step / 6 * (first + 2 * second + 2 * third + fourth)


# The first two have OpenSim's names; the third is the classical method of order 4.
METHODS: dict[str, Step] = {
    EXPLICIT_EULER: _explicit_euler,
    "SemiExplicitEuler": _semi_explicit_euler,
    "RungeKutta4": _runge_kutta,
}
