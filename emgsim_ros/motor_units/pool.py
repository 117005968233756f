"""The motoneuron pool of Fuglevand, Winter & Patla (1993): recruitment thresholds and firing rates.

Unit i of N is recruited when the excitation E reaches its threshold RTE_i. It then fires at the rate

    rate = min(40 - 10 r, 10 - 5 r + (E - RTE_i)(50 - 20 r)) Hz,    r = RTE_i / RTE_N,

the onion-skin scheme of NeuroMotion (Ma et al. 2024).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RECRUITMENT_RANGE = 50.0  # ratio of the last unit's threshold to the first's
LAST_RECRUITED = 0.75  # excitation at which the last unit is recruited
INTERVAL_VARIATION = 1.0 / 6.0  # coefficient of variation of the inter-spike intervals
SHORTEST_INTERVAL = 0.2  # share of the mean interval at which the normal variate is truncated


class MotorUnitPool:
    """Thresholds and firing rates of the motoneurons of one muscle.

    Args:
        units: Number of motor units, 1 or more.

    Attributes:
        thresholds: [units] excitations at which the units are recruited, ascending, at most 0.75.
    """

    def __init__(self, units: int) -> None:
        rank = np.arange(1, units + 1)
        thresholds = np.exp(rank * np.log(RECRUITMENT_RANGE + 1) / units) - 1
        self.thresholds: Array = thresholds * LAST_RECRUITED / thresholds[-1]

    def rates(self, excitation: Array) -> Array:
        """Return [times, units] firing rates (Hz) at [times] excitations; 0 for units that are not recruited."""
        return firing_rates(excitation[:, None], self.thresholds)


def firing_rates(excitation: Array, thresholds: Array) -> Array:
    """Return the firing rates (Hz) of units with these thresholds at these excitations; the shapes must broadcast."""
    r = thresholds / LAST_RECRUITED
    beyond = excitation - thresholds
    return np.where(beyond >= 0, np.minimum(40 - 10 * r, 10 - 5 * r + beyond * (50 - 20 * r)), 0.0)
