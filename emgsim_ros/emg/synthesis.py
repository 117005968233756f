"""Synthesis of EMG from spikes: every discharge adds the potential of its unit.

The sums are computed by overlap-add: the part of a potential beyond the end of a block is added to later blocks. A
discharge uses the potential of its unit at that moment, whatever happens to the muscle afterwards. The potentials are
summed as coefficients of each muscle's patterns (`muap.bank`), and only the total is converted to electrode signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..muap import MuapBank
from .moving_potentials import MovingPotentials

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Move:
    """The lengths and conduction velocities of the fibres from a sample on.

    Attributes:
        sample: Number of the sample within a block; the discharges from here on have the new potentials.
        relative_lengths: [muscles] relative fibre lengths.
        slowing: [muscles] factors of the conduction velocities.
    """

    sample: int
    relative_lengths: NDArray[np.float64]
    slowing: NDArray[np.float64]


class MuapSynthesis:
    """Sum of motor-unit potentials, computed block by block.

    Args:
        bank: The potentials.
        device: Torch device on which they are stored and summed.
        rows: Number of samples that are converted to electrode signals by one matrix product. A product of another
            number of samples may be rounded differently, so blocks of a fixed length have the same numbers whether
            they are computed alone or together.

    Raises:
        InvalidInput: The device does not exist.
    """

    def __init__(self, bank: MuapBank, device: str = "cpu", rows: int = 1024) -> None:
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise InvalidInput("device", device, "cpu: this machine has no CUDA device that torch can use")
        self._muscles = [MovingPotentials(potentials, device) for potentials in bank.muscles.values()]
        patterns = [potentials.patterns for potentials in bank.muscles.values()]
        self._patterns = torch.from_numpy(np.concatenate(patterns)).to(device)
        self._rows = rows
        ends = np.cumsum([len(rows) for rows in patterns]).tolist()
        self._columns = [slice(end - len(rows), end) for end, rows in zip(ends, patterns, strict=True)]
        self.reset()

    def move(self, relative_lengths: NDArray[np.float64], slowing: NDArray[np.float64]) -> None:
        """Set the fibre lengths and conduction velocities for the following discharges.

        Args:
            relative_lengths: [muscles] relative fibre lengths.
            slowing: [muscles] factors of the conduction velocities.
        """
        for muscle, length, factor in zip(self._muscles, relative_lengths, slowing, strict=True):
            muscle.move(length, factor)

    def advance(
        self, sample: Numbers, muscle: Numbers, unit: Numbers, count: int, moves: Sequence[Move] = ()
    ) -> NDArray[np.float32]:
        """Return the next ``count`` samples.

        Args:
            sample: [spikes] sample of each discharge within the block, 0 to count - 1, ascending.
            muscle: [spikes] number of the muscle in the bank.
            unit: [spikes] number of the unit within the muscle.
            count: Number of samples in the block, 1 or more.
            moves: Changes of the fibre lengths within the block, ascending by sample.

        Returns:
            [count, electrodes] EMG, mV.
        """
        order = np.argsort(muscle, kind="stable")
        bounds = np.searchsorted(muscle[order], np.arange(len(self._muscles) + 1)).tolist()
        sample, unit = sample[order], unit[order]
        sums = self._zeros(count, len(self._patterns))
        for number, columns in enumerate(self._columns):
            own = slice(bounds[number], bounds[number + 1])
            self._advance(number, sample[own], unit[own], sums[:, columns], moves)
        sums = torch.from_numpy(sums) if isinstance(sums, np.ndarray) else sums
        electrodes = sums.new_empty((count, self._patterns.shape[1]))
        for part, out in zip(sums.split(self._rows), electrodes.split(self._rows), strict=True):
            torch.mm(part, self._patterns, out=out)
        return electrodes.cpu().numpy()

    def _advance(self, number: int, sample: Numbers, unit: Numbers, sums: Any, moves: Sequence[Move]) -> None:
        """Write the sums of one muscle to ``sums``, [count, patterns], which are 0."""
        potentials, tail, count, first = self._muscles[number], self._tails[number], len(sums), 0
        if not len(sample) and self._quiet[number] >= len(tail):  # nothing to add
            for move in moves[-1:]:
                potentials.move(move.relative_lengths[number], move.slowing[number])
            return
        buffer = self._zeros(len(tail) + count, sums.shape[1])
        buffer[: len(tail)] = tail
        for move in moves:
            end = int(np.searchsorted(sample, move.sample))
            potentials.add(buffer, sample[first:end], unit[first:end])
            potentials.move(move.relative_lengths[number], move.slowing[number])
            first = end
        potentials.add(buffer, sample[first:], unit[first:])
        sums[:] = buffer[:count]
        tail[:] = buffer[count:]
        self._quiet[number] = count - 1 - int(sample[-1]) if len(sample) else self._quiet[number] + count

    def reset(self) -> None:
        """Discard the remaining parts of the potentials of earlier discharges."""
        self._tails = [
            self._zeros(muscle.longest, columns.stop - columns.start)
            for muscle, columns in zip(self._muscles, self._columns, strict=True)
        ]
        self._quiet = [muscle.longest for muscle in self._muscles]  # samples since the last discharge

    def _zeros(self, samples: int, columns: int) -> Any:
        """Return an array on the CPU, where numpy takes less time than torch, and a tensor on another device."""
        if self._patterns.is_cuda:
            return self._patterns.new_zeros((samples, columns))
        return np.zeros((samples, columns), dtype=np.float32)
