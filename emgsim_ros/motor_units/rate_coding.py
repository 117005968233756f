"""Spike trains of Fuglevand's pools, computed for any number of samples at once.

A unit's phase increases with its rate, and the unit discharges when the phase has increased by a random interval
(`intervals`). Each unit has its own phase and variates, so the spikes do not depend on the division of the excitation
into blocks.

The rate of a unit follows the excitation in steps of `RATE_TIME`: the excitation at the start of a step holds until
the next one. The phase then increases evenly within a step, and discharges still have the resolution of a sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .intervals import INDEPENDENT_NOISE, IntervalVariates, interval, interval_variation, next_variate
from .pool import DEFAULT, MotorUnitPool
from .properties import PoolProperties
from .spikes import Spikes, Units, doubled

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

# s, time for which a rate holds. Neural drive is slower by far: common fluctuations end at 5 Hz (`common_drive`), and
# the muscle states that the live graph publishes are 10 ms apart.
RATE_TIME = 0.004

# Phases are multiples of 2^-40 cycles; their sums are exact and so independent of the block borders.
CYCLE = float(2**40)


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
        self._pool = RateCodedUnits(
            self._units.muscle,
            np.concatenate([pool.thresholds for pool in pools]),
            np.concatenate([pool.start_rates() for pool in pools]),
            np.concatenate([pool.slopes() for pool in pools]),
            np.concatenate([pool.peak_rates() for pool in pools]),
        )
        self._variates = IntervalVariates(units, seed)
        self._remaining = np.rint(self._variates.phases * CYCLE).astype(np.int64)
        self._hold = max(1, round(RATE_TIME * sample_rate))
        self._left = 0  # samples for which the last excitation still holds
        self._held = np.zeros(len(units))

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """See `SpikeTrains`."""
        first, lengths, levels = self._steps(excitation)
        per_sample = np.asarray(slowing, np.float64) / self._sample_rate
        sample, row = discharges(
            self._pool, self._remaining, self._variates.variates, self._noise, first, lengths, levels, per_sample
        )
        return Spikes(sample, self._units.muscle[row], self._units.number[row])

    def _steps(self, excitation: Array) -> tuple[Numbers, Numbers, Array]:
        """Divide samples into steps of constant excitation; the first continues that of the last call.

        Returns:
            [steps] first sample of each, [steps] number of samples, [muscles, steps] excitations.
        """
        count = len(excitation)
        first = np.arange(self._left, count, self._hold)
        levels = excitation[first]
        if self._left:
            first, levels = np.concatenate([[0], first]), np.concatenate([self._held[None], levels])
        lengths = np.diff(first, append=count)
        self._left = (self._left - count) % self._hold
        self._held = levels[-1].copy()
        return first, lengths, np.ascontiguousarray(levels.T, np.float64)


class RateCodedUnits(NamedTuple):
    """Properties of the units, [units] each: muscle, threshold, rate at recruitment, slope and peak rate (Hz)."""

    muscle: Numbers
    threshold: Array
    start: Array
    slope: Array
    peak: Array


@njit(cache=True)
def discharges(units, remaining, variates, noise, first, lengths, levels, per_sample):
    """Return the sample and the common number of the unit of each discharge, by sample and then by unit.

    Args:
        units: `RateCodedUnits`.
        remaining: [units] phases up to the next discharges, in fixed point; updated in place.
        variates: `intervals.Variates`, updated in place.
        noise: Coefficient of variation of the intervals far above the threshold.
        first, lengths: [steps] first sample and number of samples of each step.
        levels: [muscles, steps] excitations.
        per_sample: [muscles] factor of the firing rates by fatigue, over the sample rate.
    """
    samples = first[-1] + lengths[-1]
    sample, row, count = np.empty(2 * samples, np.int64), np.empty(2 * samples, np.int64), 0
    beyond, increase, highest = np.empty(len(first)), np.empty(len(first), np.int64), np.empty(len(levels))
    for muscle in range(len(levels)):
        highest[muscle] = levels[muscle, 0]
        for step in range(1, len(first)):
            highest[muscle] = max(highest[muscle], levels[muscle, step])
    for unit in range(len(remaining)):
        muscle = units.muscle[unit]
        if remaining[unit] > 0 and units.threshold[unit] > highest[muscle]:
            continue
        threshold, start, slope, peak = units.threshold[unit], units.start[unit], units.slope[unit], units.peak[unit]
        factor, gained = per_sample[muscle] * CYCLE, 0
        for step in range(len(first)):
            gained += _increase(levels[muscle, step] - threshold, start, slope, peak, factor) * lengths[step]
        if remaining[unit] > gained:
            remaining[unit] -= gained
            continue
        if len(sample) - count < samples:  # a unit has less than one discharge in a sample
            sample, row = doubled(sample), doubled(row)
        for step in range(len(first)):
            beyond[step] = levels[muscle, step] - threshold
            increase[step] = _increase(beyond[step], start, slope, peak, factor)
        more = _of_unit(unit, remaining, variates, noise, first, lengths, beyond, increase, sample[count:])
        for spike in range(count, count + more):
            row[spike] = unit
        count += more
    return _by_sample(sample[:count], row[:count], samples)


@njit(cache=True)
def _increase(beyond, start, slope, peak, factor):
    """Return the increase of a unit's phase in a sample, in fixed point."""
    return np.int64(np.rint(min(peak, start + slope * beyond) * factor)) if beyond >= 0.0 else np.int64(0)


@njit(cache=True)
def _of_unit(unit, remaining, variates, noise, first, lengths, beyond, increase, sample):
    """Write the samples of a unit's discharges to ``sample`` and return their number."""
    left, count = remaining[unit], 0
    for step in range(len(first)):
        gained = increase[step] * lengths[step]
        while left <= gained and count < len(sample):
            sample[count] = first[step] + max(-(-left // max(increase[step], 1)), 1) - 1
            count += 1
            variation = interval_variation(noise, beyond[step])
            left += np.int64(np.rint(interval(next_variate(variates, unit), variation) * CYCLE))
        left -= gained
    remaining[unit] = left
    return count


@njit(cache=True)
def _by_sample(sample, row, samples):
    """Return discharges in the order of their samples, and those of a sample as given."""
    place = np.zeros(samples + 1, np.int64)
    for one in sample:
        place[one + 1] += 1
    for one in range(samples):
        place[one + 1] += place[one]
    ordered, rows = np.empty_like(sample), np.empty_like(row)
    for spike in range(len(sample)):
        to = place[sample[spike]]
        ordered[to], rows[to] = sample[spike], row[spike]
        place[sample[spike]] += 1
    return ordered, rows
