"""The potentials of one muscle's motor units at the current length of its fibres.

The bank contains the potentials at several relative lengths, over scaled time. They are interpolated linearly between
two lengths and then scaled back to real time by band-limited interpolation. A test limits the error relative to
potentials that are computed at the exact length.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..motor_units.fatigue import LOSS
from ..muap.bank import RELATIVE_LENGTHS, MusclePotentials
from .time_stretch import time_stretch

GROUP = 32  # units whose potentials are updated together
LEAST_SLOWING = 1 - LOSS  # factor of the conduction velocity in a fully fatigued muscle
STEP = 0.002  # step to which lengths and velocities are rounded; smaller changes do not update the potentials


class MovingPotentials:
    """The potentials of one muscle at its current fibre length, as coefficients of the muscle's patterns.

    Args:
        potentials: The muscle's potentials in the bank.
        device: Torch device on which they are stored.

    Attributes:
        longest: Number of samples of a potential at the greatest length and the lowest conduction velocity.
    """

    def __init__(self, potentials: MusclePotentials, device: str = "cpu") -> None:
        self._waveforms = potentials.waveforms
        self._weights = torch.from_numpy(potentials.weights).to(device)
        self.longest = int(np.ceil(self._waveforms.shape[1] * RELATIVE_LENGTHS[-1] / LEAST_SLOWING))
        _, units, _, patterns = self._weights.shape
        self._now = torch.zeros((units, self.longest, patterns), device=device)
        self._updated = np.zeros(-(-units // GROUP), dtype=bool)
        self._at = (0, 0)
        self._samples = 0
        self.move(1.0)

    def move(self, relative_length: float, slowing: float = 1.0) -> None:
        """Set the length and conduction velocity of the fibres for the following discharges.

        Args:
            relative_length: Relative fibre length; values outside the range of the bank are clipped to it.
            slowing: Factor of the conduction velocity, `LEAST_SLOWING` to 1.
        """
        length = round(float(np.clip(relative_length, RELATIVE_LENGTHS[0], RELATIVE_LENGTHS[-1])) / STEP)
        slowing = round(float(np.clip(slowing, LEAST_SLOWING, 1.0)) / STEP)
        if (length, slowing) == self._at:
            return
        self._at, self._length = (length, slowing), length * STEP
        stretched = time_stretch(self._waveforms.shape[1], length / slowing) @ self._waveforms.T
        self._stretched = torch.from_numpy(stretched).to(self._weights.device)
        self._samples = len(stretched)
        self._updated[:] = False

    def add(self, sums: Tensor, sample: NDArray[np.int64], unit: NDArray[np.int64]) -> None:
        """Add the potentials of discharges, in their order.

        Args:
            sums: [samples, patterns] sums, updated in place.
            sample: [spikes] sample of each discharge.
            unit: [spikes] unit of each discharge.
        """
        self._refresh(np.unique(unit // GROUP))
        if sums.is_cuda:
            rows = torch.from_numpy(sample[:, None] + np.arange(self._samples)).to(sums.device)
            added = self._now[torch.from_numpy(unit).to(sums.device), : self._samples]
            sums.index_add_(0, rows.flatten(), added.flatten(0, 1))
            return
        array, now = sums.numpy(), self._now.numpy()  # views of the same memory; numpy is much faster for small sums
        for start, one in zip(sample.tolist(), unit.tolist(), strict=True):
            array[start : start + self._samples] += now[one, : self._samples]

    def refresh(self) -> None:
        """Update the potentials of all units to the current length, whether or not they discharge."""
        self._refresh(np.arange(len(self._updated)))

    def _refresh(self, groups: NDArray[np.int64]) -> None:
        place = (self._length - RELATIVE_LENGTHS[0]) / (RELATIVE_LENGTHS[1] - RELATIVE_LENGTHS[0])
        below = min(int(place), len(RELATIVE_LENGTHS) - 2)
        for group in groups[~self._updated[groups]].tolist():
            units = slice(group * GROUP, (group + 1) * GROUP)
            interpolated = torch.lerp(self._weights[below, units], self._weights[below + 1, units], place - below)
            self._now[units, : self._samples] = self._stretched @ interpolated
            self._updated[group] = True
