"""Pools of leaky integrate-and-fire motoneurons, after Caillet, Phillips, Farina & Modenese (2022), PLoS Comput Biol.

A motoneuron is a leaky membrane, tau dV/dt = R I - V, that discharges at V = V_th and then has an inert period. All its
properties follow from its size S (Caillet et al. 2022, eLife): with the rheobase I_th, which is distributed over the
pool as in human tibialis anterior, S = 3.96e-4 I_th^0.396, R = V_th / I_th, tau = 2.3e-12 S^-1.48. The coefficients are
quoted from memory and were not checked against the papers. The current is linear in the excitation: the first unit is
recruited just above 0, the last at 0.75. The inert period limits the rate to 35 Hz in the first and 25 Hz in the last
unit; its coefficient of variation is 1/6.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .pool import LAST_RECRUITED, MotorUnitPool
from .spikes import IntervalVariates, Spikes, Units

Array = NDArray[np.float64]

FIRST_RHEOBASE = 3.9e-9  # A, rheobase of the first unit
RHEOBASE_RANGE = 9.1  # ratio of the last unit's rheobase to the first's
RHEOBASE_SHAPE = 1.1831  # exponent of the distribution of rheobases over the pool
THRESHOLD = 0.027  # V, threshold above the resting potential
FASTEST = (35.0, 25.0)  # Hz, highest firing rates of the first and the last unit


class MotoneuronPool:
    """Properties of one muscle's motoneurons.

    Args:
        units: Number of motor units, 1 or more.

    Attributes:
        rheobase: [units] rheobases in ascending order, A.
        resistance: [units] membrane resistances, Ohm.
        time_constant: [units] membrane time constants, s.
        inert: [units] mean duration of the inert period after a discharge, s.
    """

    def __init__(self, units: int) -> None:
        share = np.arange(1, units + 1) / units
        self.rheobase: Array = FIRST_RHEOBASE * RHEOBASE_RANGE ** (share**RHEOBASE_SHAPE)
        size = 3.96e-4 * self.rheobase**0.396
        self.resistance: Array = THRESHOLD / self.rheobase
        self.time_constant: Array = 2.3e-12 * size**-1.48
        self.inert: Array = 1.0 / (FASTEST[0] + (FASTEST[1] - FASTEST[0]) * share)

    def current(self, excitation: Array) -> Array:
        """Return the input current (A) at an excitation; no unit fires at 0, all units fire from 0.75."""
        first, last = self.rheobase[0], self.rheobase[-1]
        start = MotorUnitPool(len(self.rheobase)).thresholds[0]  # threshold of the first unit in Fuglevand's pool
        slope = (last - first) / (LAST_RECRUITED - start) if last > first else first / LAST_RECRUITED
        return np.where(excitation > 0, np.maximum(first + slope * (excitation - start), 0.0), 0.0)


class IntegrateAndFireTrains:
    """Spike trains of integrate-and-fire pools, computed block by block.

    Args:
        units: Number of motor units of each muscle.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed.
    """

    def __init__(self, units: Mapping[str, int], sample_rate: int, seed: int) -> None:
        self._units, self._sample_rate = Units(units), sample_rate
        self._pools = [MotoneuronPool(count) for count in units.values()]
        self._resistance = np.concatenate([pool.resistance for pool in self._pools])
        self._inert = np.concatenate([pool.inert for pool in self._pools])
        time_constant = np.concatenate([pool.time_constant for pool in self._pools])
        self._charge = 1 - np.exp(-1 / (sample_rate * time_constant))  # exact for constant current
        self._variates = IntervalVariates(units, seed)
        self._potential = self._variates.phases * THRESHOLD
        self._waiting = np.zeros(len(self._inert))  # s, remaining duration of the inert period

    def advance(self, excitation: Array, slowing: Array) -> Spikes:
        """See `SpikeTrains`; fatigue lengthens the inert period."""
        current = np.stack([pool.current(column) for pool, column in zip(self._pools, excitation.T, strict=True)])
        inert = self._inert / slowing[self._units.muscle]
        samples, rows = [], []
        for sample in range(excitation.shape[0]):
            steady = self._resistance * current[self._units.muscle, sample]
            self._waiting -= 1 / self._sample_rate
            charging = self._waiting <= 0
            self._potential += np.where(charging, self._charge * (steady - self._potential), 0.0)
            fired = np.flatnonzero(self._potential >= THRESHOLD)
            if len(fired):
                self._potential[fired] = 0.0
                self._waiting[fired] = inert[fired] * self._variates.take(fired)
                samples.append(np.full(len(fired), sample))
                rows.append(fired)
        if not samples:
            return self._units.spikes(np.empty(0, np.int64), np.empty(0, np.int64))
        return self._units.spikes(np.concatenate(samples), np.concatenate(rows))
