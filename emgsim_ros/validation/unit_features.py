"""Measures of motor units whose discharges are known: potentials, intervals, common drive.

Spike-triggered averages and intervals are computed in the same way for units that a decomposition found in a recording
and for simulated ones.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, coherence, sosfiltfilt

from ..seeds import generator
from .preparation import Prepared
from .signal_features import NOTHING

Array = NDArray[np.float64]

HALF_WINDOW = 0.020  # s to either side of the peak of a potential
FARTHEST_PEAK = 0.020  # s between a discharge and the peak: a decomposition may place discharges anywhere on it
FEWEST_DISCHARGES = 30
VISIBLE = 0.2  # share of the greatest magnitude that counts for durations and phases: above the noise of the average
LONGEST_INTERVAL = 0.4  # s; a longer interval is a pause
SMOOTHING = 0.4  # s, length of the Hann window over the discharges; its pass band ends at about 2.5 Hz
TREND = 0.75  # Hz; slower changes of the rate are removed (unverified in the original)
RATE_SAMPLING = 100.0  # Hz, of smoothed rates
LARGEST_LAG = 0.1  # s
SHORTEST_COMMON = 5.0  # s that two units must be active together
SPLITS = 20  # random halves of the units for the coherence
DRIVE_BAND = (0.5, 5.0)  # Hz, band of the common drive


def potentials(one: Prepared) -> list[Array]:
    """Return the spike-triggered average of each unit with enough discharges, [samples, channels], unit of the EMG.

    The averages are 40 ms long; their middle is the greatest magnitude in the channel with the greatest peak to peak.
    """
    half, farthest = round(HALF_WINDOW * one.sample_rate), round(FARTHEST_PEAK * one.sample_rate)
    offsets = np.arange(-half - farthest, half + farthest + 1)
    found = []
    for train in one.recording.discharges or ():
        inside = train[(train >= -offsets[0]) & (train < len(one.emg) - offsets[-1])]
        if len(inside) < FEWEST_DISCHARGES:
            continue
        shape = sum((one.emg[at + offsets] for at in inside), np.zeros((len(offsets), 1))) / len(inside)
        near = shape[half:-half]
        middle = half + int(np.argmax(np.abs(_strongest(near))))
        found.append(shape[middle - half : middle + half + 1])
    return found


def peak_to_peak(one: Prepared) -> Array:
    """Return [units] peak to peak of the potential in its strongest channel, uV (or arbitrary)."""
    return np.array([np.ptp(shape, axis=0).max() * 1e3 for shape in potentials(one)])


def relative_peak_to_peak(one: Prepared) -> Array:
    """Return [units] peak to peak in the strongest channel over the RMS of the EMG there."""
    found = []
    for shape in potentials(one):
        heights = np.ptp(shape, axis=0)
        found.append(heights.max() / one.rms[np.argmax(heights)])
    return np.array(found)


def duration(one: Prepared) -> Array:
    """Return [units] time from the first to the last sample above 20 % of the peak in the strongest channel, ms."""
    found = []
    for shape in potentials(one):
        visible = np.flatnonzero(_visible(_strongest(shape)))
        found.append((visible[-1] - visible[0] + 1) / one.sample_rate * 1e3)
    return np.array(found)


def phases(one: Prepared) -> Array:
    """Return [units] number of phases above 20 % of the peak in the strongest channel."""
    found = []
    for shape in potentials(one):
        channel = _strongest(shape)
        signs = np.sign(channel[_visible(channel)])
        found.append(1.0 + np.count_nonzero(np.diff(signs)))
    return np.array(found)


def spread(one: Prepared) -> Array:
    """Return [units] share of the channels with at least half of the greatest peak to peak."""
    if one.emg.shape[1] < 2:
        return NOTHING
    heights = [np.ptp(shape, axis=0) for shape in potentials(one)]
    return np.array([(one_height >= one_height.max() / 2).mean() for one_height in heights])


def median_frequency(one: Prepared) -> Array:
    """Return [units] median frequency of the potential's energy in the strongest channel, Hz."""
    found = []
    for shape in potentials(one):
        energy = np.square(np.abs(np.fft.rfft(_strongest(shape), 4096)))
        frequency = np.fft.rfftfreq(4096, 1 / one.sample_rate)
        found.append(np.interp(0.5, np.cumsum(energy) / energy.sum(), frequency))
    return np.array(found)


def rank(one: Prepared) -> Array:
    """Return [units] number of singular values that hold 99 % of the energy of the potential over the channels."""
    if one.emg.shape[1] < 2:
        return NOTHING
    found = []
    for shape in potentials(one):
        energy = np.square(np.linalg.svd(shape, compute_uv=False))
        found.append(1.0 + np.searchsorted(np.cumsum(energy) / energy.sum(), 0.99))
    return np.array(found)


def rate(one: Prepared) -> Array:
    """Return [units] discharges per second: 1 over the mean interval, without pauses."""
    return np.array([1 / intervals.mean() for intervals in _intervals(one)])


def interval_variation(one: Prepared) -> Array:
    """Return [units] standard deviation over mean of the intervals, without pauses."""
    return np.array([intervals.std(ddof=1) / intervals.mean() for intervals in _intervals(one)])


def common_drive(one: Prepared) -> Array:
    """Return [pairs] greatest cross-correlation of the smoothed discharge rates within 100 ms.

    The rates are the discharges smoothed by a Hann window of 400 ms, as in the analysis of the common drive (De Luca &
    Erim 1994; Myers, Erim & Lowery 2004 compare window lengths).
    """
    trains = _trains(one)
    smooth = [_smoothed(train, one) for train in trains]
    lags = range(-round(LARGEST_LAG * RATE_SAMPLING), round(LARGEST_LAG * RATE_SAMPLING) + 1)
    found = []
    for (a, rate_a), (b, rate_b) in combinations(zip(trains, smooth, strict=True), 2):
        first, last = max(a[0], b[0]) / one.sample_rate, min(a[-1], b[-1]) / one.sample_rate
        if last - first < SHORTEST_COMMON:
            continue
        part = slice(round(first * RATE_SAMPLING), round(last * RATE_SAMPLING))
        found.append(max(_lagged(rate_a[part], rate_b[part], lag) for lag in lags))
    return np.array(found)


def drive_coherence(one: Prepared) -> Array:
    """Return [splits] mean coherence from 0.5 to 5 Hz of the summed discharges of two random halves of the units."""
    trains = _trains(one)
    if len(trains) < 4 or one.recording.duration < SHORTEST_COMMON:
        return NOTHING
    counts = np.stack([_counts(train, one) for train in trains])
    draws, found = generator(0, "validation", "halves"), []
    for _ in range(SPLITS):
        order = draws.permutation(len(counts))
        halves = counts[order[::2]].sum(axis=0), counts[order[1::2]].sum(axis=0)
        frequency, values = coherence(*halves, fs=RATE_SAMPLING, nperseg=round(2 * RATE_SAMPLING))
        found.append(values[(frequency >= DRIVE_BAND[0]) & (frequency <= DRIVE_BAND[1])].mean())
    return np.array(found)


def _strongest(shape: Array) -> Array:
    return shape[:, np.argmax(np.ptp(shape, axis=0))]


def _visible(channel: Array) -> NDArray[np.bool_]:
    return np.abs(channel) >= VISIBLE * np.abs(channel).max()


def _trains(one: Prepared) -> list[NDArray[np.int64]]:
    return [train for train in one.recording.discharges or () if len(train) >= FEWEST_DISCHARGES]


def _intervals(one: Prepared) -> list[Array]:
    every = [np.diff(train) / one.sample_rate for train in _trains(one)]
    kept = [intervals[intervals <= LONGEST_INTERVAL] for intervals in every]
    return [intervals for intervals in kept if len(intervals) >= 2]


def _counts(train: NDArray[np.int64], one: Prepared) -> Array:
    """Return the number of discharges in each period of `RATE_SAMPLING`."""
    length = int(one.recording.duration * RATE_SAMPLING) + 1
    at = (train / one.sample_rate * RATE_SAMPLING).astype(np.int64)
    return np.bincount(at, minlength=length)[:length].astype(float)


def _smoothed(train: NDArray[np.int64], one: Prepared) -> Array:
    """Return the smoothed rate (1/s) without slow trends, at `RATE_SAMPLING`."""
    window = np.hanning(round(SMOOTHING * RATE_SAMPLING) + 2)
    smooth = np.convolve(_counts(train, one), window / window.sum() * RATE_SAMPLING, mode="same")
    return sosfiltfilt(butter(2, TREND, "highpass", fs=RATE_SAMPLING, output="sos"), smooth)


def _lagged(a: Array, b: Array, lag: int) -> float:
    """Return the correlation of ``a`` with ``b`` delayed by ``lag`` samples."""
    ahead, behind = (a[lag:], b[: len(b) - lag]) if lag >= 0 else (a[:lag], b[-lag:])
    return float(np.corrcoef(ahead, behind)[0, 1])
