"""White noise: the floor of the amplifier, and a simple stand-in for all noise of electrodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...counted_numbers import NormalRows, key
from .band import emg_band
from .part import Noise
from .site import RecordingSite


class WhiteNoise:
    """Independent white noise of several electrodes.

    Args:
        rms: [electrodes] RMS, mV.
        key: Key of the noise; see `counted_numbers`.
    """

    def __init__(self, rms: NDArray[np.float64], key: np.uint64) -> None:
        self._rms, self._drawn = rms.astype(np.float32), 0
        self._normal = NormalRows(np.full(len(rms), key), np.arange(len(rms)))

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        noise = self._normal.rows(self._drawn, count)
        self._drawn += count
        noise *= self._rms
        return noise


def white_noise(site: RecordingSite) -> Noise | None:
    """White noise with an RMS of ``noise_rms`` at every electrode, if it is above 0."""
    rms = site.parameters.noise_rms * site.exposure
    return WhiteNoise(rms, key(site.seed, "electrode_noise")) if rms.any() else None


def amplifier_noise(site: RecordingSite) -> Noise | None:
    """White floor of the amplifier, the same with and without contact, if its amplitude is above 0."""
    bottom, top = emg_band(site.sample_rate)
    rms = site.parameters.amplifier_rms * np.sqrt(site.sample_rate / 2 / (top - bottom))
    return WhiteNoise(np.full(site.electrodes, rms), key(site.seed, "amplifier_noise")) if rms else None
