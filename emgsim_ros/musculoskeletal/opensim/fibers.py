"""Muscle fibres on rigid tendons: the muscle model of Millard et al. 2013, for all muscles at once.

The fibre, projected onto the path, is as long as the path minus the tendon; its pennation angle keeps the width of the
muscle constant. The force follows from the curves of the OpenSim model, which are tabulated because OpenSim evaluates
them slowly, muscle by muscle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..fibers import Fibers
from .runtime import opensim

Array = NDArray[np.float64]


class _Curves:
    """One curve per muscle, tabulated at equal steps between ``low`` and ``high`` and constant outside."""

    STEPS = 4000

    def __init__(self, curves: Sequence[Callable[[float], float]], low: float, high: float) -> None:
        self._low, self._scale = low, self.STEPS / (high - low)
        grid = np.linspace(low, high, self.STEPS + 1)
        self._table = np.array([[curve(float(x)) for x in grid] for curve in curves])
        self._rows = np.arange(len(curves))

    def __call__(self, x: Array) -> Array:
        place = np.clip((x - self._low) * self._scale, 0.0, self.STEPS - 1e-9)
        index = place.astype(int)
        left, right = self._table[self._rows, index], self._table[self._rows, index + 1]
        return left + (place - index) * (right - left)


class RigidTendonFibers:
    """The fibres of Millard muscles with rigid tendons.

    Args:
        muscles: The muscles of an OpenSim model; they have to outlive this object.
    """

    def __init__(self, muscles: Sequence[opensim.Millard2012EquilibriumMuscle]) -> None:
        self._force = np.array([m.getMaxIsometricForce() for m in muscles])
        self._optimal = np.array([m.getOptimalFiberLength() for m in muscles])
        self._slack = np.array([m.getTendonSlackLength() for m in muscles])
        self._width = self._optimal * np.sin([m.getPennationAngleAtOptimalFiberLength() for m in muscles])
        self._shortest = np.array([m.getMinimumFiberLength() for m in muscles])
        self._fastest = self._optimal * np.array([m.getMaxContractionVelocity() for m in muscles])
        self._active = _Curves([m.getActiveForceLengthCurve().calcValue for m in muscles], 0.3, 2.0)
        self._passive = _Curves([m.getFiberForceLengthCurve().calcValue for m in muscles], 0.3, 2.3)
        self._speed = _Curves([m.getForceVelocityCurve().calcValue for m in muscles], -1.2, 1.2)

    def at(self, path_length: Array, path_speed: Array) -> Fibers:
        """Return the fibres for path lengths (m) and lengthening speeds of the paths (m/s), [muscles] each."""
        along = np.maximum(path_length - self._slack, 1e-6)
        free = np.hypot(along, self._width)
        length = np.maximum(free, self._shortest)  # a fibre cannot be shorter; its tendon is then slack
        cosine = np.where(free >= self._shortest, along / free, np.sqrt(1 - (self._width / self._shortest) ** 2))
        velocity = np.where(length > self._shortest, path_speed * cosine, 0.0)
        stretch = length / self._optimal
        active = self._active(stretch) * self._speed(velocity / self._fastest)
        return Fibers(length, velocity, self._force * active * cosine, self._force * self._passive(stretch) * cosine)
