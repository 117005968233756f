"""Signals with time stamps, interpolated at the times of samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Stamps = NDArray[np.int64]


class StampedSignals:
    """Several signals, such as the muscles' excitations, with linear interpolation between the given instants.

    Args:
        signals: Number of signals.
    """

    def __init__(self, signals: int) -> None:
        self._signals = signals
        self._stamps: Stamps = np.zeros(0, np.int64)
        self._values: Array = np.zeros((0, signals))

    @property
    def latest(self) -> int | None:
        """Stamp (ns) of the latest values; None if there are none."""
        return int(self._stamps[-1]) if len(self._stamps) else None

    def add(self, stamp: int, values: Array) -> None:
        """Append the [signals] values at ``stamp`` (ns), which must be later than all previous stamps."""
        self.add_many(np.array([stamp]), values[None])

    def add_many(self, stamps: Stamps, values: Array) -> None:
        """Append the [times, signals] values at ``stamps`` (ns), ascending and later than all previous ones."""
        self._stamps = np.concatenate([self._stamps, stamps])
        self._values = np.concatenate([self._values, values])

    def clear(self) -> None:
        """Remove all values."""
        self._stamps, self._values = np.zeros(0, np.int64), np.zeros((0, self._signals))

    def at(self, stamps: Stamps) -> Array:
        """Return the [times, signals] values at ``stamps`` (ns), which must be in ascending order.

        Times outside the range of the given values take the nearest value. Values that are only needed for times before
        ``stamps`` are removed. A value depends only on its time and on the two instants around it, to the last bit.
        """
        unneeded = max(int(np.searchsorted(self._stamps, stamps[0], side="right")) - 1, 0)
        self._stamps, self._values = self._stamps[unneeded:], self._values[unneeded:]
        if len(self._stamps) == 1:
            return np.repeat(self._values, len(stamps), axis=0)
        before = np.clip(np.searchsorted(self._stamps, stamps, side="right") - 1, 0, len(self._stamps) - 2)
        # Differences of integers are exact, after an hour as at the start.
        part = (stamps - self._stamps[before]) / np.diff(self._stamps)[before]
        part = np.clip(part, 0.0, 1.0)[:, None]
        return self._values[before] * (1.0 - part) + self._values[before + 1] * part
