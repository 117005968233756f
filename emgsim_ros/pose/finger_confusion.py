"""Which finger moves: the movements of single fingers, and what a decoder makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..sessions.pose_session import FINGERS

Array = NDArray[np.float64]

DIGITS = ("thumb", *FINGERS)
SECONDS = 1.0  # s; length of the parts of a window in which the extent of a movement is measured
LEAST = np.radians(30.0)  # rad; least extent of a digit's flexion, summed over its joints, that counts (own choice)
OTHERS = 0.25  # greatest extent of the other digits relative to that of the digit that moves (own choice)


@dataclass(frozen=True)
class FingerConfusion:
    """Movements of single digits; the digits are those of `DIGITS`.

    Attributes:
        movements: [moved] number of movements of each digit.
        extent: [moved] sum of their true extents, rad.
        estimated: [moved, digit] sum of the estimated extents of every digit, rad.
        chosen: [moved, digit] number of movements in which the estimate of a digit moved most.
    """

    movements: NDArray[np.int64]
    extent: Array
    estimated: Array
    chosen: NDArray[np.int64]

    def __add__(self, other: FingerConfusion) -> FingerConfusion:
        """Return the movements of both."""
        return FingerConfusion(
            self.movements + other.movements,
            self.extent + other.extent,
            self.estimated + other.estimated,
            self.chosen + other.chosen,
        )

    @property
    def gains(self) -> Array:
        """[moved, digit] estimated extent of every digit relative to the true extent of the one that moves."""
        extent = self.extent[:, None]
        return np.divide(self.estimated, extent, out=np.full_like(self.estimated, np.nan), where=extent > 0)

    @property
    def accuracy(self) -> float:
        """Share of the movements in which the estimate moves the right digit most; NaN without movements."""
        total = int(self.movements.sum())
        return float(np.trace(self.chosen)) / total if total else float("nan")


def finger_confusion(estimate: Array, truth: Array, angle_names: Sequence[str], rate: float) -> FingerConfusion:
    """Return the movements of single digits in [windows, angles, frames] angles (rad), `rate` frames a second."""
    real, made = (_extents(angles, angle_names, rate) for angles in (truth, estimate))
    order = np.sort(real, axis=1)
    single = (order[:, -1] > LEAST) & (order[:, -2] < OTHERS * order[:, -1])
    real, made = real[single], made[single]
    moved, most = real.argmax(axis=1), made.argmax(axis=1)
    count = len(DIGITS)
    estimated, chosen = np.zeros((count, count)), np.zeros((count, count), dtype=np.int64)
    np.add.at(estimated, moved, made)
    np.add.at(chosen, (moved, most), 1)
    extent = np.bincount(moved, real[np.arange(len(moved)), moved], minlength=count).astype(np.float64)
    return FingerConfusion(np.bincount(moved, minlength=count), extent, estimated, chosen)


def _extents(angles: Array, angle_names: Sequence[str], rate: float) -> Array:
    """Return the extent of each digit's flexion in parts of all windows, [parts, digits] rad."""
    members = [[i for i, name in enumerate(angle_names) if name.startswith(d) and name.endswith("_fe")] for d in DIGITS]
    flexion = np.stack([angles[:, own].sum(axis=1) for own in members], axis=1)  # [windows, digits, frames]
    length = min(max(round(SECONDS * rate), 2), flexion.shape[2])
    count = flexion.shape[2] // length
    parts = flexion[..., : count * length].reshape(*flexion.shape[:2], count, length)
    return np.ptp(parts, axis=3).swapaxes(1, 2).reshape(-1, len(DIGITS))
