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

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..counted_numbers import key, normal_number, uniform_pair

Array = NDArray[np.float64]

INDEPENDENT_NOISE = 0.1  # default of n
AT_RECRUITMENT = 1.0  # relative increase of the CV at recruitment
DECAY = 0.025  # excitation above the threshold at which the increase has fallen to 1/e
MEMORY = -0.4  # weight of the last draw; correlation of successive intervals MEMORY / (1 + MEMORY^2) = -0.34


class Variates(NamedTuple):
    """State of the variates of all units, [units] each; see `IntervalVariates`."""

    keys: NDArray[np.uint64]
    numbers: NDArray[np.int64]
    taken: NDArray[np.int64]
    last: Array


class IntervalVariates:
    """Normal variates for inter-spike intervals, with a separate random sequence for every unit.

    Their mean is 0, their variance 1, and successive variates of a unit correlate by -0.34 (`next_variate`).

    Args:
        units: Number of motor units of each muscle.
        seed: Scenario seed.

    Attributes:
        phases: [units] uniform variates, which prevent a synchronous start of the units.
        variates: What `next_variate` needs.
    """

    def __init__(self, units: Mapping[str, int], seed: int) -> None:
        keys = np.repeat(np.array([key(seed, "spikes", muscle) for muscle in units]), list(units.values()))
        numbers = np.concatenate([np.arange(count) for count in units.values()])
        self.variates = Variates(keys, numbers, np.zeros(len(keys), np.int64), np.zeros(len(keys)))
        self.phases: Array = first_variates(self.variates)


@njit(cache=True)
def first_variates(variates):
    """Return the phases of the units, and draw the first variate of each."""
    phases = np.empty(len(variates.keys))
    for unit in range(len(phases)):
        phases[unit] = uniform_pair(0, variates.numbers[unit], variates.keys[unit])[0]
        next_variate(variates, unit)
    return phases


@njit(cache=True)
def next_variate(variates, unit):
    """Return the next variate of a unit; see `IntervalVariates`."""
    variates.taken[unit] += 1
    new = normal_number(variates.taken[unit], variates.numbers[unit], variates.keys[unit])
    made = (new + MEMORY * variates.last[unit]) / math.sqrt(1.0 + MEMORY * MEMORY)
    variates.last[unit] = new
    return made


@njit(cache=True)
def interval_variation(noise, beyond):
    """Return the coefficient of variation of the intervals.

    Args:
        noise: Coefficient of variation far above the threshold, n.
        beyond: Excitation above the recruitment threshold.
    """
    return noise * (1.0 + AT_RECRUITMENT * math.exp(-max(beyond, 0.0) / DECAY))


@njit(cache=True)
def interval(normal, variation):
    """Return an interval relative to the mean, gamma distributed, from a normal variate.

    Source: Wilson & Hilferty 1931, the cube root of a gamma variate is nearly normal.

    Args:
        normal: Normal variate of mean 0 and variance 1.
        variation: Coefficient of variation of the intervals, 0 to 0.6.
    """
    third = variation / 3.0
    return max(1.0 - third * third + third * normal, 0.0) ** 3
