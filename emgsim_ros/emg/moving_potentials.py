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

AT_ONCE = 80_000  # numbers in the potentials that are computed together; more would leave the processor's cache
SHORTEST, LONGEST = float(RELATIVE_LENGTHS[0]), float(RELATIVE_LENGTHS[-1])
LEAST_SLOWING = 1 - LOSS  # factor of the conduction velocity in a fully fatigued muscle
STEP = 0.002  # step to which lengths and velocities are rounded; smaller changes do not change the potentials


class MovingPotentials:
    """The potentials of one muscle at its current fibre length, as coefficients of the muscle's patterns.

    A potential is computed when its unit discharges. Units discharge about as often as the length changes, so keeping
    the potentials of all units would save nothing.

    Args:
        potentials: The muscle's potentials in the bank.
        device: Torch device on which they are stored.

    Attributes:
        longest: Number of samples of a potential at the greatest length and the lowest conduction velocity.
    """

    def __init__(self, potentials: MusclePotentials, device: str = "cpu") -> None:
        self._waveforms = potentials.waveforms
        self._weights = torch.from_numpy(potentials.weights).to(device)
        self._table = potentials.weights  # the same numbers for numpy
        self.longest = int(np.ceil(self._waveforms.shape[1] * RELATIVE_LENGTHS[-1] / LEAST_SLOWING))
        self._stretched: NDArray[np.float32] | None = None
        self._at = (0, 0)
        self.move(1.0)

    def move(self, relative_length: float, slowing: float = 1.0) -> None:
        """Set the length and conduction velocity of the fibres for the following discharges.

        Args:
            relative_length: Relative fibre length; values outside the range of the bank are clipped to it.
            slowing: Factor of the conduction velocity, `LEAST_SLOWING` to 1.
        """
        length = round(min(max(float(relative_length), SHORTEST), LONGEST) / STEP)
        slowing = round(min(max(float(slowing), LEAST_SLOWING), 1.0) / STEP)
        if (length, slowing) != self._at:
            self._at, self._stretched = (length, slowing), None

    def add(self, sums: Tensor | NDArray[np.float32], sample: NDArray[np.int64], unit: NDArray[np.int64]) -> None:
        """Add the potentials of discharges, in their order.

        Args:
            sums: [samples, patterns] sums, contiguous; updated in place. A tensor on the device, or an array if that is
                the CPU.
            sample: [spikes] sample of each discharge.
            unit: [spikes] unit of each discharge.
        """
        if not len(unit):
            return
        at_once = max(AT_ONCE // (len(self._waveforms_now()) * sums.shape[1]), 1)
        for first in range(0, len(unit), at_once):
            some = slice(first, first + at_once)
            if isinstance(sums, Tensor):
                self._add_on_device(sums, sample[some], unit[some])
            else:
                self._add_to_array(sums, sample[some], unit[some])

    def _add_to_array(self, sums: NDArray[np.float32], sample: NDArray[np.int64], unit: NDArray[np.int64]) -> None:
        """Add with numpy, which takes less time than torch for small arrays."""
        below, part = self._place()
        stretched, weights = self._waveforms_now(), self._table
        interpolated, above = weights[below].take(unit, axis=0), weights[below + 1].take(unit, axis=0)
        above -= interpolated
        above *= part
        interpolated += above
        potentials = np.matmul(stretched, interpolated).reshape(len(unit), -1)
        add, flat, (size, columns) = np.add, sums.reshape(-1), (potentials.shape[1], sums.shape[1])
        for start, potential in zip((sample * columns).tolist(), potentials, strict=True):
            window = flat[start : start + size]  # rows that follow each other are one run of numbers
            add(window, potential, window)

    def _add_on_device(self, sums: Tensor, sample: NDArray[np.int64], unit: NDArray[np.int64]) -> None:
        below, part = self._place()
        units = torch.from_numpy(unit).to(sums.device)
        interpolated = torch.lerp(self._weights[below][units], self._weights[below + 1][units], float(part))
        potentials = torch.from_numpy(self._waveforms_now()).to(sums.device) @ interpolated
        rows = torch.from_numpy(sample[:, None] + np.arange(potentials.shape[1])).to(sums.device)
        sums.index_add_(0, rows.flatten(), potentials.flatten(0, 1))

    def _waveforms_now(self) -> NDArray[np.float32]:
        """Return the [samples, waveforms] waveforms at the current length; those of silent muscles are not needed."""
        if self._stretched is None:
            length, slowing = self._at
            self._stretched = time_stretch(self._waveforms.shape[1], length / slowing) @ self._waveforms.T
        return self._stretched

    def _place(self) -> tuple[int, np.float32]:
        """Return the last length of the bank before the current one, and the share of the way to the next."""
        place = (self._at[0] * STEP - SHORTEST) / (RELATIVE_LENGTHS[1] - SHORTEST)
        below = min(int(place), len(RELATIVE_LENGTHS) - 2)
        return below, np.float32(place - below)
