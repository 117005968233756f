"""Pools of leaky integrate-and-fire motoneurons, after Caillet, Phillips, Farina & Modenese (2022), PLoS Comput Biol.

A motoneuron is a leaky membrane, tau dV/dt = R I - V, that discharges at V = V_th and then has an inert period. With
the rheobase I_th, R = V_th / I_th. The resistance gives the size S of the neuron and its capacitance C, and tau = R C:

    R = 1.68e-10 S^-2.43,    C = 0.013 S    (SI units)

(Caillet et al. 2022, eLife 11:e76489, table 4. V_th = 27 mV and the third digit of the factor of R are those of the
code published with the PLoS paper.) The rheobase spans the factor 2.4^2.52 = 9.1 over the pool: sizes span 2.4 in that
code, and I_th is proportional to S^2.52 (table 4). The rheobase of the first unit (3.9 nA) and the exponent of its
distribution, 1.1831, are quoted from memory (unverified).

The current is linear in the excitation: the first unit is recruited just above 0, the last at ``last_recruited``. The
inert period limits the rate to ``peak_rate``. Two independent noises vary the intervals: the inert period has a
coefficient of variation n (0.1 in the code above), and synaptic noise adds a current of standard deviation n I_th
that changes every 4 ms and acts most where the current is close to the rheobase. The size of this current is our
assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..counted_numbers import NormalRows, key
from .intervals import INDEPENDENT_NOISE, IntervalVariates, interval, next_variate
from .pool import DEFAULT, MotorUnitPool
from .properties import PoolProperties
from .spikes import Spikes, Units, doubled

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

FIRST_RHEOBASE = 3.9e-9  # A, rheobase of the first unit
RHEOBASE_RANGE = 2.4**2.52  # ratio of the last unit's rheobase to the first's
RHEOBASE_SHAPE = 1.1831  # exponent of the distribution of rheobases over the pool
THRESHOLD = 0.027  # V, threshold above the resting potential
CAPACITANCE = 0.013  # F/m^2
CURRENT_NOISE = 1.0  # SD of the noise current, in rheobases, relative to n
NOISE_TIME = 0.004  # s, time for which the noise current is constant


class MotoneuronPool:
    """Properties of one muscle's motoneurons.

    Args:
        units: Number of motor units, 1 or more.
        properties: Range of recruitment and peak rates of the muscle.

    Attributes:
        rheobase: [units] rheobases in ascending order, A.
        resistance: [units] membrane resistances, Ohm.
        time_constant: [units] membrane time constants, s.
        inert: [units] mean duration of the inert period after a discharge, s.
    """

    def __init__(self, units: int, properties: PoolProperties = DEFAULT) -> None:
        share = np.arange(1, units + 1) / units
        rate_coded = MotorUnitPool(units, properties)
        self.rheobase: Array = FIRST_RHEOBASE * RHEOBASE_RANGE ** (share**RHEOBASE_SHAPE)
        self.resistance: Array = THRESHOLD / self.rheobase
        size = (1.68e-10 / self.resistance) ** (1 / 2.43)
        self.time_constant: Array = self.resistance * CAPACITANCE * size
        self.inert: Array = 1.0 / rate_coded.peak_rates()
        self._start = rate_coded.thresholds[0]
        self._last = properties.last_recruited

    def current(self, excitation: Array) -> Array:
        """Return the input current (A) at an excitation; no unit fires at 0, all units fire from ``last_recruited``."""
        first, last = self.rheobase[0], self.rheobase[-1]
        slope = (last - first) / (self._last - self._start) if last > first else first / self._last
        return np.where(excitation > 0, np.maximum(first + slope * (excitation - self._start), 0.0), 0.0)


class IntegrateAndFireTrains:
    """Spike trains of integrate-and-fire pools, computed block by block.

    Args:
        units: Number of motor units of each muscle.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed.
        properties: Range of recruitment and peak rates by muscle; the default for muscles that it lacks.
        independent_noise: Coefficient of variation of the inert periods; the noise current is in proportion to it.
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
        self._pools = [MotoneuronPool(count, known.get(name, DEFAULT)) for name, count in units.items()]
        self._resistance = np.concatenate([pool.resistance for pool in self._pools])
        self._inert = np.concatenate([pool.inert for pool in self._pools])
        time_constant = np.concatenate([pool.time_constant for pool in self._pools])
        self._charge = 1 - np.exp(-1 / (sample_rate * time_constant))  # exact for constant current
        self._variates = IntervalVariates(units, seed)
        self._synaptic = SynapticNoise(CURRENT_NOISE * independent_noise * THRESHOLD, units, sample_rate, seed)
        self._potential = self._variates.phases * THRESHOLD
        self._muscle = self._units.muscle.astype(np.uint64)
        self._waiting = np.zeros(len(self._inert))  # s, remaining duration of the inert period

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """See `SpikeTrains`; fatigue lengthens the inert period."""
        columns = [pool.current(column) for pool, column in zip(self._pools, excitation.T, strict=True)]
        current = np.stack(columns, axis=1)
        noise, hold, first = self._synaptic.take(len(excitation))
        inert = self._inert / np.asarray(slowing, np.float64)[self._units.muscle]
        neurons = Neurons(self._muscle, self._resistance, self._charge, inert, self._potential, self._waiting)
        sample, row = discharges(
            neurons, self._variates.variates, self._noise, 1 / self._sample_rate, current, noise, hold, first
        )
        return Spikes(sample, self._units.muscle[row], self._units.number[row])


class Neurons(NamedTuple):
    """Motoneurons of all muscles, [units] each.

    Attributes:
        muscle: Number of the muscle.
        resistance: Ohm.
        charge: Share of the way to the steady potential in a sample.
        inert: Mean inert period, s.
        potential: Membrane potential, V; updated in place.
        waiting: Rest of the inert period, s; updated in place.
    """

    muscle: NDArray[np.uint64]
    resistance: Array
    charge: Array
    inert: Array
    potential: Array
    waiting: Array


@njit(cache=True)
def discharges(neurons, variates, variation, period, current, noise, hold, first):
    """Return the sample and the common number of the unit of each discharge, by sample and then by unit.

    Args:
        neurons: `Neurons`.
        variates: `intervals.Variates`, updated in place.
        variation: Coefficient of variation of the inert periods.
        period: Duration of a sample, s.
        current: [samples, muscles] input current, A; without any, the synaptic noise has no effect.
        noise: [changes, units] synaptic noise, V.
        hold: Samples from one change to the next.
        first: Samples since the first of these changes.
    """
    samples, units = len(current), len(neurons.potential)
    sample, row, count = np.empty(4 * units, np.int64), np.empty(4 * units, np.int64), 0
    for now in range(samples):
        _charge(neurons, noise[(first + now) // hold], current[now], period)
        if len(sample) - count < units:
            sample, row = doubled(sample), doubled(row)
        more = _discharge(neurons, variates, variation, row[count:])
        for spike in range(count, count + more):
            sample[spike] = now
        count += more
    return sample[:count], row[:count]


@njit(cache=True)
def _discharge(neurons, variates, variation, row):
    """Reset the membranes that have reached the threshold; write their numbers to ``row`` and return how many."""
    potential, waiting, inert, count = neurons.potential, neurons.waiting, neurons.inert, 0
    for unit in range(len(potential)):
        if potential[unit] >= THRESHOLD:
            potential[unit] = 0.0
            waiting[unit] = inert[unit] * interval(next_variate(variates, unit), variation)
            row[count] = unit
            count += 1
    return count


@njit(cache=True)
def _charge(neurons, noise, current, period):
    """Advance all membranes by a sample with [units] noise, V, and [muscles] currents, A."""
    muscle, resistance, charge = neurons.muscle, neurons.resistance, neurons.charge
    potential, waiting = neurons.potential, neurons.waiting
    for unit in range(len(potential)):
        given = current[muscle[unit]]
        waiting[unit] -= period
        steady = resistance[unit] * given + noise[unit] if given > 0.0 else 0.0
        share = charge[unit] if waiting[unit] <= 0.0 else 0.0
        potential[unit] += share * (steady - potential[unit])


class SynapticNoise:
    """Independent synaptic noise of all motoneurons, which changes every `NOISE_TIME`.

    Each unit has a sequence of its own, and the changes are counted from the first sample, so the variates do not
    depend on other muscles or on the division into blocks.

    Args:
        deviation: Standard deviation: resistance times noise current, V.
        units: Number of motor units of each muscle.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed.
    """

    def __init__(self, deviation: float, units: Mapping[str, int], sample_rate: int, seed: int) -> None:
        counts = list(units.values())
        keys = np.repeat(np.array([key(seed, "synaptic_noise", muscle) for muscle in units]), counts)
        self._normal = NormalRows(keys, np.concatenate([np.arange(count) for count in counts]))
        self._deviation, self._hold, self._sample = deviation, max(1, round(NOISE_TIME * sample_rate)), 0

    def take(self, samples: int) -> tuple[Array, int, int]:
        """Return the noise of the next samples.

        Returns:
            [changes, units] noise, V; the samples from one change to the next; the samples since the first change.
        """
        change, since = divmod(self._sample, self._hold)
        self._sample += samples
        rows = self._normal.rows(change, (since + samples - 1) // self._hold + 1)
        return self._deviation * rows.astype(np.float64), self._hold, since
