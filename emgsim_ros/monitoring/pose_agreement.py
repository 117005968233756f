"""The error of the estimated pose of the hand while the graph runs."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

TRUTHS_KEPT = 512


class PoseAgreement:
    """Compares estimated angles with the true angles, interpolated to the same time.

    Attributes:
        estimates: Number of received estimates.
    """

    def __init__(self) -> None:
        self.estimates = 0
        self._truths: deque[tuple[int, NDArray[np.float64]]] = deque(maxlen=TRUTHS_KEPT)
        self._names: tuple[str, ...] = ()
        self._sum, self._count = 0.0, 0
        self._recent_sum, self._recent_count = 0.0, 0

    def truth(self, stamp: int, names: Sequence[str], position: Sequence[float]) -> None:
        """Record the true angles (rad) at ``stamp`` (ns).

        Earlier records are discarded if they are of other joints or not of earlier times.
        """
        if len(names) != len(position):
            return
        if tuple(names) != self._names or (self._truths and stamp <= self._truths[-1][0]):
            self._truths.clear()
        self._names = tuple(names)
        self._truths.append((stamp, np.array(position, dtype=float)))

    def estimate(self, stamp: int, names: Sequence[str], position: Sequence[float]) -> None:
        """Record estimated angles (rad) at ``stamp`` (ns); joints without a true angle are ignored."""
        self.estimates += 1
        true_places, made_places = self._shared(tuple(names), self._names)
        if not true_places or len(names) != len(position) or not self._truths or not self._truths[0][0] <= stamp:
            return
        error = float(np.degrees(np.abs(np.array(position)[made_places] - self._at(stamp)[true_places])).mean())
        self._sum, self._count = self._sum + error, self._count + 1
        self._recent_sum, self._recent_count = self._recent_sum + error, self._recent_count + 1

    def overall(self) -> float:
        """Return the mean absolute error of all estimates, degrees; NaN without estimates."""
        return self._sum / self._count if self._count else float("nan")

    def recent(self) -> float:
        """Return the mean absolute error since the last call, degrees; NaN without an estimate."""
        error = self._recent_sum / self._recent_count if self._recent_count else float("nan")
        self._recent_sum, self._recent_count = 0.0, 0
        return error

    @staticmethod
    @lru_cache(maxsize=2)
    def _shared(names: tuple[str, ...], true_names: tuple[str, ...]) -> tuple[list[int], list[int]]:
        """Return the places of the joints that both have, in ``true_names`` and in ``names``."""
        places = [(true_names.index(name), number) for number, name in enumerate(names) if name in true_names]
        return [true for true, _ in places], [made for _, made in places]

    def _at(self, stamp: int) -> NDArray[np.float64]:
        later = min(bisect_left(self._truths, stamp, key=lambda truth: truth[0]), len(self._truths) - 1)
        (start, before), (end, after) = self._truths[max(later - 1, 0)], self._truths[later]
        share = (stamp - start) / (end - start) if end > start else 0.0
        return before + min(share, 1.0) * (after - before)
