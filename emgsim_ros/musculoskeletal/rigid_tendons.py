"""Muscle fibres on rigid tendons: the muscle model of Millard et al. 2013, for all muscles at once.

The fibre, projected onto the path, is as long as the path minus the tendon; its pennation angle keeps the width of the
muscle constant. The force follows from the curves of the muscles, which are tabulated: force-length (active and
passive) and force-velocity. Every engine uses this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .fibers import Fibers

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MuscleParameters:
    """Parameters of all muscles of a model; every array is [muscles] unless stated otherwise.

    Attributes:
        max_force: Maximal isometric force, N.
        optimal_length: Optimal fibre length, m.
        slack_length: Tendon slack length, m.
        pennation: Pennation angle at the optimal fibre length, rad.
        shortest_length: Shortest fibre length, m.
        fastest: Maximal contraction velocity, optimal fibre lengths per second.
        damping: Force of the parallel damper at the maximal contraction velocity, as a share of the maximal force.
        active, passive, speed: [muscles, `STEPS` + 1] tables of the curves over `ACTIVE`, `PASSIVE` and `SPEED`: active
            force by stretch, passive force by stretch and force by relative velocity.
        rise, fall: Time constants of the activation and of the deactivation, s.
    """

    STEPS: ClassVar[int] = 4000
    ACTIVE: ClassVar[tuple[float, float]] = (0.3, 2.0)
    PASSIVE: ClassVar[tuple[float, float]] = (0.3, 2.3)
    SPEED: ClassVar[tuple[float, float]] = (-1.2, 1.2)

    max_force: Array
    optimal_length: Array
    slack_length: Array
    pennation: Array
    shortest_length: Array
    fastest: Array
    damping: Array
    active: Array
    passive: Array
    speed: Array
    rise: Array
    fall: Array


class _Curves:
    """Curves of all muscles, tabulated at equal steps between the limits of their range and constant outside.

    Args:
        tables: [muscles, steps + 1] values, one table per kind of curve.
        ranges: Range of each kind.
    """

    def __init__(self, tables: Sequence[Array], ranges: Sequence[tuple[float, float]]) -> None:
        muscles, width = tables[0].shape
        self._count, self._steps = len(tables), width - 1
        low, high = np.repeat(np.array(ranges), muscles, axis=0).T
        self._low, self._scale = low, self._steps / (high - low)
        self._table = np.concatenate(tables).ravel()
        self._first = width * np.arange(len(low))

    def __call__(self, *arguments: Array) -> Array:
        """Return the values of the curves for one argument ([..., muscles]) per kind, [..., kinds, muscles]."""
        # fmin and fmax replace NaN, which would not be a place in a table
        relative = (np.concatenate(arguments, axis=-1) - self._low) * self._scale
        place = np.fmax(np.fmin(relative, self._steps - 1e-9), 0.0)
        index = place.astype(np.int64)
        start = self._first + index
        left, right = self._table.take(start), self._table.take(start + 1)
        values = left + (place - index) * (right - left)
        return values.reshape(*values.shape[:-1], self._count, -1)


class RigidTendonFibers:
    """The fibres of Millard muscles with rigid tendons.

    Args:
        muscles: Parameters of the muscles.
    """

    def __init__(self, muscles: MuscleParameters) -> None:
        self._force, self._optimal, self._slack = muscles.max_force, muscles.optimal_length, muscles.slack_length
        self._width = self._optimal * np.sin(muscles.pennation)
        self._shortest = muscles.shortest_length
        self._fastest = self._optimal * muscles.fastest
        self._damper = muscles.max_force * muscles.damping / self._fastest
        # Where the fibre has its shortest length, its pennation angle is constant.
        self._steepest = np.sqrt(1 - (self._width / self._shortest) ** 2)
        tables = (muscles.active, muscles.passive, muscles.speed)
        self._curves = _Curves(tables, (muscles.ACTIVE, muscles.PASSIVE, muscles.SPEED))

    def at(self, path_length: Array, path_speed: Array) -> Fibers:
        """Return the fibres for path lengths (m) and lengthening speeds of the paths (m/s), [..., muscles] each."""
        length, velocity, cosine, active, passive = self._state(path_length, path_speed)
        return Fibers(length, velocity, self._force * active * cosine, self._force * passive * cosine)

    def tendon_force(self, path_length: Array, path_speed: Array, activation: Array) -> Array:
        """Return the forces along the tendons with which muscles move joints, [muscles] N.

        Unlike `at`, this includes the damper that is parallel to the fibre; no muscle pushes (Millard et al. 2013).

        Args:
            path_length: [muscles] m.
            path_speed: [muscles] lengthening speeds of the paths, m/s.
            activation: [muscles] 0 to 1.
        """
        _, velocity, cosine, active, passive = self._state(path_length, path_speed)
        force = self._force * (activation * active + passive) + self._damper * velocity
        return np.maximum(force, 0.0) * cosine

    def _state(self, path_length: Array, path_speed: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Return length (m), velocity (m/s), cosine of the pennation angle, active and passive force (share)."""
        along = np.maximum(path_length - self._slack, 1e-6)
        free = np.hypot(along, self._width)
        length = np.maximum(free, self._shortest)  # a fibre cannot be shorter; its tendon is then slack
        cosine = np.where(free >= self._shortest, along / free, self._steepest)
        velocity = np.where(length > self._shortest, path_speed * cosine, 0.0)
        stretch = length / self._optimal
        values = self._curves(stretch, stretch, velocity / self._fastest)
        return length, velocity, cosine, values[..., 0, :] * values[..., 2, :], values[..., 1, :]
