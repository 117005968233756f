"""Variation of inter-spike intervals: independent synaptic noise of each motoneuron.

Intervals have a coefficient of variation of about 0.1 to 0.2, and a larger one just above the recruitment threshold
(Person & Kudina 1972; Matthews 1996; Moritz et al. 2005). Here

    CV = n (1 + exp(-(E - RTE) / 0.025)),

n far above the threshold and twice n at recruitment. Excitation E and threshold RTE are shares of the maximum. The
constants follow 81 units of a tibialis anterior at 30 % of the maximum (recordings published with Caillet et al.
2023): their CV is 0.10 where the force is more than 0.03 above the threshold and 0.14 within 0.02 of it, and the
skewness of their intervals is about 2 CV, which is that of the gamma distribution.

Successive intervals correlate by -0.37 there, once the common modulation has been removed (-0.27 at 50 %, -0.17 in the
vastus lateralis of openhdemg's sample): a long interval is followed by a shorter one. The variance of the rate over
many intervals is therefore 0.3 of that of independent intervals, here as on average in those recordings (0.18 to
0.44).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..seeds import seed_sequence

Array = NDArray[np.float64]

INDEPENDENT_NOISE = 0.1  # default of n
AT_RECRUITMENT = 1.0  # relative increase of the CV at recruitment
DECAY = 0.025  # excitation above the threshold at which the increase has fallen to 1/e
MEMORY = -0.4  # weight of the last draw; correlation of successive intervals MEMORY / (1 + MEMORY^2) = -0.34

_DRAWS = 64  # variates drawn at once per unit


def interval_variation(noise: float, beyond: Array) -> Array:
    """Return the coefficient of variation of the intervals.

    Args:
        noise: Coefficient of variation far above the threshold, n.
        beyond: Excitation above the recruitment threshold.
    """
    return noise * (1 + AT_RECRUITMENT * np.exp(-np.maximum(beyond, 0.0) / DECAY))


def intervals(normal: Array, variation: Array) -> Array:
    """Return intervals relative to their mean, gamma distributed, from normal variates.

    Source: Wilson & Hilferty 1931, the cube root of a gamma variate is nearly normal.

    Args:
        normal: Normal variates of mean 0 and variance 1.
        variation: Coefficient of variation of the intervals, 0 to 0.6.
    """
    third = variation / 3
    return np.maximum(1 - third**2 + third * normal, 0.0) ** 3


class IntervalVariates:
    """Normal variates for inter-spike intervals, with a separate random sequence for every unit.

    Their mean is 0, their variance 1, and successive variates of a unit correlate by -0.34.

    Args:
        units: Number of motor units of each muscle.
        seed: Scenario seed.

    Attributes:
        phases: [units] uniform variates, which prevent a synchronous start of the units.
    """

    def __init__(self, units: Mapping[str, int], seed: int) -> None:
        seeds = [one for muscle, count in units.items() for one in seed_sequence(seed, "spikes", muscle).spawn(count)]
        self._generators = [np.random.Generator(np.random.PCG64(one)) for one in seeds]
        self._last = np.array([generator.standard_normal() for generator in self._generators])
        self._draws = self._draw(np.arange(len(seeds)))
        self._next = np.zeros(len(seeds), dtype=np.int64)
        self.phases = np.array([generator.uniform() for generator in self._generators])

    def take(self, units: NDArray[np.int64]) -> Array:
        """Return the next variate of each of ``units``."""
        used_up = units[self._next[units] == _DRAWS]
        if len(used_up):
            self._draws[used_up] = self._draw(used_up)
            self._next[used_up] = 0
        taken = self._draws[units, self._next[units]]
        self._next[units] += 1
        return taken

    def _draw(self, units: NDArray[np.int64]) -> Array:
        """Return the next variates of ``units``, [units, _DRAWS]."""
        new = np.array([self._generators[unit].standard_normal(_DRAWS) for unit in units]).reshape(-1, _DRAWS)
        drawn = np.concatenate([self._last[units, None], new], axis=1)
        self._last[units] = drawn[:, -1]
        return (drawn[:, 1:] + MEMORY * drawn[:, :-1]) / np.hypot(1.0, MEMORY)
