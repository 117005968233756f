"""Rates and regularity of the discharges of motor-unit pools, and the spectrum of their spike trains.

The rates are measured on the trains of the pool itself, so that any registered pool can be used.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..emg.plan import spike_trains
from ..muap import ForearmAnatomy
from ..parameters import EmgParameters

Array = NDArray[np.float64]

LEVELS = np.linspace(0.0, 1.0, 17) ** 1.5  # excitations of the table; closer together where most units are recruited
SECONDS, LEAD = 5.0, 1.0  # s, measured and left out before
RATE = 512  # Hz
FEWEST_INTERVALS = 4  # a unit with fewer of them has the variation of the others
USUAL_VARIATION = 0.15  # coefficient of variation of intervals where no unit has enough of them
LARGEST_VARIATION = 0.5
MOST_KEPT = 8  # measurements that are kept
_KEPT: dict[Hashable, dict[str, Discharges]] = {}


@dataclass(frozen=True)
class Discharges:
    """Discharge statistics of one muscle's units at the excitations `LEVELS`.

    Attributes:
        rates: [levels, units] discharge rates, Hz; 0 for units that are not recruited.
        variation: [levels] median coefficient of variation of the intervals.
    """

    rates: Array
    variation: Array

    def at(self, excitation: float) -> tuple[Array, float]:
        """Return the [units] rates (Hz) and the variation of the intervals at an excitation, 0 to 1."""
        place = float(np.interp(excitation, LEVELS, np.arange(len(LEVELS))))
        below = min(int(place), len(LEVELS) - 2)
        share = place - below
        rates = (1 - share) * self.rates[below] + share * self.rates[below + 1]
        variation = (1 - share) * self.variation[below] + share * self.variation[below + 1]
        return rates, float(variation)


def pool_discharges(
    parameters: EmgParameters, anatomy: ForearmAnatomy, units: Mapping[str, int]
) -> Mapping[str, Discharges]:
    """Measure the discharges of the pools that the parameters name; those measured before are kept.

    Args:
        parameters: Pool and its options.
        anatomy: Its table of pool properties.
        units: Number of motor units of each muscle.
    """
    own = EmgParameters(
        pool=parameters.pool,
        options=parameters.options,
        independent_noise=parameters.independent_noise,
        sample_rate=RATE,
    )
    key = (own, tuple(units.items()), tuple(anatomy.pools.of(tuple(units)).items()))
    if key not in _KEPT:
        while len(_KEPT) >= MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = _measured(own, anatomy, units)
    return _KEPT[key]


def _measured(parameters: EmgParameters, anatomy: ForearmAnatomy, units: Mapping[str, int]) -> dict[str, Discharges]:
    found = [_at_level(parameters, anatomy, units, float(level)) for level in LEVELS]
    rates, variation = (np.array(column) for column in zip(*found, strict=True))
    borders = itertools.pairwise(np.cumsum([0, *units.values()]))
    return {
        name: Discharges(rates[:, first:last], variation[:, number])
        for number, (name, (first, last)) in enumerate(zip(units, borders, strict=True))
    }


def _at_level(
    parameters: EmgParameters, anatomy: ForearmAnatomy, counts: Mapping[str, int], level: float
) -> tuple[Array, Array]:
    """Return the [units] rates and the [muscles] variation of the intervals at one excitation of all muscles."""
    first = np.cumsum([0, *counts.values()])
    if not level:
        return np.zeros(first[-1]), np.full(len(counts), USUAL_VARIATION)
    trains = spike_trains(parameters, anatomy, counts, 0)
    slowing, samples, units = np.ones(len(counts)), [], []
    for second in range(round(LEAD + SECONDS)):
        spikes = trains.advance(np.full((RATE, len(counts)), level), slowing)
        if second >= LEAD:
            samples.append(spikes.sample + second * RATE)
            units.append(first[spikes.muscle] + spikes.unit)
    sample, unit = np.concatenate(samples), np.concatenate(units)
    order = np.lexsort((sample, unit))
    sample, unit = sample[order], unit[order]
    same = unit[1:] == unit[:-1]
    interval, owner = np.diff(sample)[same] / RATE, unit[1:][same]
    count = np.bincount(owner, minlength=first[-1])
    known = np.maximum(count, 1)
    mean = np.bincount(owner, interval, first[-1]) / known
    square = np.bincount(owner, interval**2, first[-1]) / known
    variation = np.sqrt(np.maximum(square - mean**2, 0)) / np.maximum(mean, 1e-9)
    spikes_of = np.bincount(unit, minlength=first[-1])
    rates = np.where(count >= FEWEST_INTERVALS, 1 / np.maximum(mean, 1e-9), spikes_of / SECONDS)
    regular = []
    for low, high in itertools.pairwise(first):
        enough = count[low:high] >= FEWEST_INTERVALS
        regular.append(float(np.median(variation[low:high][enough])) if enough.any() else USUAL_VARIATION)
    return rates, np.array(regular)


def spike_train_factor(frequencies: Array, rates: Array, variation: float) -> Array:
    """Return the spectrum of regular spike trains over that of Poisson trains of the same rates.

    The intervals are independent and normally distributed. With their characteristic function phi, the factor is
    ``Re((1 + phi) / (1 - phi))`` (Cox & Lewis 1966, The Statistical Analysis of Series of Events, section 4.5;
    quoted from memory, the derivation is tested against simulated trains). It tends to 1 at high frequencies.

    Args:
        frequencies: [frequencies] Hz, above 0.
        rates: [units] discharge rates, Hz; the factor of a unit that does not discharge is 1.
        variation: Coefficient of variation of the intervals.
    """
    cycles = frequencies / np.where(rates > 0, rates, np.inf)[:, None]
    spread = 2 * np.pi * cycles * min(variation, LARGEST_VARIATION)
    phi = np.exp(-2j * np.pi * cycles - 0.5 * spread**2)
    factor = ((1 + phi) / np.where(np.abs(1 - phi) > 1e-6, 1 - phi, 1.0)).real
    return np.where(rates[:, None] > 0, factor, 1.0)
