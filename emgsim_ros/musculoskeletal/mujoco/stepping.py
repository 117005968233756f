"""Fixed-step methods that integrate positions, velocities and activations."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..dynamics import Integrator

Array = NDArray[np.float64]
EXPLICIT_EULER, SEMI_EXPLICIT_EULER = "ExplicitEuler", "SemiExplicitEuler"
IMPLICIT_EULER = "LinearlyImplicitEuler"  # in machine code only, see `native.implicit`


class Motion(NamedTuple):
    """Position and velocity ([coordinates] rad, rad/s) and activation ([muscles]), or the time derivatives of them."""

    position: Array
    velocity: Array
    activation: Array

    def after(self, rate: Motion, step: float) -> Motion:
        """Return the motion after ``step`` s of constant rates."""
        return Motion(
            self.position + step * rate.position,
            self.velocity + step * rate.velocity,
            self.activation + step * rate.activation,
        )


Rates = Callable[[Motion], Motion]
Step = Callable[[Motion, float, Rates], Motion]


def stepper(integrator: Integrator) -> Step | None:
    """Return the function that makes one step; its arguments are the motion, the step (s) and the rates of a motion.

    None for `IMPLICIT_EULER`, which needs more than the rates.

    Raises:
        InvalidInput: An unknown method, or no fixed step.
    """
    if integrator.method not in (*METHODS, IMPLICIT_EULER):
        expected = "one of " + ", ".join((*METHODS, IMPLICIT_EULER)) + " with the engine mujoco"
        raise InvalidInput("integrator: method", integrator.method, expected)
    if integrator.step <= 0:
        raise InvalidInput("integrator: step", integrator.step, "a fixed step above 0 s with the engine mujoco")
    return METHODS.get(integrator.method)


def _explicit_euler(motion: Motion, step: float, rates: Rates) -> Motion:
    return motion.after(rates(motion), step)


def _semi_explicit_euler(motion: Motion, step: float, rates: Rates) -> Motion:
    new = motion.after(rates(motion), step)
    return new._replace(position=motion.position + step * new.velocity)


def _runge_kutta(motion: Motion, step: float, rates: Rates) -> Motion:
    first = rates(motion)
    second = rates(motion.after(first, step / 2))
    third = rates(motion.after(second, step / 2))
    fourth = rates(motion.after(third, step))
    mean = Motion(*((a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(first, second, third, fourth, strict=True)))
    return motion.after(mean, step)


# The first two have OpenSim's names; the third is the classical method of order 4.
METHODS: dict[str, Step] = {
    EXPLICIT_EULER: _explicit_euler,
    SEMI_EXPLICIT_EULER: _semi_explicit_euler,
    "RungeKutta4": _runge_kutta,
}
