"""Measures of the EMG itself: amplitude, spectrum, distribution, space, fluctuation, growth.

Every function returns the values of the single channels, windows or pairs of channels; `features` takes their median
and the interval. A measure that a recording does not allow (too short, no neighbours) has no values.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import welch
from scipy.stats import kurtosis

from .preparation import Prepared

Array = NDArray[np.float64]

NOTHING: Array = np.zeros(0)
SPACE_WINDOW = 0.25  # s, windows of the covariance
FLUCTUATION_WINDOW = 0.25  # s, windows of the amplitude
LINE_WIDTH = 0.1  # Hz to either side of a mains harmonic, beyond the resolution
NEIGHBOURS = 8.0  # Hz to either side from which the power without mains is estimated
SLOPE_BAND = (100.0, 400.0)  # Hz
FRAME = 0.05  # s, frames of the envelope for its 1/f exponent
ENVELOPE_BAND = (0.2, 5.0)  # Hz
LONGEST_ENVELOPE_WINDOW = 8.0  # s
SHORTEST_ENVELOPE = 10.0  # s
FEWEST_WINDOWS = 8


def rms(one: Prepared) -> Array:
    """Return [channels] root mean square, uV (or arbitrary)."""
    return one.rms * 1e3


def strongest_rms(one: Prepared) -> Array:
    """Return [windows] root mean square of the strongest channel in windows of 1 s, uV (or arbitrary)."""
    return np.sqrt(np.square(one.windows(1.0)[:, :, np.argmax(one.rms)]).mean(axis=1)) * 1e3


def rms_spread(one: Prepared) -> Array:
    """Return [windows] standard deviation over mean of the channels' RMS in windows of 1 s."""
    if one.emg.shape[1] < 2:
        return NOTHING
    amplitudes = np.sqrt(np.square(one.windows(1.0)).mean(axis=1))
    return amplitudes.std(axis=1) / amplitudes.mean(axis=1)


def median_frequency(one: Prepared) -> Array:
    """Return [channels] frequency that halves the power, Hz."""
    frequency, density = one.spectrum
    shares = np.cumsum(density, axis=0) / density.sum(axis=0)
    return np.array([np.interp(0.5, share, frequency) for share in shares.T])


def strongest_median_frequency(one: Prepared) -> Array:
    """Return [1] median frequency of the strongest channel, Hz."""
    return median_frequency(one)[[np.argmax(one.rms)]]


def mean_frequency(one: Prepared) -> Array:
    """Return [channels] power-weighted mean frequency, Hz."""
    frequency, density = one.spectrum
    return (frequency[:, None] * density).sum(axis=0) / density.sum(axis=0)


def slope(one: Prepared) -> Array:
    """Return [channels] slope of the power density between 100 and 400 Hz, dB per decade.

    Recordings whose band ends below 200 Hz have none.
    """
    frequency, density = one.spectrum
    inside = (frequency >= SLOPE_BAND[0]) & (frequency <= SLOPE_BAND[1])
    if not inside.any() or frequency[inside][-1] < 2 * SLOPE_BAND[0]:
        return NOTHING
    return np.polyfit(np.log10(frequency[inside]), 10 * np.log10(density[inside] + 1e-30), 1)[0]


def floor(one: Prepared) -> Array:
    """Return [channels] lowest power density (5th percentile over the band) over the mean one, dB."""
    density = one.spectrum[1]
    return 10 * np.log10(np.percentile(density, 5, axis=0) / density.mean(axis=0) + 1e-30)


def mains_share(one: Prepared, harmonic: int) -> Array:
    """Return [channels] share of the power that a harmonic of the mains adds, %; 1 is the mains frequency itself.

    The mains is a narrow line, so the spectrum has the resolution of the whole segment; the power density that is not
    mains is that of the neighbouring frequencies.
    """
    centre = one.recording.mains * harmonic
    if centre > one.band[1]:
        return NOTHING
    frequency, density = one.fine_spectrum
    away, width = np.abs(frequency - centre), LINE_WIDTH + 2 * frequency[1]
    line, around = away <= width, (away > width) & (away <= NEIGHBOURS)
    added = density[line].sum(axis=0) - line.sum() * density[around].mean(axis=0)
    return 100 * np.maximum(added, 0) / density.sum(axis=0)


def excess_kurtosis(one: Prepared, seconds: float) -> Array:
    """Return [channels] mean excess kurtosis in windows of this length; 0 for a normal distribution."""
    windows = one.windows(seconds)
    return kurtosis(windows, axis=1, bias=False).mean(axis=0) if len(windows) else NOTHING


def correlation(one: Prepared, direction: str, distance: float) -> Array:
    """Return [pairs] correlation of channels at about this distance (mm, within half an octave).

    Args:
        one: The segment.
        direction: ``along``: channels of one column; ``around``: channels of one row.
        distance: Along the limb or along the skin around it, mm.
    """
    layout = one.recording.layout
    rows = np.abs(layout.row[:, None] - layout.row)
    columns = np.abs(layout.column[:, None] - layout.column)
    if layout.closed:
        columns = np.minimum(columns, layout.columns - columns)
    if direction == "along":
        apart, same = rows * layout.row_distance, columns == 0
    else:
        apart, same = columns * layout.column_distance, rows == 0
    first, second = np.nonzero(np.triu(same & (apart > distance / 2**0.5) & (apart <= distance * 2**0.5), 1))
    if not len(first):
        return NOTHING
    scaled = one.emg / one.rms
    return np.einsum("sp,sp->p", scaled[:, first], scaled[:, second]) / len(scaled)


def participation_ratio(one: Prepared) -> Array:
    """Return [windows] participation ratio of the eigenvalues of the channels' covariance: (sum)^2 / sum of squares."""
    values = _eigenvalues(one)
    return values.sum(axis=1) ** 2 / np.square(values).sum(axis=1) if len(values) else NOTHING


def first_component(one: Prepared) -> Array:
    """Return [windows] share of the power in the first principal component."""
    values = _eigenvalues(one)
    return values[:, -1] / values.sum(axis=1) if len(values) else NOTHING


def common_mode(one: Prepared) -> Array:
    """Return [windows] power of the mean of all channels over their mean power."""
    windows = one.windows(SPACE_WINDOW)
    if windows.shape[2] < 2:
        return NOTHING
    return np.square(windows.mean(axis=2)).mean(axis=1) / np.square(windows).mean(axis=(1, 2))


def rms_fluctuation(one: Prepared) -> Array:
    """Return [channels] standard deviation over mean of the RMS in windows of 250 ms over the segment."""
    amplitudes = np.sqrt(np.square(one.windows(FLUCTUATION_WINDOW)).mean(axis=1))
    return amplitudes.std(axis=0) / amplitudes.mean(axis=0) if len(amplitudes) >= FEWEST_WINDOWS else NOTHING


def envelope_exponent(one: Prepared) -> Array:
    """Return [channels] exponent a of the envelope's spectrum 1/f^a between 0.2 and 5 Hz, in segments from 10 s."""
    if one.recording.duration < SHORTEST_ENVELOPE:
        return NOTHING
    envelope = np.log(np.sqrt(np.square(one.windows(FRAME)).mean(axis=1)) + 1e-30)
    length = min(len(envelope), round(LONGEST_ENVELOPE_WINDOW / FRAME))
    frequency, density = welch(envelope, 1 / FRAME, nperseg=length, axis=0, detrend="linear")
    inside = (frequency >= ENVELOPE_BAND[0]) & (frequency <= ENVELOPE_BAND[1])
    return -np.polyfit(np.log10(frequency[inside]), np.log10(density[inside] + 1e-30), 1)[0]


def growth(segments: Sequence[Prepared]) -> Array:
    """Return [channels] exponent of the RMS against the level of contraction over segments of the same name.

    The channels are those whose RMS is at least half of the greatest. Segments that do not state their level are left
    out; names with fewer than two different levels have no values.
    """
    found = []
    for name in sorted({one.recording.segment.name for one in segments}):
        chosen = [one for one in segments if one.recording.segment.name == name and one.recording.segment.share() > 0]
        levels = np.array([one.recording.segment.share() for one in chosen])
        if len(set(levels)) < 2:
            continue
        amplitudes = np.stack([one.rms for one in chosen])
        strong = amplitudes.max(axis=0) >= amplitudes.max() / 2
        found.append(np.polyfit(np.log(levels), np.log(amplitudes[:, strong]), 1)[0])
    return np.concatenate(found) if found else NOTHING


def _eigenvalues(one: Prepared) -> Array:
    """Return [windows, channels] eigenvalues of the covariance, ascending; none for a single channel."""
    windows = one.windows(SPACE_WINDOW)
    if windows.shape[2] < 2:
        return np.zeros((0, windows.shape[2]))
    covariance = np.einsum("wsi,wsj->wij", windows, windows, optimize=True) / windows.shape[1]
    return np.maximum(np.linalg.eigvalsh(covariance), 0)
