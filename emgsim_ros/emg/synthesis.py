"""From spikes to EMG: every discharge adds its unit's potential, across block borders.

Overlap-add: what a potential extends beyond the block is carried into the next ones. Each sample receives
its contributions in the order of the discharges, so the result is the same to the last bit however the
stream is cut into blocks.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import InvalidInput


class MuapSynthesis:
    """Sums motor-unit potentials, block after block.

    Args:
        potentials: [units, samples, electrodes] float32, mV.
        device: Torch device that holds the potentials and does the sums.

    Raises:
        InvalidInput: The device is not at hand.
    """

    def __init__(self, potentials: NDArray[np.float32], device: str = "cpu") -> None:
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise InvalidInput("device", device, "cpu: this machine has no CUDA device that torch can use")
        self._potentials = torch.from_numpy(potentials).to(device)
        self._tail = torch.zeros(potentials.shape[1:], device=device)

    def advance(self, sample: NDArray[np.int64], row: NDArray[np.int64], count: int) -> NDArray[np.float32]:
        """The next ``count`` samples.

        Args:
            sample: [spikes] sample of each discharge within the block, 0 to count - 1, rising.
            row: [spikes] row of the unit in ``potentials``.
            count: Samples in the block, 1 or more.

        Returns:
            [count, electrodes], mV.
        """
        length = self._tail.shape[0]
        buffer = torch.zeros((count + length, self._tail.shape[1]), device=self._tail.device)
        buffer[:length] = self._tail
        for start, unit in zip(sample.tolist(), row.tolist(), strict=True):
            buffer[start : start + length] += self._potentials[unit]
        self._tail = buffer[count:]
        return buffer[:count].cpu().numpy()

    def reset(self) -> None:
        """Forget what earlier discharges still have to add."""
        self._tail = torch.zeros_like(self._tail)
