"""The sum of potentials with torch, on a GPU or any other device of torch.

The steps are those of `native.summing`: the weights of a unit are interpolated between two lengths of the bank, its
waveforms are stretched to the present length, and their product is added to the sums of its muscle.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..muap import MuapBank
from ..muap.bank import RELATIVE_LENGTHS, MusclePotentials
from .moving_lengths import SHORTEST, STEP, Move, in_steps, longest_potential
from .time_stretch import stretched

AT_ONCE = 4_000_000  # numbers in the potentials that are computed together, which limits the memory

Numbers = NDArray[np.int64]


class DeviceSums:
    """Sums of potentials on a device of torch; see `MuapSynthesis`.

    Args:
        bank: The potentials.
        device: Torch device on which they are stored and summed.
        rows: Number of samples that are converted to electrode signals by one matrix product. A product of another
            number of samples may be rounded differently, so blocks of a fixed length have the same numbers whether
            they are computed alone or together.
    """

    def __init__(self, bank: MuapBank, device: str, rows: int) -> None:
        self._muscles = [_MovingPotentials(potentials, device) for potentials in bank.muscles.values()]
        patterns = [potentials.patterns for potentials in bank.muscles.values()]
        self._patterns = torch.from_numpy(np.concatenate(patterns)).to(device)
        self._rows = rows
        ends = np.cumsum([len(rows) for rows in patterns]).tolist()
        self._columns = [slice(end - len(rows), end) for end, rows in zip(ends, patterns, strict=True)]
        self.reset()

    def move(self, relative_lengths: NDArray[np.float64], slowing: NDArray[np.float64]) -> None:
        """See `MuapSynthesis.move`."""
        for muscle, at in zip(self._muscles, in_steps(relative_lengths, slowing), strict=True):
            muscle.at = at

    def advance(
        self, sample: Numbers, muscle: Numbers, unit: Numbers, count: int, moves: Sequence[Move] = ()
    ) -> NDArray[np.float32]:
        """See `MuapSynthesis.advance`."""
        order = np.argsort(muscle, kind="stable")
        bounds = np.searchsorted(muscle[order], np.arange(len(self._muscles) + 1)).tolist()
        sample, unit = sample[order], unit[order]
        sums = self._patterns.new_zeros((count, len(self._patterns)))
        for number, columns in enumerate(self._columns):
            own = slice(bounds[number], bounds[number + 1])
            self._advance(number, sample[own], unit[own], sums[:, columns], moves)
        electrodes = sums.new_empty((count, self._patterns.shape[1]))
        for part, out in zip(sums.split(self._rows), electrodes.split(self._rows), strict=True):
            torch.mm(part, self._patterns, out=out)
        return electrodes.cpu().numpy()

    def _advance(self, number: int, sample: Numbers, unit: Numbers, sums: Tensor, moves: Sequence[Move]) -> None:
        """Write the sums of one muscle to ``sums``, [count, patterns]."""
        potentials, tail, first = self._muscles[number], self._tails[number], 0
        buffer = torch.cat([tail, tail.new_zeros((len(sums), tail.shape[1]))])
        for move in moves:
            end = int(np.searchsorted(sample, move.sample))
            potentials.add(buffer, sample[first:end], unit[first:end])
            potentials.at = in_steps(move.relative_lengths[number], move.slowing[number])
            first = end
        potentials.add(buffer, sample[first:], unit[first:])
        sums[:] = buffer[: len(sums)]
        tail[:] = buffer[len(sums) :]

    def reset(self) -> None:
        """See `MuapSynthesis.reset`."""
        self._tails = [
            self._patterns.new_zeros((muscle.longest, columns.stop - columns.start))
            for muscle, columns in zip(self._muscles, self._columns, strict=True)
        ]


class _MovingPotentials:
    """The potentials of one muscle at its current fibre length, as coefficients of the muscle's patterns.

    Args:
        potentials: The muscle's potentials in the bank.
        device: Torch device on which they are stored.

    Attributes:
        at: Relative length and conduction velocity for the following discharges, in steps.
        longest: Number of samples of a potential at the greatest length and the lowest conduction velocity.
    """

    def __init__(self, potentials: MusclePotentials, device: str) -> None:
        self._waveforms = potentials.waveforms
        self._weights = torch.from_numpy(potentials.weights).to(device)
        self.longest = longest_potential(self._waveforms.shape[1])
        self.at = in_steps(1.0, 1.0)

    def add(self, sums: Tensor, sample: Numbers, unit: Numbers) -> None:
        """Add the potentials of discharges, in their order, to the [samples, patterns] sums."""
        if not len(unit):
            return
        length, slowing = self.at.tolist()
        waveforms = torch.from_numpy(stretched(self._waveforms, length / slowing)).to(sums.device)
        at_once = max(AT_ONCE // (len(waveforms) * sums.shape[1]), 1)
        for first in range(0, len(unit), at_once):
            self._add(sums, waveforms, length, sample[first : first + at_once], unit[first : first + at_once])

    def _add(self, sums: Tensor, waveforms: Tensor, length: int, sample: Numbers, unit: Numbers) -> None:
        place = (length * STEP - SHORTEST) / (RELATIVE_LENGTHS[1] - SHORTEST)
        below = min(int(place), len(RELATIVE_LENGTHS) - 2)
        units = torch.from_numpy(unit).to(sums.device)
        interpolated = torch.lerp(self._weights[below][units], self._weights[below + 1][units], float(place - below))
        potentials = waveforms @ interpolated
        rows = torch.from_numpy(sample[:, None] + np.arange(potentials.shape[1])).to(sums.device)
        sums.index_add_(0, rows.flatten(), potentials.flatten(0, 1))
