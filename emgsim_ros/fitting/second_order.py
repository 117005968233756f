"""Second-order statistics of EMG: the power density of every channel and the covariance of the channels in a band.

They are measured in a recording (`measured`) or computed without simulation (`expected_features`), in the same form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import get_window

Array = NDArray[np.float64]

WINDOW = 0.25  # s; gives a resolution of 4 Hz
MARGIN = 1.1  # the edges of the amplifier's pass band are left out by this factor
LOWEST, HIGHEST = 20.0, 450.0  # Hz
NYQUIST_SHARE = 0.8
MAINS_WIDTH = 6.0  # Hz on either side of a mains harmonic that are left out


@dataclass(frozen=True)
class SecondOrder:
    """Second-order statistics of one contraction.

    Attributes:
        frequencies: [frequencies] Hz, those at which the spectra are compared.
        density: [frequencies, channels] one-sided power density, mV^2/Hz.
        covariance: [channels, channels] covariance over these frequencies, mV^2.
    """

    frequencies: Array
    density: Array
    covariance: Array

    @property
    def rms(self) -> Array:
        """[channels] root mean square over these frequencies, mV."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 1e-18))

    @property
    def correlation(self) -> Array:
        """[channels, channels] correlation of the channels."""
        return self.covariance / np.outer(self.rms, self.rms)

    def median_frequency(self) -> Array:
        """Return [channels] frequency that halves the power, Hz."""
        shares = np.cumsum(self.density, axis=0) / self.density.sum(axis=0)
        return np.array([np.interp(0.5, share, self.frequencies) for share in shares.T])

    def participation_ratio(self) -> float:
        """Return the participation ratio of the eigenvalues of the covariance: (sum)^2 over the sum of squares."""
        return float(np.trace(self.covariance) ** 2 / np.square(self.covariance).sum())


def compared_frequencies(sample_rate: float, band: tuple[float, float], mains: float) -> Array:
    """Return the frequencies (Hz) of a recording that are compared.

    Args:
        sample_rate: Sampling rate, Hz.
        band: Pass band of the amplifier, Hz.
        mains: Mains frequency, Hz; the neighbourhood of its harmonics is left out.
    """
    frequencies = np.arange(1, round(WINDOW * sample_rate / 2)) / WINDOW
    low, high = max(band[0] * MARGIN, LOWEST), min(band[1] / MARGIN, HIGHEST, NYQUIST_SHARE * sample_rate / 2)
    away = np.abs(frequencies / mains - np.round(frequencies / mains)) * mains
    return frequencies[(frequencies >= low) & (frequencies <= high) & (away > MAINS_WIDTH)]


def measured(emg: NDArray[np.float32], sample_rate: float, frequencies: Array) -> SecondOrder:
    """Measure a recording by Welch's method (Hann windows of 0.25 s that overlap by half).

    Args:
        emg: [samples, channels] EMG, mV, at least 0.25 s.
        sample_rate: Sampling rate, Hz.
        frequencies: [frequencies] multiples of 4 Hz, see `compared_frequencies`.
    """
    length = round(WINDOW * sample_rate)
    window = get_window("hann", length)
    signal = np.asarray(emg, dtype=np.float64)
    starts = range(0, len(signal) - length + 1, length // 2)
    rows = np.round(frequencies * WINDOW).astype(int)
    scale = 2.0 / (sample_rate * np.square(window).sum())
    density = np.zeros((len(rows), signal.shape[1]))
    covariance = np.zeros((signal.shape[1],) * 2)
    for start in starts:
        part = signal[start : start + length]
        spectrum = np.fft.rfft((part - part.mean(axis=0)) * window[:, None], axis=0)[rows]
        density += np.square(np.abs(spectrum))
        covariance += spectrum.real.T @ spectrum.real + spectrum.imag.T @ spectrum.imag
    factor = scale / max(len(starts), 1)
    return SecondOrder(frequencies, density * factor, covariance * factor / WINDOW)
