"""Synthesis of EMG from spikes: every discharge adds the potential of its unit.

The bank contains the potentials at several relative lengths, over scaled time. They are interpolated linearly between
two lengths and then scaled back to real time by band-limited interpolation. A test limits the error relative to
potentials that are computed at the exact length. A discharge uses the potential of its unit at that moment, whatever
happens to the muscle afterwards.

The sums are computed by overlap-add: the part of a potential beyond the end of a block is added to later blocks. They
are formed as coefficients of each muscle's patterns (`muap.bank`), and only the total is converted to electrode
signals. Potentials are computed when their units discharge: units discharge about as often as the length changes, so
keeping them would save nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..muap import MuapBank
from .device_synthesis import DeviceSums
from .moving_lengths import Move

if TYPE_CHECKING:
    from .native_synthesis import NativeSums

Numbers = NDArray[np.int64]


class MuapSynthesis:
    """Sum of motor-unit potentials, computed block by block.

    On the CPU the numbers do not depend on the lengths of the blocks, to the last bit.

    Args:
        bank: The potentials.
        device: Torch device on which they are stored and summed.
        rows: On another device than the CPU, number of samples that are converted to electrode signals by one matrix
            product. A product of another number of samples may be rounded differently, so blocks of a fixed length
            have the same numbers whether they are computed alone or together.

    Raises:
        InvalidInput: The device does not exist.
    """

    def __init__(self, bank: MuapBank, device: str = "cpu", rows: int = 1024) -> None:
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise InvalidInput("device", device, "cpu: this machine has no CUDA device that torch can use")
        self._sums: NativeSums | DeviceSums = _native_sums(bank) if device == "cpu" else DeviceSums(bank, device, rows)

    def move(self, relative_lengths: NDArray[np.float64], slowing: NDArray[np.float64]) -> None:
        """Set the fibre lengths and conduction velocities for the following discharges.

        Args:
            relative_lengths: [muscles] relative fibre lengths; values outside the range of the bank are clipped to it.
            slowing: [muscles] factors of the conduction velocities, `LEAST_SLOWING` to 1.
        """
        self._sums.move(relative_lengths, slowing)

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
        return self._sums.advance(sample, muscle, unit, count, moves)

    def reset(self) -> None:
        """Discard the remaining parts of the potentials of earlier discharges."""
        self._sums.reset()


def _native_sums(bank: MuapBank) -> NativeSums:
    """Return the sums in machine code, whose compiler is loaded only where it is needed."""
    from .native_synthesis import NativeSums

    return NativeSums(bank)
