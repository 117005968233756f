"""Signals with time stamps, interpolated at the times of samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .simulation_time import NANOSECONDS

Array = NDArray[np.float64]


class StampedSignals:
    """Several signals, such as the muscles' excitations, with linear interpolation between the given instants.

    Args:
        signals: Number of signals.
    """

    def __init__(self, signals: int) -> None:
        self._stamps: list[int] = []
        self._values: list[Array] = []
        self._signals = signals

    @property
    def latest(self) -> int | None:
        """Stamp (ns) of the latest values; None if there are none."""
        return self._stamps[-1] if self._stamps else None

    def add(self, stamp: int, values: Array) -> None:
        """Append the [signals] values at ``stamp`` (ns), which must be later than all previous stamps."""
        self._stamps.append(stamp)
        self._values.append(values)

    def clear(self) -> None:
        """Remove all values."""
        self._stamps.clear()
        self._values.clear()

    def at(self, stamps: NDArray[np.int64]) -> Array:
        """Return the [times, signals] values at ``stamps`` (ns), which must be in ascending order.

        Times outside the range of the given values take the nearest value. Values that are only needed for times before
        ``stamps`` are removed.
        """
        while len(self._stamps) > 1 and self._stamps[1] <= stamps[0]:
            del self._stamps[0], self._values[0]
        # Relative to the first known stamp, so that the division is as exact after an hour as at the start.
        start = self._stamps[0]
        times = (stamps - start) / NANOSECONDS
        known = (np.array(self._stamps) - start) / NANOSECONDS
        values = np.array(self._values)
        read = np.empty((len(stamps), self._signals))
        for signal in range(self._signals):
            read[:, signal] = np.interp(times, known, values[:, signal])
        return read
