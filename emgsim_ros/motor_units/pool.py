"""The motoneuron pool of Fuglevand, Winter & Patla (1993), streaming.

Unit i of N is recruited when the excitation E reaches its threshold RTE_i and then fires at

    rate = min(40 - 10 r, 10 - 5 r + (E - RTE_i)(50 - 20 r)) Hz,    r = RTE_i / RTE_N,

the onion-skin form of NeuroMotion (Ma et al. 2024). Inter-spike intervals scatter with a coefficient of
variation of 1/6: a unit's phase grows with its rate, and it fires when the phase has grown by a normal
variate of mean 1 and SD 1/6. Phase and variates belong to the unit, so spikes do not depend on how the
excitation is cut into blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..seeds import seed_sequence

Array = NDArray[np.float64]

RECRUITMENT_RANGE = 50.0  # ratio of the last unit's threshold to the first's
LAST_RECRUITED = 0.75  # excitation at which the last unit is recruited
INTERVAL_VARIATION = 1.0 / 6.0  # coefficient of variation of the inter-spike intervals
SHORTEST_INTERVAL = 0.2  # of the mean interval: the normal variate is cut off here
_CYCLE = float(2**40)
_DRAWS = 64  # interval variates drawn at once per unit


@dataclass(frozen=True)
class Spikes:
    """Discharges within a stretch of samples, sorted by sample, then unit.

    Attributes:
        sample: [spikes] sample number within the stretch.
        unit: [spikes] unit that fired, 0 recruited first.
    """

    sample: NDArray[np.int64]
    unit: NDArray[np.int64]


class MotorUnitPool:
    """Thresholds and firing rates of the motoneurons of one muscle.

    Args:
        units: Number of motor units, 1 or more.

    Attributes:
        thresholds: [units] excitation at which each is recruited, rising, at most 0.75.
    """

    def __init__(self, units: int) -> None:
        rank = np.arange(1, units + 1)
        thresholds = np.exp(rank * np.log(RECRUITMENT_RANGE + 1) / units) - 1
        self.thresholds: Array = thresholds * LAST_RECRUITED / thresholds[-1]
        self._relative = self.thresholds / self.thresholds[-1]

    def rates(self, excitation: Array) -> Array:
        """[times, units] firing rate (Hz) at [times] excitation, 0 for units not recruited."""
        r = self._relative
        beyond = excitation[:, None] - self.thresholds
        rate = np.minimum(40 - 10 * r, 10 - 5 * r + beyond * (50 - 20 * r))
        return np.where(beyond >= 0, rate, 0.0)


class SpikeTrains:
    """The discharges of one pool, block after block.

    Args:
        pool: The motoneurons.
        sample_rate: Hz.
        seed: Scenario seed.
        muscle: Name of the muscle, which names its random draws.
    """

    def __init__(self, pool: MotorUnitPool, sample_rate: int, seed: int, muscle: str) -> None:
        self._pool = pool
        self._sample_rate = sample_rate
        units = len(pool.thresholds)
        seeds = seed_sequence(seed, "spikes", muscle).spawn(units)
        self._generators = [np.random.Generator(np.random.PCG64(s)) for s in seeds]
        self._draws = np.array([self._draw(unit) for unit in range(units)])
        self._next_draw = np.zeros(units, dtype=np.int64)
        first = [generator.uniform() for generator in self._generators]  # pools do not start in step
        self._remaining = _fixed_point(np.array(first))

    def advance(self, excitation: Array) -> Spikes:
        """The spikes of the next ``len(excitation)`` samples, driven by [samples] excitation of 0 to 1."""
        recruited = int(np.searchsorted(self._pool.thresholds, excitation.max(), side="right"))
        step = _fixed_point(self._pool.rates(excitation)[:, :recruited] / self._sample_rate)
        phase = np.cumsum(step, axis=0)
        remaining = self._remaining[:recruited]
        samples, units = [], []
        fired = np.flatnonzero(phase[-1] >= remaining)
        while len(fired):
            samples.append(np.argmax(phase[:, fired] >= remaining[fired], axis=0))
            units.append(fired)
            remaining[fired] += self._take(fired)
            fired = fired[phase[-1, fired] >= remaining[fired]]
        remaining -= phase[-1]
        if not samples:
            return Spikes(np.empty(0, np.int64), np.empty(0, np.int64))
        sample, unit = np.concatenate(samples), np.concatenate(units)
        order = np.lexsort((unit, sample))
        return Spikes(sample[order], unit[order])

    def _draw(self, unit: int) -> Array:
        variates = self._generators[unit].normal(1.0, INTERVAL_VARIATION, _DRAWS)
        return np.maximum(variates, SHORTEST_INTERVAL)

    def _take(self, units: NDArray[np.int64]) -> NDArray[np.int64]:
        """The phase from one discharge to the next of each of ``units``, fixed point."""
        for unit in units[self._next_draw[units] == _DRAWS]:
            self._draws[unit] = self._draw(unit)
            self._next_draw[unit] = 0
        taken = self._draws[units, self._next_draw[units]]
        self._next_draw[units] += 1
        return _fixed_point(taken)


def _fixed_point(cycles: Array) -> NDArray[np.int64]:
    """Phase as a whole number of 2^-40 cycles: sums are exact, so blocks can be cut anywhere."""
    return np.rint(cycles * _CYCLE).astype(np.int64)
