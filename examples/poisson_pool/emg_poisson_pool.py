"""A motor-unit pool whose units fire as Poisson processes with a dead time.

Recruitment and mean rates are those of Fuglevand's pool; only the intervals differ: they are exponentially
distributed after the dead time, instead of normally distributed about their mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motor_units import MotorUnitPool, Spikes, Units, firing_rates
from emgsim_ros.seeds import generator

FASTEST = 40.0  # Hz, the highest mean rate of Fuglevand's pool


class PoissonTrains:
    """The discharges of Poisson pools, block after block.

    Args:
        units: Motor units per muscle.
        sample_rate: Hz.
        seed: Scenario seed.
        dead_time: Time after a discharge in which a unit does not fire, s.

    Raises:
        InvalidInput: A dead time that does not leave room for the highest rate.
    """

    def __init__(self, units: Mapping[str, int], sample_rate: int, seed: int, dead_time: float = 0.01) -> None:
        if not 0.0 <= dead_time < 1.0 / FASTEST:
            raise InvalidInput("pool poisson: dead_time", dead_time, f"0 s to below {1.0 / FASTEST:g} s")
        self._units, self._sample_rate, self._dead_time = Units(units), sample_rate, dead_time
        self._thresholds = np.concatenate([MotorUnitPool(count).thresholds for count in units.values()])
        self._generator = generator(seed, "poisson_pool")
        self._since = np.full(len(self._thresholds), np.inf)  # s since each unit's last discharge

    def advance(self, excitation: NDArray[np.float64], slowing: NDArray[np.float64]) -> Spikes:
        """The discharges of the next samples; see `emgsim_ros.motor_units.SpikeTrains`."""
        muscle = self._units.muscle
        rates = firing_rates(excitation.T[muscle], self._thresholds[:, None]).T * slowing[muscle]
        chance = rates / (1.0 - rates * self._dead_time) / self._sample_rate
        # One number per sample and unit, in this order, so that the stream can be cut into blocks anywhere.
        drawn = self._generator.random(chance.shape)
        fired = np.zeros(chance.shape, dtype=bool)
        for sample in range(len(chance)):
            self._since += 1.0 / self._sample_rate
            fired[sample] = (drawn[sample] < chance[sample]) & (self._since >= self._dead_time)
            self._since[fired[sample]] = 0.0
        return self._units.spikes(*np.nonzero(fired))
