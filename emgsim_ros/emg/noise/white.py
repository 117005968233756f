"""White noise: the floor of the amplifier, and a simple stand-in for all noise of electrodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...seeds import generator
from .band import emg_band
from .part import Noise
from .site import RecordingSite


class WhiteNoise:
    """Independent white noise of several electrodes.

    Args:
        rms: [electrodes] RMS, mV.
        random: Source of the noise.
    """

    def __init__(self, rms: NDArray[np.float64], random: np.random.Generator) -> None:
        self._rms, self._random = rms.astype(np.float32), random

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        noise = self._random.standard_normal((count, len(self._rms)), dtype=np.float32)
        noise *= self._rms
        return noise


def white_noise(site: RecordingSite) -> Noise | None:
    """White noise with an RMS of ``noise_rms`` at every electrode, if it is above 0."""
    rms = site.parameters.noise_rms * site.exposure
    return WhiteNoise(rms, generator(site.seed, "electrode_noise")) if rms.any() else None


def amplifier_noise(site: RecordingSite) -> Noise | None:
    """White floor of the amplifier, the same with and without contact, if its amplitude is above 0."""
    bottom, top = emg_band(site.sample_rate)
    rms = site.parameters.amplifier_rms * np.sqrt(site.sample_rate / 2 / (top - bottom))
    return WhiteNoise(np.full(site.electrodes, rms), generator(site.seed, "amplifier_noise")) if rms else None
