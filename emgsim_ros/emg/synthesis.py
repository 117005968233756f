"""Synthesis of EMG from spikes: every discharge adds the potential of its unit.

The sums are computed by overlap-add: the part of a potential beyond the end of a block is added to later blocks. A
discharge uses the potential of its unit at that moment, whatever happens to the muscle afterwards. The potentials are
summed as coefficients of each muscle's patterns (`muap.bank`), and only the total is converted to electrode signals.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..muap import MuapBank
from .moving_potentials import MovingPotentials


class MuapSynthesis:
    """Sum of motor-unit potentials, computed block by block.

    Args:
        bank: The potentials.
        device: Torch device on which they are stored and summed.

    Raises:
        InvalidInput: The device does not exist.
    """

    def __init__(self, bank: MuapBank, device: str = "cpu") -> None:
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise InvalidInput("device", device, "cpu: this machine has no CUDA device that torch can use")
        self._muscles = [MovingPotentials(potentials, device) for potentials in bank.muscles.values()]
        patterns = [torch.from_numpy(potentials.patterns).to(device) for potentials in bank.muscles.values()]
        self._patterns = torch.cat(patterns)
        self._tails = [
            torch.zeros((muscle.longest, len(rows)), device=device)
            for muscle, rows in zip(self._muscles, patterns, strict=True)
        ]

    def move(self, relative_lengths: NDArray[np.float64], slowing: NDArray[np.float64]) -> None:
        """Set the fibre lengths and conduction velocities for the following discharges.

        Args:
            relative_lengths: [muscles] relative fibre lengths.
            slowing: [muscles] factors of the conduction velocities.
        """
        for muscle, length, factor in zip(self._muscles, relative_lengths, slowing, strict=True):
            muscle.move(length, factor)

    def refresh(self) -> None:
        """Update the potentials of all units to the current lengths now instead of at their next discharge."""
        for muscle in self._muscles:
            muscle.refresh()

    def advance(
        self, sample: NDArray[np.int64], muscle: NDArray[np.int64], unit: NDArray[np.int64], count: int
    ) -> NDArray[np.float32]:
        """Return the next ``count`` samples.

        Args:
            sample: [spikes] sample of each discharge within the block, 0 to count - 1, ascending.
            muscle: [spikes] number of the muscle in the bank.
            unit: [spikes] number of the unit within the muscle.
            count: Number of samples in the block, 1 or more.

        Returns:
            [count, electrodes] EMG, mV.
        """
        sums = []
        for number, potentials in enumerate(self._muscles):
            tail, selected = self._tails[number], muscle == number
            buffer = torch.cat([tail, tail.new_zeros((count, tail.shape[1]))])
            potentials.add(buffer, sample[selected], unit[selected])
            self._tails[number] = buffer[count:]
            sums.append(buffer[:count])
        return (torch.cat(sums, dim=1) @ self._patterns).cpu().numpy()

    def reset(self) -> None:
        """Discard the remaining parts of the potentials of earlier discharges."""
        self._tails = [torch.zeros_like(tail) for tail in self._tails]
