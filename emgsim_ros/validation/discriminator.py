"""A classifier that separates recorded from simulated windows, and the measures that give the simulation away.

Windows of 250 ms are divided by their own RMS over all channels, so that the amplitude does not matter. Measures of
their spectrum, of their spatial correlation and of their amplitude distribution are the input of a logistic regression.
The first part of every segment trains, the last part tests, with a gap between them. An area under the ROC curve (AUC)
of 0.5 means that recorded and simulated windows cannot be told apart by these measures, 1 that they always can.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kurtosis, skew

from ..errors import InvalidInput, require_extra
from ..seeds import generator
from .preparation import Prepared
from .recording import Layout, Recording

Array = NDArray[np.float64]

WINDOW = 0.25  # s
TRAINED, GAP = 0.55, 0.05  # shares of a segment that train and that lie between training and test
FEWEST_WINDOWS = 4  # in each part, over all segments
RESAMPLES = 300
BLOCK = 4  # neighbouring test windows are resampled together: they resemble each other
EDGES = (20.0, 40.0, 60.0, 80.0, 110.0, 150.0, 200.0, 260.0, 330.0, 450.0)  # Hz, of the bands of the spectrum
QUANTILES = (0.5, 0.75, 0.9, 0.99)


@dataclass(frozen=True)
class Separation:
    """How well one group of measures separates recorded from simulated windows.

    Attributes:
        auc: Area under the ROC curve of the test windows.
        low, high: 95 % bootstrap interval over blocks of neighbouring windows.
    """

    auc: float
    low: float
    high: float


@dataclass(frozen=True)
class Discrimination:
    """The result of the discriminator.

    Attributes:
        overall: All measures together.
        groups: Each group of measures alone: spectrum, space, distribution.
        ranking: Names of the measures with the standardised coefficients of the regression on all of them, largest
            magnitude first; a positive one is larger in simulated windows.
        windows: Number of test windows, recorded and simulated.
    """

    overall: Separation
    groups: dict[str, Separation]
    ranking: tuple[tuple[str, float], ...]
    windows: tuple[int, int]


def discriminate(recorded: Sequence[Recording], simulated: Sequence[Recording], seed: int = 0) -> Discrimination:
    """Train and test a classifier of windows.

    Args:
        recorded: Segments of the recording.
        simulated: The simulated segments, with the same channels.
        seed: Of the bootstrap.

    Raises:
        InvalidInput: The segments are too short, or recorded and simulated ones have different channels.
        MissingExtra: scikit-learn is not installed.
    """
    require_sklearn()
    for a, b in zip(recorded, simulated, strict=True):
        if a.emg.shape[1] != b.emg.shape[1]:
            raise InvalidInput("discriminator: channels", b.emg.shape[1], f"{a.emg.shape[1]}, as recorded")
    parts = [_divided([Prepared(one) for one in segments]) for segments in (recorded, simulated)]
    names = parts[0].names
    train, test = (np.concatenate([getattr(one, part) for one in parts]) for part in ("train", "test"))
    train_label, test_label = (
        np.repeat([0, 1], [len(getattr(one, part)) for one in parts]) for part in ("train", "test")
    )
    blocks = np.concatenate([parts[0].blocks, parts[1].blocks + parts[0].blocks.max() + 1])
    groups = {}
    for group in dict.fromkeys(name.partition(":")[0] for name in names):
        chosen = [number for number, name in enumerate(names) if name.startswith(group)]
        scores = decision_values(train[:, chosen], train_label, test[:, chosen])[0]
        groups[group] = _separation(scores, test_label, blocks, seed)
    scores, coefficients = decision_values(train, train_label, test)
    order = np.argsort(-np.abs(coefficients))
    return Discrimination(
        overall=_separation(scores, test_label, blocks, seed),
        groups=groups,
        ranking=tuple((names[number], float(coefficients[number])) for number in order),
        windows=(int((test_label == 0).sum()), int((test_label == 1).sum())),
    )


@dataclass(frozen=True)
class _Windows:
    """Measures of the windows of several segments.

    Attributes:
        names: [measures] ``group: measure``.
        train, test: [windows, measures].
        blocks: [test windows] number of the block in which a window is resampled.
    """

    names: list[str]
    train: Array
    test: Array
    blocks: NDArray[np.int64]


def _divided(segments: Sequence[Prepared]) -> _Windows:
    names: list[str] = []
    train: list[Array] = []
    test: list[Array] = []
    blocks: list[NDArray[np.int64]] = []
    for one in segments:
        windows = one.windows(WINDOW)
        first, second = int(TRAINED * len(windows)), math.ceil((TRAINED + GAP) * len(windows))
        names, values = measures(windows, one)
        train.append(values[:first])
        test.append(values[second:])
        start = 1 + max((int(numbers.max(initial=-1)) for numbers in blocks), default=-1)
        blocks.append(start + np.arange(len(values) - second) // BLOCK)
    found = _Windows(names, np.concatenate(train), np.concatenate(test), np.concatenate(blocks))
    if min(len(found.train), len(found.test)) < FEWEST_WINDOWS:
        seconds = sum(one.recording.duration for one in segments)
        raise InvalidInput("discriminator: length of the segments", f"{seconds:.2f} s", "at least 3 s in all")
    return found


def measures(windows: Array, one: Prepared) -> tuple[list[str], Array]:
    """Return names and [windows, measures] values of windows of 250 ms.

    Args:
        windows: [windows, samples, channels] EMG.
        one: The segment, for its sampling rate, band and layout.
    """
    scale = np.sqrt(np.square(windows).mean(axis=(1, 2), keepdims=True))
    scaled = windows / np.maximum(scale, 1e-30)
    columns: dict[str, Array] = {}
    for add in (_spectral, _spatial, _of_distribution):
        columns |= add(scaled, one)
    return list(columns), np.stack(list(columns.values()), axis=1)


def _spectral(windows: Array, one: Prepared) -> dict[str, Array]:
    power = np.square(np.abs(np.fft.rfft(windows * np.hanning(windows.shape[1])[:, None], axis=1))).mean(axis=2)
    frequency = np.fft.rfftfreq(windows.shape[1], 1 / one.sample_rate)
    inside = (frequency >= one.band[0]) & (frequency <= one.band[1])
    power, frequency = power[:, inside], frequency[inside]
    shares = power / power.sum(axis=1, keepdims=True)
    columns = {}
    for low, high in itertools.pairwise(EDGES):
        band = (frequency >= low) & (frequency < high)
        if band.any():
            columns[f"spectrum: {low:g}-{high:g} Hz"] = np.log10(shares[:, band].sum(axis=1) + 1e-12)
    columns["spectrum: mean frequency"] = shares @ frequency
    return columns


def _spatial(windows: Array, one: Prepared) -> dict[str, Array]:
    if windows.shape[2] < 2:
        return {}
    covariance = np.einsum("wsi,wsj->wij", windows, windows, optimize=True) / windows.shape[1]
    values = np.maximum(np.linalg.eigvalsh(covariance), 0)
    power = np.einsum("wii->wi", covariance)
    columns = {
        "space: log participation ratio": np.log(values.sum(axis=1) ** 2 / np.square(values).sum(axis=1)),
        "space: first component": values[:, -1] / values.sum(axis=1),
        "space: common mode": covariance.mean(axis=(1, 2)) / power.mean(axis=1),
        "space: spread of RMS": np.sqrt(power).std(axis=1) / np.sqrt(power).mean(axis=1),
    }
    correlation = covariance / np.sqrt(power[:, :, None] * power[:, None, :] + 1e-30)
    layout = one.recording.layout
    for direction, steps in (("along", layout.rows), ("around", layout.columns)):
        for step in (1, 2, 4, 8):
            pairs = _pairs(layout, direction, step) if step < steps else None
            if pairs is not None and len(pairs[0]):
                columns[f"space: correlation {direction}, {step}"] = correlation[:, pairs[0], pairs[1]].mean(axis=1)
    return columns


def _pairs(layout: Layout, direction: str, step: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of channels that are ``step`` places apart along or around the limb."""
    rows = layout.row - layout.row[:, None]
    columns = layout.column - layout.column[:, None]
    if layout.closed:
        columns = columns % layout.columns
    near = (rows == step) & (columns == 0) if direction == "along" else (columns == step) & (rows == 0)
    first, second = np.nonzero(near)
    return first, second


def _of_distribution(windows: Array, one: Prepared) -> dict[str, Array]:
    single = windows / np.sqrt(np.square(windows).mean(axis=1, keepdims=True) + 1e-30)
    columns = {
        "distribution: kurtosis": kurtosis(single, axis=1).mean(axis=1),
        "distribution: magnitude of the skewness": np.abs(skew(single, axis=1)).mean(axis=1),
    }
    for share in QUANTILES:
        columns[f"distribution: {100 * share:g} % quantile"] = np.quantile(np.abs(single), share, axis=1).mean(axis=1)
    return columns


def decision_values(train: Array, label: NDArray[np.int64], test: Array) -> tuple[Array, Array]:
    """Return the decision values of a logistic regression and its coefficients.

    Args:
        train: [windows, measures] of the windows that train.
        label: [windows] 1 for a simulated window, otherwise 0.
        test: [windows, measures] of the windows that are tested.

    Returns:
        [test windows] decision values and [measures] coefficients of the standardised measures.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier: Any = LogisticRegression(max_iter=1000, class_weight="balanced")
    pipeline = make_pipeline(StandardScaler(), classifier).fit(train, label)
    return pipeline.decision_function(test), classifier.coef_[0]


def _separation(scores: Array, label: NDArray[np.int64], blocks: NDArray[np.int64], seed: int) -> Separation:
    """Return the AUC with its interval; whole blocks are resampled, separately for recorded and simulated windows."""
    from sklearn.metrics import roc_auc_score

    draws = generator(seed, "validation", "auc")
    by_label = [[np.flatnonzero(blocks == one) for one in np.unique(blocks[label == kind])] for kind in (0, 1)]
    drawn = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate(
            [kind[number] for kind in by_label for number in draws.integers(len(kind), size=len(kind))]
        )
        drawn.append(roc_auc_score(label[chosen], scores[chosen]))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Separation(float(roc_auc_score(label, scores)), float(low), float(high))


def require_sklearn() -> None:
    """Check that scikit-learn is installed.

    Raises:
        MissingExtra: It is not.
    """
    require_extra("sklearn", "the discriminator", "scikit-learn", "emgsim-ros[validate]")
