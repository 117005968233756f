"""The output of all pool models: the discharges of motor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..seeds import seed_sequence
from .pool import INTERVAL_VARIATION, SHORTEST_INTERVAL

Array = NDArray[np.float64]

_DRAWS = 64  # interval variates drawn at once per unit


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


class SpikeTrains(Protocol):
    """Interface of the spike trains of several pools, computed block by block."""

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """Return the spikes of the next samples.

        Args:
            excitation: [samples, muscles] excitations, 0 to 1.
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


class IntervalVariates:
    """Normal variates of inter-spike intervals, with a separate random sequence for every unit.

    Their mean is 1 and their standard deviation is `pool.INTERVAL_VARIATION`.

    Args:
        units: Number of motor units of each muscle.
        seed: Scenario seed.

    Attributes:
        phases: [units] uniform variates, which prevent a synchronous start of the units.
    """

    def __init__(self, units: Mapping[str, int], seed: int) -> None:
        seeds = [one for muscle, count in units.items() for one in seed_sequence(seed, "spikes", muscle).spawn(count)]
        self._generators = [np.random.Generator(np.random.PCG64(one)) for one in seeds]
        self._draws = np.array([self._draw(unit) for unit in range(len(seeds))])
        self._next = np.zeros(len(seeds), dtype=np.int64)
        self.phases = np.array([generator.uniform() for generator in self._generators])

    def take(self, units: NDArray[np.int64]) -> Array:
        """Return the next variate of each of ``units``."""
        for unit in units[self._next[units] == _DRAWS]:
            self._draws[unit] = self._draw(unit)
            self._next[unit] = 0
        taken = self._draws[units, self._next[units]]
        self._next[units] += 1
        return taken

    def _draw(self, unit: int) -> Array:
        return np.maximum(self._generators[unit].normal(1.0, INTERVAL_VARIATION, _DRAWS), SHORTEST_INTERVAL)
