"""The potentials of one muscle's motor units at the present length of its fibres.

The bank has them at some relative lengths, over stretched time. Between two of them they are interpolated linearly,
then stretched back to real time by band-limited interpolation. A test bounds the error against potentials computed
at the length itself.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..motor_units.fatigue import LOSS
from ..muap.bank import RELATIVE_LENGTHS, MusclePotentials

TAPS = 12  # samples on either side that a band-limited interpolation takes
SHAPE = 8.0  # of its Kaiser window
TOGETHER = 32  # units that are brought to the present length at once
LEAST_SLOWING = 1 - LOSS  # factor of the conduction velocity in a fully fatigued muscle
STEP = 0.002  # to which lengths and velocities are rounded: what changes less leaves the potentials as they are


class MovingPotentials:
    """Potentials that follow their muscle, in the muscle's own patterns.

    Args:
        potentials: Of the bank.
        device: Torch device that holds them.

    Attributes:
        longest: Samples of a potential at the greatest length and the lowest velocity.
    """

    def __init__(self, potentials: MusclePotentials, device: str = "cpu") -> None:
        self._waveforms = potentials.waveforms
        self._weights = torch.from_numpy(potentials.weights).to(device)
        self.longest = int(np.ceil(self._waveforms.shape[1] * RELATIVE_LENGTHS[-1] / LEAST_SLOWING))
        _, units, _, patterns = self._weights.shape
        self._now = torch.zeros((units, self.longest, patterns), device=device)
        self._fresh = np.zeros(-(-units // TOGETHER), dtype=bool)
        self._at = (0, 0)
        self._samples = 0
        self.move(1.0)

    def move(self, relative_length: float, slowing: float = 1.0) -> None:
        """Let the fibres have another length from now on.

        Args:
            relative_length: Beyond the bank's, the potentials of its ends hold.
            slowing: Factor of the conduction velocity, :data:`LEAST_SLOWING` to 1.
        """
        length = round(float(np.clip(relative_length, RELATIVE_LENGTHS[0], RELATIVE_LENGTHS[-1])) / STEP)
        slowing = round(float(np.clip(slowing, LEAST_SLOWING, 1.0)) / STEP)
        if (length, slowing) == self._at:
            return
        self._at, self._length = (length, slowing), length * STEP
        stretched = time_stretch(self._waveforms.shape[1], length / slowing) @ self._waveforms.T
        self._stretched = torch.from_numpy(stretched).to(self._weights.device)
        self._samples = len(stretched)
        self._fresh[:] = False

    def add(self, sums: Tensor, sample: NDArray[np.int64], unit: NDArray[np.int64]) -> None:
        """Add the potentials of discharges to [samples, patterns] sums, in their order."""
        self._refresh(np.unique(unit // TOGETHER))
        if sums.is_cuda:
            rows = torch.from_numpy(sample[:, None] + np.arange(self._samples)).to(sums.device)
            added = self._now[torch.from_numpy(unit).to(sums.device), : self._samples]
            sums.index_add_(0, rows.flatten(), added.flatten(0, 1))
            return
        array, now = sums.numpy(), self._now.numpy()  # the same memory; small sums are much faster through numpy
        for start, one in zip(sample.tolist(), unit.tolist(), strict=True):
            array[start : start + self._samples] += now[one, : self._samples]

    def refresh(self) -> None:
        """Bring all units to the present length, whether they fire or not."""
        self._refresh(np.arange(len(self._fresh)))

    def _refresh(self, groups: NDArray[np.int64]) -> None:
        place = (self._length - RELATIVE_LENGTHS[0]) / (RELATIVE_LENGTHS[1] - RELATIVE_LENGTHS[0])
        below = min(int(place), len(RELATIVE_LENGTHS) - 2)
        for group in groups[~self._fresh[groups]].tolist():
            units = slice(group * TOGETHER, (group + 1) * TOGETHER)
            between = torch.lerp(self._weights[below, units], self._weights[below + 1, units], place - below)
            self._now[units, : self._samples] = self._stretched @ between
            self._fresh[group] = True


@lru_cache(maxsize=512)
def time_stretch(samples: int, factor: float) -> NDArray[np.float32]:
    """[stretched samples, samples] matrix that makes a signal ``factor`` times as long: Kaiser-windowed sinc."""
    place = np.arange(int(np.ceil(samples * factor)))[:, None] / factor - np.arange(samples)
    window = np.i0(SHAPE * np.sqrt(np.maximum(1 - (place / TAPS) ** 2, 0.0))) / np.i0(SHAPE)
    return (np.sinc(place) * np.where(np.abs(place) < TAPS, window, 0.0)).astype(np.float32)
