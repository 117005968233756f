"""The motoneuron pool of Fuglevand, Winter & Patla (1993): recruitment thresholds and firing rates.

Unit i of N is recruited when the excitation E reaches its threshold RTE_i, which increases exponentially with i. The
unit then fires at the rate

    rate = min(peak rate, rate at recruitment + slope (E - RTE_i))

with the values of `PoolProperties`, which are linear in r = RTE_i / RTE_N. Units that are recruited earlier fire
faster (De Luca & Hostage 2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .properties import Pair, PoolProperties

Array = NDArray[np.float64]

DEFAULT = PoolProperties()


class MotorUnitPool:
    """Thresholds and firing rates of the motoneurons of one muscle.

    Args:
        units: Number of motor units, 1 or more.
        properties: Recruitment and rate coding of the muscle.

    Attributes:
        properties: Recruitment and rate coding of the muscle.
        thresholds: [units] excitations at which the units are recruited, ascending to ``last_recruited``.
    """

    def __init__(self, units: int, properties: PoolProperties = DEFAULT) -> None:
        self.properties = properties
        rank = np.arange(1, units + 1)
        thresholds = np.exp(rank * np.log(properties.recruitment_range + 1) / units) - 1
        self.thresholds: Array = thresholds * properties.last_recruited / thresholds[-1]

    def rates(self, excitation: Array) -> Array:
        """Return [times, units] firing rates (Hz) at [times] excitations; 0 for units that are not recruited."""
        return firing_rates(excitation[:, None], self.thresholds, self.properties)

    def start_rates(self) -> Array:
        """Return [units] firing rates at recruitment, Hz."""
        return between(self.properties.recruitment_rate, self._relative())

    def peak_rates(self) -> Array:
        """Return [units] highest firing rates, Hz."""
        return between(self.properties.peak_rate, self._relative())

    def slopes(self) -> Array:
        """Return [units] increases of the firing rate with the excitation, Hz."""
        return between(self.properties.rate_slope, self._relative())

    def _relative(self) -> Array:
        return self.thresholds / self.properties.last_recruited


def between(pair: Pair, relative: Array) -> Array:
    """Return the values of units with these thresholds, relative to the last unit's."""
    return pair[0] + (pair[1] - pair[0]) * relative


def firing_rates(excitation: Array, thresholds: Array, properties: PoolProperties = DEFAULT) -> Array:
    """Return the firing rates (Hz) of units with these thresholds at these excitations; the shapes must broadcast."""
    r = thresholds / properties.last_recruited
    pairs = (properties.recruitment_rate, properties.rate_slope, properties.peak_rate)
    return rates_beyond(excitation - thresholds, *(between(pair, r) for pair in pairs))


def rates_beyond(beyond: Array, start: Array, slope: Array, peak: Array) -> Array:
    """Return the firing rates (Hz) of units whose threshold is exceeded by ``beyond``; the shapes must broadcast.

    Args:
        beyond: Excitation minus recruitment threshold.
        start: Rate at recruitment, Hz.
        slope: Increase of the rate with the excitation, Hz.
        peak: Highest rate, Hz.
    """
    return np.where(beyond >= 0, np.minimum(peak, start + slope * beyond), 0.0)
