"""Recordings prepared for measurement: one pass band for recorded and simulated EMG, spectra, windows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, iirnotch, periodogram, sosfiltfilt, tf2sos, welch

from .recording import Recording

Array = NDArray[np.float64]

LOWEST, HIGHEST = 20.0, 450.0  # Hz; band of the comparison, narrower if that of the recording is
NYQUIST_SHARE = 0.9  # largest upper edge, as a share of half the sampling rate
NOTCH_WIDTH = 1.0  # Hz; filters at all harmonics of the mains act together, and wider ones make echoes of 20 ms
SPECTRUM_WINDOW = 1.0  # s; gives a resolution of 1 Hz
MAINS_WIDTH = 1.5  # Hz to either side of a mains harmonic that counts as mains


@dataclass(frozen=True)
class Prepared:
    """One segment in the band of the comparison.

    Attributes:
        recording: The segment.
    """

    recording: Recording

    @property
    def sample_rate(self) -> float:
        """Sampling rate, Hz."""
        return self.recording.sample_rate

    @cached_property
    def band(self) -> tuple[float, float]:
        """Lower and upper edge of the band of the comparison, Hz."""
        low, high = self.recording.band
        return max(low, LOWEST), min(high, HIGHEST, NYQUIST_SHARE * self.sample_rate / 2)

    @cached_property
    def emg(self) -> Array:
        """[samples, channels] EMG in the band, without mains; the unit is that of the recording."""
        signal = self._in_band
        for harmonic in self.harmonics:
            notch = tf2sos(*iirnotch(harmonic, harmonic / NOTCH_WIDTH, fs=self.sample_rate))
            signal = sosfiltfilt(notch, signal, axis=0)
        return signal

    @cached_property
    def harmonics(self) -> tuple[float, ...]:
        """Mains frequency and its harmonics in the band, Hz."""
        mains = self.recording.mains
        return tuple(mains * number for number in range(1, int(self.band[1] / mains) + 1))

    @cached_property
    def rms(self) -> Array:
        """[channels] root mean square."""
        return np.sqrt(np.square(self.emg).mean(axis=0))

    @cached_property
    def raw_spectrum(self) -> tuple[Array, Array]:
        """Frequencies [frequencies] Hz and the power density [frequencies, channels] of the band, with mains."""
        length = min(round(SPECTRUM_WINDOW * self.sample_rate), len(self._in_band))
        frequency, density = welch(self._in_band, self.sample_rate, nperseg=length, axis=0)
        kept = (frequency >= self.band[0]) & (frequency <= self.band[1])
        return frequency[kept], density[kept]

    @cached_property
    def fine_spectrum(self) -> tuple[Array, Array]:
        """Frequencies from 0, Hz, and power density [frequencies, channels] at the resolution of the whole segment."""
        frequency, density = periodogram(self._in_band, self.sample_rate, window="hann", axis=0)
        return frequency, density

    @cached_property
    def spectrum(self) -> tuple[Array, Array]:
        """Frequencies and power density as in `raw_spectrum`, with the values at mains harmonics interpolated."""
        frequency, density = self.raw_spectrum
        mains = self.near_mains(frequency)
        clean = density.copy()
        for channel in clean.T:
            channel[mains] = np.interp(frequency[mains], frequency[~mains], channel[~mains])
        return frequency, clean

    def near_mains(self, frequency: Array) -> NDArray[np.bool_]:
        """Return whether each frequency lies within `MAINS_WIDTH` of a mains harmonic."""
        near = np.zeros(len(frequency), dtype=bool)
        for harmonic in self.harmonics:
            near |= np.abs(frequency - harmonic) <= MAINS_WIDTH
        return near

    def windows(self, seconds: float) -> Array:
        """Return the consecutive windows of this length, [windows, samples, channels]."""
        length = max(2, round(seconds * self.sample_rate))
        count = len(self.emg) // length
        return self.emg[: count * length].reshape(count, length, self.emg.shape[1])

    @cached_property
    def _in_band(self) -> Array:
        low, high = self.band
        filters = butter(4, (low, high), "bandpass", fs=self.sample_rate, output="sos")
        return sosfiltfilt(filters, self.recording.emg.astype(np.float64), axis=0)
