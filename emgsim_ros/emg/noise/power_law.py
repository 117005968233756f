"""Filter that gives white noise the spectrum of electrode noise: 1/f^a between two frequencies, white above."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import freqz_sos, zpk2sos

from .band import emg_band

Array = NDArray[np.float64]

PAIRS_PER_DECADE = 1.0  # pairs of a pole and a zero; the density deviates by less than 1 dB below 0.3 of the rate
RESOLUTION = 4096  # points of the frequency response at which the power in the EMG band is added up


def power_law_sections(exponent: float, low: float, high: float, sample_rate: float) -> Array:
    """Second-order sections whose power response is 1/f^exponent from ``low`` to ``high``.

    Poles and zeros alternate at equal distances on the logarithmic axis of frequency, so that the amplitude falls by
    exponent / 2 of the slope of an integrator (Oustaloup et al. 2000, "Frequency-band complex noninteger
    differentiator"; quoted from memory). Below ``low`` and above ``high`` the response is flat. White noise of
    variance 1 at the input leaves with an RMS of 1 in the EMG band.

    Args:
        exponent: Between 0 and 2.
        low, high: Hz; ``high`` is lowered to half the sample rate.
        sample_rate: Hz.

    Returns:
        [sections, 6] sections.
    """
    high = min(high, sample_rate / 2)
    pairs = 2 * int(np.ceil(PAIRS_PER_DECADE * np.log10(high / low) / 2))  # two pairs make a section
    ratio = (high / low) ** (1 / pairs)
    order = np.arange(pairs) + 0.5
    poles, zeros = (low * ratio ** (order + sign * exponent / 4) for sign in (-1, 1))
    sections = zpk2sos(*(np.exp(-2 * np.pi * corner / sample_rate) for corner in (zeros, poles)), 1.0)
    sections[0, :3] /= _band_rms(sections, sample_rate)
    return sections


def _band_rms(sections: Array, sample_rate: float) -> float:
    """RMS in the EMG band of filtered white noise of variance 1."""
    bottom, top = emg_band(sample_rate)
    step = (top - bottom) / RESOLUTION
    frequencies = bottom + step * (np.arange(RESOLUTION) + 0.5)
    power = np.square(np.abs(freqz_sos(sections, frequencies, fs=sample_rate)[1]))
    return float(np.sqrt(power.sum() * step / (sample_rate / 2)))
