"""Noise of electrode and skin, and that of the reference electrode.

The noise of a surface electrode arises where the electrolyte meets the skin, is far above the thermal noise of its
impedance, and is inversely proportional to the square root of the electrode's area (Huigen, Peper & Grimbergen 2002,
abstract). Its density falls with frequency and ends in thermal noise (Gondran et al. 1996, abstract).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...counted_numbers import NormalRows, key
from ..channel_filter import ChannelFilter
from .options import require_number
from .part import Noise
from .power_law import power_law_sections
from .site import RecordingSite

Array = NDArray[np.float64]

EXPONENT = 1.2  # of 1/f^a; measured between neighbours of a grid at rest, see docs/physics.md
REFERENCE_EXPONENT = 0.5  # measured in the part that all electrodes of that grid shared
CORNER = 1000.0  # Hz; above it the noise is white
LOWEST = 1.0  # Hz; below it the density no longer rises
WARM_UP = 1.0  # s; six time constants of the slowest pole


class SkinNoise:
    """Independent coloured noise of several electrodes.

    Args:
        rms: [electrodes] RMS in the EMG band, mV.
        sample_rate: Hz.
        exponent: The density falls as 1/f^exponent.
        corner: Frequency from which on the noise is white, Hz.
        key: Key of the noise; see `counted_numbers`.

    Raises:
        InvalidInput: An exponent outside of 0 to 2, or a corner below 2 Hz.
    """

    def __init__(self, rms: Array, sample_rate: int, exponent: float, corner: float, key: np.uint64) -> None:
        require_number("of electrodes", "exponent", exponent, 0.0, 2.0)
        require_number("of electrodes", "corner", corner, 2 * LOWEST)
        self._rms, self._normal, self._drawn = rms, NormalRows(np.full(len(rms), key), np.arange(len(rms))), 0
        self._filter = ChannelFilter(power_law_sections(exponent, LOWEST, corner, sample_rate), len(rms))
        self.samples(0, round(WARM_UP * sample_rate))  # so that the noise is stationary from the first sample on

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        noise = self._normal.rows(self._drawn, count)
        self._drawn += count
        self._filter.process(noise, noise, self._rms)
        return noise


class CommonNoise:
    """One noise that all electrodes share.

    Args:
        one: The noise of a single electrode.
        electrodes: Number of electrodes.
    """

    def __init__(self, one: Noise, electrodes: int) -> None:
        self._one, self._electrodes = one, electrodes

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        return np.broadcast_to(self._one.samples(first, count), (count, self._electrodes))


def skin_noise(site: RecordingSite, exponent: float = EXPONENT, corner: float = CORNER) -> Noise | None:
    """Noise of electrode and skin, proportional to the root of the impedance, if its amplitude is above 0."""
    if not site.parameters.noise_rms:
        return None
    rms = site.parameters.noise_rms * np.sqrt(site.relative_impedance) * site.exposure
    return SkinNoise(rms, site.sample_rate, exponent, corner, key(site.seed, "skin_noise"))


def reference_noise(
    site: RecordingSite, ratio: float = 1.0, exponent: float = REFERENCE_EXPONENT, corner: float = CORNER
) -> Noise | None:
    """Noise of the reference electrode, the same in all electrodes, so that differences of electrodes cancel it.

    Args:
        site: The electrodes.
        ratio: Its RMS as a ratio to that of an electrode, ``noise_rms``.
        exponent, corner: See `SkinNoise`.

    Raises:
        InvalidInput: A negative ratio.
    """
    require_number("reference", "ratio", ratio, 0.0)
    rms = np.array([ratio * site.parameters.noise_rms])
    if not rms[0]:
        return None
    one = SkinNoise(rms, site.sample_rate, exponent, corner, key(site.seed, "reference_noise"))
    return CommonNoise(one, site.electrodes)
