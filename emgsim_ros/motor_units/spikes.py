"""The output of all pool models: the discharges of motor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Spikes:
    """Discharges within a block of samples, sorted by sample, then by muscle, then by unit.

    Attributes:
        sample: [spikes] number of the sample within the block.
        muscle: [spikes] number of the muscle.
        unit: [spikes] number of the motor unit within the muscle; unit 0 is recruited first.
    """

    sample: NDArray[np.int64]
    muscle: NDArray[np.int64]
    unit: NDArray[np.int64]

    def later(self, samples: int) -> Spikes:
        """Return the same discharges in a block that begins ``samples`` earlier."""
        return Spikes(self.sample + samples, self.muscle, self.unit)

    def between(self, first: int, end: int) -> Spikes:
        """Return the discharges of a part of the block, from sample ``first`` to before ``end``."""
        start, stop = np.searchsorted(self.sample, [first, end])
        return Spikes(self.sample[start:stop] - first, self.muscle[start:stop], self.unit[start:stop])


def joined(parts: Sequence[Spikes]) -> Spikes:
    """Return the discharges of parts of a block that follow each other."""
    return Spikes(*(np.concatenate([getattr(one, name) for one in parts]) for name in ("sample", "muscle", "unit")))


class SpikeTrains(Protocol):
    """Interface of the spike trains of several pools, computed for any number of samples at once."""

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """Return the spikes of the next samples.

        Args:
            excitation: [samples, muscles] excitations, 0 to 1; fluctuations of the drive may raise them above 1.
            slowing: [muscles] factors of the firing rates, 1 in rested muscles.
        """
        ...


class Units:
    """The units of several muscles in a common numbering, muscle by muscle.

    Args:
        units: Number of motor units of each muscle.

    Attributes:
        muscle: [units] number of the unit's muscle.
        number: [units] number of the unit within its muscle.
    """

    def __init__(self, units: Mapping[str, int]) -> None:
        counts = list(units.values())
        self.muscle = np.repeat(np.arange(len(counts)), counts)
        self.number = np.concatenate([np.arange(count) for count in counts])

    def spikes(self, sample: NDArray[np.int64], row: NDArray[np.int64]) -> Spikes:
        """Return the sorted discharges of the units with the common numbers ``row`` at the samples ``sample``."""
        order = np.lexsort((row, sample))
        row = row[order]
        return Spikes(sample[order], self.muscle[row], self.number[row])


@njit(cache=True)
def doubled(numbers):
    """Return an array of twice the size that begins with these numbers."""
    larger = np.empty(2 * len(numbers), np.int64)
    for place in range(len(numbers)):
        larger[place] = numbers[place]
    return larger
