"""The measures by which simulated EMG is compared with recorded EMG, with intervals, and the distance between two sets.

`FEATURES` is the table of all measures. A measure returns the values of the single channels, windows, pairs or units;
here they become a median with a bootstrap interval.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..seeds import generator
from . import signal_features as signal
from . import unit_features as unit
from .preparation import Prepared
from .recording import Recording

Array = NDArray[np.float64]

RESAMPLES = 300
INTERVAL = (2.5, 97.5)  # percentiles of the bootstrap
GROUPS = ("amplitude", "spectrum", "distribution", "space", "fluctuation", "units")


@dataclass(frozen=True)
class Feature:
    """One measure.

    Attributes:
        name: Its name in tables.
        unit: Unit of its values.
        group: One of `GROUPS`.
        values: The single values of several segments.
        tolerance: Smallest difference that counts as 1 in `distance`; a logarithm if ``logarithmic``.
        logarithmic: Whether differences are those of logarithms.
        amplitude: Whether the values are amplitudes, which recordings in arbitrary units do not have.
    """

    name: str
    unit: str
    group: str
    values: Callable[[Sequence[Prepared]], Array]
    tolerance: float
    logarithmic: bool = False
    amplitude: bool = False


@dataclass(frozen=True)
class Measured:
    """The value of one measure.

    Attributes:
        value: Median of the single values.
        low, high: 95 % bootstrap interval of the median over channels, windows, pairs or units.
        spread: Standard deviation of the single values, of their logarithms for logarithmic features.
        count: Number of single values.
    """

    value: float
    low: float
    high: float
    spread: float
    count: int


def _each(function: Callable[[Prepared], Array]) -> Callable[[Sequence[Prepared]], Array]:
    """Return a function that joins the values of all segments."""
    return partial(_joined, function)


def _joined(function: Callable[[Prepared], Array], segments: Sequence[Prepared]) -> Array:
    return np.concatenate([np.zeros(0), *(np.asarray(function(one), dtype=float) for one in segments)])


def _spectrum() -> list[Feature]:
    mains = [
        Feature(f"mains, harmonic {n}", "%", "spectrum", _each(partial(signal.mains_share, harmonic=n)), 1.0)
        for n in (1, 2, 3)
    ]
    return [
        Feature("median frequency", "Hz", "spectrum", _each(signal.median_frequency), 5.0),
        Feature("median frequency, strongest channel", "Hz", "spectrum", _each(signal.strongest_median_frequency), 5.0),
        Feature("mean frequency", "Hz", "spectrum", _each(signal.mean_frequency), 5.0),
        Feature("slope 100-400 Hz", "dB/decade", "spectrum", _each(signal.slope), 3.0),
        Feature("floor of the spectrum", "dB", "spectrum", _each(signal.floor), 3.0),
        *mains,
    ]


def _distribution() -> list[Feature]:
    return [
        Feature(
            f"excess kurtosis, {1e3 * seconds:g} ms",
            "",
            "distribution",
            _each(partial(signal.excess_kurtosis, seconds=seconds)),
            0.2,
        )
        for seconds in (0.1, 0.25, 1.0)
    ]


def _space() -> list[Feature]:
    correlations = [
        Feature(
            f"correlation {direction}, {distance:g} mm",
            "",
            "space",
            _each(partial(signal.correlation, direction=direction, distance=distance)),
            0.1,
        )
        for direction in ("along", "around")
        for distance in (8.0, 16.0, 32.0, 64.0, 128.0)
    ]
    return [
        *correlations,
        Feature("participation ratio", "", "space", _each(signal.participation_ratio), 0.15, logarithmic=True),
        Feature("share of the first component", "", "space", _each(signal.first_component), 0.05),
        Feature("common-mode share", "", "space", _each(signal.common_mode), 0.05),
    ]


def _units() -> list[Feature]:
    return [
        Feature(
            "potential: peak to peak", "µV", "units", _each(unit.peak_to_peak), 0.2, logarithmic=True, amplitude=True
        ),
        Feature("potential: peak to peak / RMS", "", "units", _each(unit.relative_peak_to_peak), 0.2, logarithmic=True),
        Feature("potential: duration", "ms", "units", _each(unit.duration), 2.0),
        Feature("potential: phases", "", "units", _each(unit.phases), 0.5),
        Feature("potential: share of channels", "", "units", _each(unit.spread), 0.05),
        Feature("potential: median frequency", "Hz", "units", _each(unit.median_frequency), 5.0),
        Feature("potential: rank (99 %)", "", "units", _each(unit.rank), 1.0),
        Feature("discharge rate", "1/s", "units", _each(unit.rate), 1.0),
        Feature("interval variation", "", "units", _each(unit.interval_variation), 0.03),
        Feature("common drive", "", "units", _each(unit.common_drive), 0.1),
        Feature("coherence 0.5-5 Hz", "", "units", _each(unit.drive_coherence), 0.1),
    ]


FEATURES: tuple[Feature, ...] = (
    Feature("RMS", "µV", "amplitude", _each(signal.rms), 0.2, logarithmic=True, amplitude=True),
    Feature(
        "RMS, strongest channel", "µV", "amplitude", _each(signal.strongest_rms), 0.2, logarithmic=True, amplitude=True
    ),
    Feature("RMS: spread over channels", "", "amplitude", _each(signal.rms_spread), 0.05),
    Feature("growth of RMS: exponent", "", "amplitude", signal.growth, 0.15),
    *_spectrum(),
    *_distribution(),
    *_space(),
    Feature("RMS: variation over time", "", "fluctuation", _each(signal.rms_fluctuation), 0.03),
    Feature("envelope: 1/f exponent", "", "fluctuation", _each(signal.envelope_exponent), 0.2),
    *_units(),
)


def features_of(
    segments: Sequence[Recording],
    groups: Collection[str] = GROUPS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Measured]:
    """Measure segments; their single values are pooled.

    Args:
        segments: At least one segment.
        groups: Groups of measures, of `GROUPS`.
        resamples: Number of bootstrap samples; 0: no intervals, low and high are the value.
        seed: Of the bootstrap.

    Returns:
        The measures that the segments allow, by name, in the order of `FEATURES`.

    Raises:
        InvalidInput: No segment, or an unknown group.
    """
    if not segments:
        raise InvalidInput("segments", [], "at least one segment")
    for group in groups:
        if group not in GROUPS:
            raise InvalidInput("group of features", group, "one of " + ", ".join(GROUPS))
    prepared = [Prepared(one) for one in segments]
    arbitrary = any(one.arbitrary for one in segments)
    found = {}
    for feature in FEATURES:
        if feature.group not in groups or (feature.amplitude and arbitrary):
            continue
        values = feature.values(prepared)
        values = values[np.isfinite(values)]
        if len(values):
            found[feature.name] = measured(values, feature.logarithmic, resamples, seed)
    return found


def measured(values: Array, logarithmic: bool, resamples: int, seed: int) -> Measured:
    """Return the median of [values] with its bootstrap interval and the spread of the single values."""
    scaled = np.log(np.maximum(values, 1e-12)) if logarithmic else values
    middle, spread = float(np.median(values)), float(scaled.std())
    if not resamples or len(values) < 2:
        return Measured(middle, middle, middle, spread, len(values))
    draws = generator(seed, "validation", "bootstrap").integers(len(values), size=(resamples, len(values)))
    low, high = np.percentile(np.median(values[draws], axis=1), INTERVAL)
    return Measured(middle, float(low), float(high), spread, len(values))


def distance(recorded: Mapping[str, Measured], simulated: Mapping[str, Measured], names: Collection[str] = ()) -> float:
    """Return a robust distance between two sets of features: 0 for equal ones.

    The difference of each feature is divided by the spread of its recorded single values, at least its tolerance. The
    distance is the mean of ``sqrt(1 + d^2) - 1`` over these scaled differences d, which grows linearly for large ones,
    so that one feature cannot dominate.

    Args:
        recorded: Features of the recording; they give the scales.
        simulated: Features that are compared with them.
        names: Features that are used; default those that both have.

    Raises:
        InvalidInput: Both have no feature in common.
    """
    differences = scaled_differences(recorded, simulated)
    used = [abs(value) for name, value in differences.items() if not names or name in names]
    if not used:
        raise InvalidInput("features", sorted(simulated), "at least one that the recording has as well")
    return float(np.mean(np.sqrt(1 + np.square(used)) - 1))


def scaled_differences(recorded: Mapping[str, Measured], simulated: Mapping[str, Measured]) -> dict[str, float]:
    """Return simulated minus recorded by feature, divided by the feature's scale; see `distance`."""
    differences = {}
    for feature in FEATURES:
        if feature.name in recorded and feature.name in simulated:
            a, b = recorded[feature.name], simulated[feature.name]
            raw = b.value - a.value
            if feature.logarithmic:
                raw = float(np.log(max(b.value, 1e-12) / max(a.value, 1e-12)))
            differences[feature.name] = raw / max(a.spread, feature.tolerance)
    return differences
