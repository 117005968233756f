"""Spike trains of Fuglevand's pools, computed for any number of samples at once.

A unit's phase increases with its rate, and the unit discharges when the phase has increased by a random interval
(`intervals`). Each unit has its own phase and variates, so the spikes do not depend on the division of the excitation
into blocks.

The rate of a unit follows the excitation in steps of `RATE_TIME`: the excitation at the start of a step holds until
the next one. The phase then increases evenly within a step, and discharges still have the resolution of a sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .intervals import INDEPENDENT_NOISE, IntervalVariates, interval_variation, intervals
from .pool import DEFAULT, MotorUnitPool, rates_beyond
from .properties import PoolProperties
from .spikes import Spikes, Units

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

# s, time for which a rate holds. Neural drive is slower by far: common fluctuations end at 5 Hz (`common_drive`), and
# the muscle states that the live graph publishes are 10 ms apart.
RATE_TIME = 0.004

_CYCLE = float(2**40)
_AT_ONCE = 64  # steps whose phases are computed together; more would not fit into the processor's cache


class RateCodedTrains:
    """Spike trains of rate-coded pools (`MotorUnitPool`).

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
        self._hold = max(1, round(RATE_TIME * sample_rate))
        self._left = 0  # samples for which the last excitation still holds
        self._held = np.zeros(len(units))

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """See `SpikeTrains`."""
        steps = self._steps(excitation)
        made = [
            self._discharges(steps.part(first, first + _AT_ONCE), slowing) for first in range(0, len(steps), _AT_ONCE)
        ]
        return self._units.spikes(*(np.concatenate(parts) for parts in zip(*made, strict=True)))

    def _steps(self, excitation: Array) -> _Steps:
        """Divide samples into steps of constant excitation; the first continues that of the last call."""
        count = len(excitation)
        first = np.arange(self._left, count, self._hold)
        levels = excitation[first]
        if self._left:
            first, levels = np.concatenate([[0], first]), np.concatenate([self._held[None], levels])
        ends = np.append(first[1:], count)
        self._left = (self._left - count) % self._hold
        self._held = levels[-1].copy()
        return _Steps(first, ends - first, levels)

    def _discharges(self, steps: _Steps, slowing: Array) -> tuple[Numbers, Numbers]:
        """Return the sample and the common number of the unit of each discharge."""
        recruited = np.flatnonzero(self._thresholds <= steps.levels.max(axis=0)[self._units.muscle])
        muscle = self._units.muscle[recruited]
        beyond = steps.levels.T[muscle] - self._thresholds[recruited, None]
        rates = rates_beyond(beyond, *(values[recruited, None] for values in (self._start, self._slope, self._peak)))
        increase = _fixed_point(rates * (slowing[muscle] / self._sample_rate)[:, None])  # in a sample
        phase = np.cumsum(increase * steps.lengths, axis=1)
        search = _Search(phase)
        remaining = self._remaining[recruited]
        samples, rows = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        fired = np.flatnonzero(phase[:, -1] >= remaining)
        while len(fired):
            at = search.first_at_least(fired, remaining[fired])
            one = np.maximum(increase[fired, at], 1)
            missing = remaining[fired] - phase[fired, at] + one * steps.lengths[at]  # at the start of the step
            samples.append(steps.first[at] + np.maximum(-(-missing // one), 1) - 1)
            rows.append(recruited[fired])
            variation = interval_variation(self._noise, beyond[fired, at])
            remaining[fired] += _fixed_point(intervals(self._variates.take(recruited[fired]), variation))
            fired = fired[phase[fired, -1] >= remaining[fired]]
        self._remaining[recruited] = remaining - phase[:, -1]
        return np.concatenate(samples), np.concatenate(rows)


@dataclass(frozen=True)
class _Steps:
    """Steps of constant excitation.

    Attributes:
        first: [steps] first sample of each.
        lengths: [steps] number of samples.
        levels: [steps, muscles] excitations.
    """

    first: Numbers
    lengths: Numbers
    levels: Array

    def __len__(self) -> int:
        return len(self.first)

    def part(self, start: int, end: int) -> _Steps:
        """Return some of the steps."""
        return _Steps(self.first[start:end], self.lengths[start:end], self.levels[start:end])


class _Search:
    """Search in many ascending rows at once.

    Args:
        rows: [rows, columns] numbers from 0 on, ascending in each row.
    """

    def __init__(self, rows: Numbers) -> None:
        # Rows on top of each other are one ascending sequence.
        self._height = int(rows[:, -1].max(initial=0)) + 1
        self._columns = rows.shape[1]
        self._flat = (rows + np.arange(len(rows))[:, None] * self._height).ravel()

    def first_at_least(self, rows: Numbers, values: Numbers) -> Numbers:
        """Return the first column of each of ``rows`` with at least the value given for it; there must be one."""
        return np.searchsorted(self._flat, values + rows * self._height) - rows * self._columns


def _fixed_point(cycles: Array) -> NDArray[np.int64]:
    """Return phases as multiples of 2^-40 cycles; their sums are exact and so independent of the block borders."""
    return np.rint(cycles * _CYCLE).astype(np.int64)
