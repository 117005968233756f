"""Neural drive over time: excitations that come with stamps, read at the times of samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..simulation_time import NANOSECONDS

Array = NDArray[np.float64]


class NeuralDrive:
    """Excitation of several muscles, linear between the instants at which it was given.

    Args:
        muscles: Number of muscles.
    """

    def __init__(self, muscles: int) -> None:
        self._stamps: list[int] = []
        self._values: list[Array] = []
        self._muscles = muscles

    @property
    def latest(self) -> int | None:
        """Stamp (ns) up to which the drive is known."""
        return self._stamps[-1] if self._stamps else None

    def add(self, stamp: int, excitation: Array) -> None:
        """Append the [muscles] excitation at ``stamp`` (ns), later than all before."""
        self._stamps.append(stamp)
        self._values.append(excitation)

    def clear(self) -> None:
        """Forget everything."""
        self._stamps.clear()
        self._values.clear()

    def at(self, stamps: NDArray[np.int64]) -> Array:
        """[times, muscles] excitation at ``stamps`` (ns), rising; what lies before them is forgotten.

        Times outside what is known take the nearest known value.
        """
        while len(self._stamps) > 1 and self._stamps[1] <= stamps[0]:
            del self._stamps[0], self._values[0]
        # Relative to the first known stamp, so that the division is as exact after an hour as at the start.
        start = self._stamps[0]
        times = (stamps - start) / NANOSECONDS
        known = (np.array(self._stamps) - start) / NANOSECONDS
        values = np.array(self._values)
        excitation = np.empty((len(stamps), self._muscles))
        for muscle in range(self._muscles):
            excitation[:, muscle] = np.interp(times, known, values[:, muscle])
        return excitation
