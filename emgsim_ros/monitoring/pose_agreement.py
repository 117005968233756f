"""The error of the estimated pose of the hand while the graph runs."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

TRUTHS_KEPT = 512


class PoseAgreement:
    """Compares estimated angles with the true angles, interpolated to the same time.

    Attributes:
        estimates: Number of received estimates.
    """

    def __init__(self) -> None:
        self.estimates = 0
        self._truths: deque[tuple[int, NDArray[np.float64]]] = deque(maxlen=TRUTHS_KEPT)
        self._names: Sequence[str] = ()
        self._shared: tuple[Sequence[str], Sequence[str], NDArray[np.intp], NDArray[np.intp]] | None = None
        self._sum, self._count = 0.0, 0
        self._recent_sum, self._recent_count = 0.0, 0

    def truth(self, stamp: int, names: Sequence[str], position: ArrayLike) -> None:
        """Record the true angles (rad) at ``stamp`` (ns); the names must not be changed afterwards.

        Earlier records are discarded if they are of other joints or not of earlier times.
        """
        angles = np.array(position, dtype=float)
        if len(names) != len(angles):
            return
        if names is not self._names and list(names) != list(self._names):
            self._truths.clear()
        if self._truths and stamp <= self._truths[-1][0]:
            self._truths.clear()
        self._names = names
        self._truths.append((stamp, angles))

    def estimate(self, stamp: int, names: Sequence[str], position: ArrayLike) -> None:
        """Record estimated angles (rad) at ``stamp`` (ns); joints without a true angle are ignored.

        The names must not be changed afterwards.
        """
        self.estimates += 1
        angles = np.asarray(position, dtype=float)
        if len(names) != len(angles) or not self._truths or not self._truths[0][0] <= stamp:
            return
        true_places, made_places = self._places(names)
        if not len(true_places):
            return
        error = float(np.abs(angles[made_places] - self._at(stamp)[true_places]).sum()) / len(true_places)
        error = math.degrees(error)
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

    def _places(self, names: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the places of the joints that both have, among the true angles and among those called ``names``."""
        kept = self._shared
        if kept is None or kept[0] is not names or kept[1] is not self._names:
            true = {name: place for place, name in enumerate(self._names)}
            pairs = [(true[name], place) for place, name in enumerate(names) if name in true]
            places = np.array(pairs, dtype=np.intp).reshape(-1, 2)
            kept = self._shared = (names, self._names, places[:, 0], places[:, 1])
        return kept[2], kept[3]

    def _at(self, stamp: int) -> NDArray[np.float64]:
        later = min(bisect_left(self._truths, stamp, key=lambda truth: truth[0]), len(self._truths) - 1)
        (start, before), (end, after) = self._truths[max(later - 1, 0)], self._truths[later]
        share = (stamp - start) / (end - start) if end > start else 0.0
        return before + min(share, 1.0) * (after - before)
