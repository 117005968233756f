"""From spikes to EMG: every discharge adds its unit's potential, across block borders.

Overlap-add: what a potential extends beyond the block is carried into the next ones. A discharge takes the potential
that its unit has at that moment, whatever the muscle does afterwards. The sums are made in each muscle's own patterns
(:mod:`..muap.bank`); only their sum over the muscles is spread over the electrodes.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..muap import MuapBank
from .moving_potentials import MovingPotentials


class MuapSynthesis:
    """Sums motor-unit potentials, block after block.

    Args:
        bank: The potentials.
        device: Torch device that holds them and does the sums.

    Raises:
        InvalidInput: The device is not at hand.
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
        """Let each muscle have another relative fibre length and conduction velocity from now on."""
        for muscle, length, factor in zip(self._muscles, relative_lengths, slowing, strict=True):
            muscle.move(length, factor)

    def refresh(self) -> None:
        """Bring the potentials of all units to the present lengths at once; else this is done as units fire."""
        for muscle in self._muscles:
            muscle.refresh()

    def advance(
        self, sample: NDArray[np.int64], muscle: NDArray[np.int64], unit: NDArray[np.int64], count: int
    ) -> NDArray[np.float32]:
        """The next ``count`` samples.

        Args:
            sample: [spikes] sample of each discharge within the block, 0 to count - 1, rising.
            muscle: [spikes] number of its muscle in the bank.
            unit: [spikes] its unit within the muscle.
            count: Samples in the block, 1 or more.

        Returns:
            [count, electrodes], mV.
        """
        sums = []
        for number, potentials in enumerate(self._muscles):
            tail, mine = self._tails[number], muscle == number
            buffer = torch.cat([tail, tail.new_zeros((count, tail.shape[1]))])
            potentials.add(buffer, sample[mine], unit[mine])
            self._tails[number] = buffer[count:]
            sums.append(buffer[:count])
        return (torch.cat(sums, dim=1) @ self._patterns).cpu().numpy()

    def reset(self) -> None:
        """Forget what earlier discharges still have to add."""
        self._tails = [torch.zeros_like(tail) for tail in self._tails]
