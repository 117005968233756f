"""Coordinates that are functions of one other coordinate: couplings of joints, and axes of joints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DERIVATIVE_STEP = 1e-4  # rad or m; step of the numerical derivatives


@dataclass(frozen=True)
class Law:
    """A coordinate (rad or m) that is a function of a free coordinate.

    Attributes:
        leader: Number of the free coordinate.
        value: The function.
        line: Slope and value at zero, if the function is linear; None for other functions.
    """

    leader: int
    value: Callable[[float], float]
    line: tuple[float, float] | None = None

    def slope(self, leader: float) -> float:
        """Return the derivative with respect to the leader, at the leader's value (rad or m)."""
        ahead, behind = self.value(leader + DERIVATIVE_STEP), self.value(leader - DERIVATIVE_STEP)
        return (ahead - behind) / (2 * DERIVATIVE_STEP)

    def curvature(self, leader: float) -> float:
        """Return the second derivative with respect to the leader, at the leader's value (rad or m)."""
        before, at, after = (self.value(leader + step * DERIVATIVE_STEP) for step in (-1, 0, 1))
        return (before - 2 * at + after) / DERIVATIVE_STEP**2


def line(leader: int, slope: float = 1.0, offset: float = 0.0) -> Law:
    """Return the law ``slope * leader + offset``; a constant has the slope 0."""
    return Law(leader, lambda value: slope * value + offset, (slope, offset))


def composed(outer: Law, inner: Law) -> Law:
    """Return the law of a coordinate that follows (``outer``) a coordinate that follows a free one (``inner``)."""
    if outer.line and inner.line:
        slope, offset = outer.line
        return line(inner.leader, slope * inner.line[0], slope * inner.line[1] + offset)
    return Law(inner.leader, lambda value: outer.value(inner.value(value)))


class Followers:
    """Any number of coordinates that follow the free ones.

    Args:
        laws: One law per following coordinate.
        free: Number of free coordinates.

    Attributes:
        constant: [followers, free] slopes if all laws are linear, else None.
    """

    def __init__(self, laws: Sequence[Law], free: int) -> None:
        self._offset, self._slope = np.zeros(len(laws)), np.zeros((len(laws), free))
        self._curved: list[tuple[int, Law]] = []
        for number, law in enumerate(laws):
            if law.line is None:
                self._curved.append((number, law))
            else:
                self._slope[number, law.leader], self._offset[number] = law.line
        self.constant = None if self._curved else self._slope

    def values(self, position: Array) -> Array:
        """Return the values (rad or m) for positions of the free coordinates, [followers]."""
        values = self._slope @ position + self._offset
        for number, law in self._curved:
            values[number] = law.value(float(position[law.leader]))
        return values

    def slopes(self, position: Array) -> Array:
        """Return the derivatives with respect to the free coordinates, [followers, free]."""
        if not self._curved:
            return self._slope
        slopes = self._slope.copy()
        for number, law in self._curved:
            slopes[number, law.leader] = law.slope(float(position[law.leader]))
        return slopes

    def bends(self, position: Array, velocity: Array) -> Array:
        """Return the accelerations at constant velocities of the free coordinates (rad/s^2 or m/s^2), [followers]."""
        bends = np.zeros(len(self._offset))
        for number, law in self._curved:
            bends[number] = law.curvature(float(position[law.leader])) * velocity[law.leader] ** 2
        return bends
