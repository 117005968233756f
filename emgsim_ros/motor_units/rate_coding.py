"""Spike trains of Fuglevand's pools, computed block by block.

A unit's phase increases with its rate, and the unit discharges when the phase has increased by a random interval
(`intervals`). Each unit has its own phase and variates, so the spikes do not depend on the division of the excitation
into blocks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .intervals import INDEPENDENT_NOISE, IntervalVariates, interval_variation, intervals
from .pool import DEFAULT, MotorUnitPool, rates_beyond
from .properties import PoolProperties
from .spikes import Spikes, Units

Array = NDArray[np.float64]

_CYCLE = float(2**40)


class RateCodedTrains:
    """Spike trains of rate-coded pools (`MotorUnitPool`), computed block by block.

    Args:
        units: Number of motor units of each muscle.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed.
        properties: Recruitment and rate coding by muscle; the default for muscles that it lacks.
        independent_noise: Coefficient of variation of the intervals far above the recruitment threshold.
    """

    def __init__(
        self,
        units: Mapping[str, int],
        sample_rate: int,
        seed: int,
        properties: Mapping[str, PoolProperties] | None = None,
        independent_noise: float = INDEPENDENT_NOISE,
    ) -> None:
        self._units, self._sample_rate, self._noise = Units(units), sample_rate, independent_noise
        known = properties or {}
        pools = [MotorUnitPool(count, known.get(name, DEFAULT)) for name, count in units.items()]
        self._thresholds = np.concatenate([pool.thresholds for pool in pools])
        self._start = np.concatenate([pool.start_rates() for pool in pools])
        self._slope = np.concatenate([pool.slopes() for pool in pools])
        self._peak = np.concatenate([pool.peak_rates() for pool in pools])
        self._variates = IntervalVariates(units, seed)
        self._remaining = _fixed_point(self._variates.phases)

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """See `SpikeTrains`."""
        recruited = np.flatnonzero(self._thresholds <= excitation.max(axis=0)[self._units.muscle])
        muscle = self._units.muscle[recruited]
        beyond = excitation.T[muscle] - self._thresholds[recruited, None]
        rates = rates_beyond(beyond, *(values[recruited, None] for values in (self._start, self._slope, self._peak)))
        phase = np.cumsum(_fixed_point(rates * (slowing[muscle] / self._sample_rate)[:, None]), axis=1)
        remaining = self._remaining[recruited]
        samples, rows = [], []
        fired = np.flatnonzero(phase[:, -1] >= remaining)
        while len(fired):
            at = np.argmax(phase[fired] >= remaining[fired, None], axis=1)
            samples.append(at)
            rows.append(recruited[fired])
            variation = interval_variation(self._noise, beyond[fired, at])
            remaining[fired] += _fixed_point(intervals(self._variates.take(recruited[fired]), variation))
            fired = fired[phase[fired, -1] >= remaining[fired]]
        self._remaining[recruited] = remaining - phase[:, -1]
        if not samples:
            return self._units.spikes(np.empty(0, np.int64), np.empty(0, np.int64))
        return self._units.spikes(np.concatenate(samples), np.concatenate(rows))


def _fixed_point(cycles: Array) -> NDArray[np.int64]:
    """Return phases as multiples of 2^-40 cycles; their sums are exact and so independent of the block borders."""
    return np.rint(cycles * _CYCLE).astype(np.int64)
