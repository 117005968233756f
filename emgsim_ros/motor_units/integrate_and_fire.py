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

import numpy as np
from numpy.typing import NDArray

from ..seeds import generator
from .intervals import INDEPENDENT_NOISE, IntervalVariates, intervals
from .pool import DEFAULT, MotorUnitPool
from .properties import PoolProperties
from .spikes import Spikes, Units

Array = NDArray[np.float64]

FIRST_RHEOBASE = 3.9e-9  # A, rheobase of the first unit
RHEOBASE_RANGE = 2.4**2.52  # ratio of the last unit's rheobase to the first's
RHEOBASE_SHAPE = 1.1831  # exponent of the distribution of rheobases over the pool
THRESHOLD = 0.027  # V, threshold above the resting potential
CAPACITANCE = 0.013  # F/m^2
CURRENT_NOISE = 1.0  # SD of the noise current, in rheobases, relative to n
NOISE_TIME = 0.004  # s, time for which the noise current is constant

_DRAWS = 64  # changes of the noise current drawn at once


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
        self._waiting = np.zeros(len(self._inert))  # s, remaining duration of the inert period

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """See `SpikeTrains`; fatigue lengthens the inert period."""
        current = np.stack([pool.current(column) for pool, column in zip(self._pools, excitation.T, strict=True)])
        silent = np.array([]) if (excitation > 0).all() else (excitation <= 0)[:, self._units.muscle]
        inert = self._inert / slowing[self._units.muscle]
        samples, rows = [], []
        for sample in range(excitation.shape[0]):
            steady = self._resistance * current[self._units.muscle, sample] + self._synaptic.take()
            if len(silent):
                steady[silent[sample]] = 0.0
            self._waiting -= 1 / self._sample_rate
            charging = self._waiting <= 0
            self._potential += np.where(charging, self._charge * (steady - self._potential), 0.0)
            fired = np.flatnonzero(self._potential >= THRESHOLD)
            if len(fired):
                self._potential[fired] = 0.0
                variation = np.full(len(fired), self._noise)
                self._waiting[fired] = inert[fired] * intervals(self._variates.take(fired), variation)
                samples.append(np.full(len(fired), sample))
                rows.append(fired)
        if not samples:
            return self._units.spikes(np.empty(0, np.int64), np.empty(0, np.int64))
        return self._units.spikes(np.concatenate(samples), np.concatenate(rows))


class SynapticNoise:
    """Independent synaptic noise of all motoneurons, which changes every `NOISE_TIME`.

    Each muscle has a generator of its own, and the changes are counted from the first sample, so the variates do not
    depend on other muscles or on the division into blocks.

    Args:
        deviation: Standard deviation: resistance times noise current, V.
        units: Number of motor units of each muscle.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed.
    """

    def __init__(self, deviation: float, units: Mapping[str, int], sample_rate: int, seed: int) -> None:
        self._deviation, self._counts = deviation, list(units.values())
        self._generators = [generator(seed, "synaptic_noise", muscle) for muscle in units]
        self._hold = max(1, round(NOISE_TIME * sample_rate))
        self._sample, self._drawn = 0, np.zeros((_DRAWS, sum(self._counts)))

    def take(self) -> Array:
        """Return the noise of the next sample, [units] V."""
        change, rest = divmod(self._sample, self._hold)
        if rest == 0 and change % _DRAWS == 0:
            drawn = zip(self._generators, self._counts, strict=True)
            normal = [one.standard_normal((_DRAWS, count)) for one, count in drawn]
            self._drawn = self._deviation * np.concatenate(normal, axis=1)
        self._sample += 1
        return self._drawn[change % _DRAWS]
