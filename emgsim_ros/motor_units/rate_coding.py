"""Spike trains of Fuglevand's pools, computed block by block.

Inter-spike intervals have a coefficient of variation of 1/6: a unit's phase increases with its rate, and the unit
discharges when the phase has increased by a normal variate of mean 1 and SD 1/6. Each unit has its own phase and
variates, so the spikes do not depend on the division of the excitation into blocks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .pool import MotorUnitPool, firing_rates
from .spikes import IntervalVariates, Spikes, Units

Array = NDArray[np.float64]

_CYCLE = float(2**40)


class RateCodedTrains:
    """Spike trains of rate-coded pools (`MotorUnitPool`), computed block by block.

    Args:
        units: Number of motor units of each muscle.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed.
    """

    def __init__(self, units: Mapping[str, int], sample_rate: int, seed: int) -> None:
        self._units, self._sample_rate = Units(units), sample_rate
        self._thresholds = np.concatenate([MotorUnitPool(count).thresholds for count in units.values()])
        self._variates = IntervalVariates(units, seed)
        self._remaining = _fixed_point(self._variates.phases)

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """See `SpikeTrains`."""
        recruited = np.flatnonzero(self._thresholds <= excitation.max(axis=0)[self._units.muscle])
        muscle = self._units.muscle[recruited]
        rates = firing_rates(excitation.T[muscle], self._thresholds[recruited, None])
        phase = np.cumsum(_fixed_point(rates * (slowing[muscle] / self._sample_rate)[:, None]), axis=1)
        remaining = self._remaining[recruited]
        samples, rows = [], []
        fired = np.flatnonzero(phase[:, -1] >= remaining)
        while len(fired):
            samples.append(np.argmax(phase[fired] >= remaining[fired, None], axis=1))
            rows.append(recruited[fired])
            remaining[fired] += _fixed_point(self._variates.take(recruited[fired]))
            fired = fired[phase[fired, -1] >= remaining[fired]]
        self._remaining[recruited] = remaining - phase[:, -1]
        if not samples:
            return self._units.spikes(np.empty(0, np.int64), np.empty(0, np.int64))
        return self._units.spikes(np.concatenate(samples), np.concatenate(rows))


def _fixed_point(cycles: Array) -> NDArray[np.int64]:
    """Return phases as multiples of 2^-40 cycles; their sums are exact and so independent of the block borders."""
    return np.rint(cycles * _CYCLE).astype(np.int64)
