"""Interference from the mains: a fundamental that drifts as the grid does, and its harmonics.

Displacement currents from the mains lift the body, and flow through the leads and the impedances of the electrodes as
well (Metting van Rijn, Peper & Grimbergen 1990). The first effect is the same at all electrodes; the second follows
the impedance of each, so that differences of electrodes keep it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ...errors import InvalidInput
from ...seeds import generator
from .options import require_number
from .part import Noise
from .site import RecordingSite
from .slow_variation import SlowVariation

HARMONICS = (0.09, 0.09, 0.05, 0.08, 0.03, 0.03)  # of orders 2 to 7, measured (docs/physics.md)
IMBALANCE = 0.6  # change of the amplitude with the impedance; gives the spread that was measured over a grid
# The impedance of electrodes falls by a factor of 10 while the frequency rises by 20 ("Circuit models and simulation
# analysis of electromyographic signal sources I", abstract).
IMPEDANCE_EXPONENT = -np.log(10) / np.log(20)
DRIFT = 0.02  # Hz RMS; deviations within 0.02 Hz of the European grid are not corrected (ENTSO-E, dead band)
MODULATION = 0.15  # RMS of the slow change of the amplitude; two ends of a recording of 32 s differ by 30 %


class MainsInterference:
    """A sine of the mains and its harmonics, in phase at all electrodes.

    Args:
        site: The electrodes.
        harmonics: Amplitudes of the harmonics from order 2 on, relative to the fundamental.
        imbalance: Relative change of the fundamental with the relative change of an electrode's impedance.
        drift: RMS deviation of the frequency, Hz.
        modulation: RMS of the relative change of the amplitude.

    Raises:
        InvalidInput: Harmonics that are not a list of numbers from 0 on, or another option below 0.
    """

    def __init__(
        self, site: RecordingSite, harmonics: Sequence[float], imbalance: float, drift: float, modulation: float
    ) -> None:
        _check(harmonics, imbalance=imbalance, drift=drift, modulation=modulation)
        parameters = site.parameters
        amplitudes = np.array([1.0, *harmonics])
        order = np.arange(1.0, len(amplitudes) + 1)
        below = order * parameters.mains_frequency < site.sample_rate / 2  # the amplifier removes what would alias
        self._order, amplitudes = order[below], amplitudes[below]
        self._weights = np.stack([amplitudes, amplitudes * self._order**IMPEDANCE_EXPONENT])
        change = imbalance * (site.relative_impedance - np.median(site.relative_impedance))
        exposure = parameters.mains_amplitude * site.exposure
        self._gains = np.stack([exposure, exposure * change]).astype(np.float32)
        self._frequency, self._rate = parameters.mains_frequency, site.sample_rate
        random = generator(site.seed, "mains")
        self._phases = np.concatenate([[0.0], random.uniform(0, 2 * np.pi, len(amplitudes) - 1)])
        self._drift, self._deviation = drift, SlowVariation(random)
        self._modulation, self._level = modulation, SlowVariation(random)

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        times = np.arange(first, first + count) / self._rate
        cycles = (self._frequency * times + self._drift * self._deviation.integral(times)) % 1.0
        waves = np.sin(2 * np.pi * cycles[:, None] * self._order + self._phases)
        level = 1.0 + self._modulation * self._level.at(times)
        common, unbalanced = ((waves * weights).sum(axis=1) * level for weights in self._weights)
        made = np.empty((count, self._gains.shape[1]), np.float32)
        _outer_products(common.astype(np.float32), unbalanced.astype(np.float32), self._gains, made)
        return made


@njit(cache=True)
def _outer_products(common, unbalanced, gains, out):
    """Write common [samples] times gains[0] plus unbalanced [samples] times gains[1] to ``out``.

    Products and sums of single numbers round alike for every block length, unlike a matrix product.
    """
    for sample in range(len(out)):
        for electrode in range(out.shape[1]):
            out[sample, electrode] = common[sample] * gains[0, electrode] + unbalanced[sample] * gains[1, electrode]


def _check(harmonics: Sequence[float], **others: float) -> None:
    if not isinstance(harmonics, Sequence) or isinstance(harmonics, str):
        raise InvalidInput("option harmonics of the noise mains", harmonics, "a list of numbers")
    for one in harmonics:
        require_number("mains", "harmonics", one, 0.0)
    for name, value in others.items():
        require_number("mains", name, value, 0.0)


def mains_interference(
    site: RecordingSite,
    harmonics: Sequence[float] = HARMONICS,
    imbalance: float = IMBALANCE,
    drift: float = DRIFT,
    modulation: float = MODULATION,
) -> Noise | None:
    """Mains interference, if its amplitude is above 0; arguments as for `MainsInterference`."""
    if not site.parameters.mains_amplitude:
        return None
    return MainsInterference(site, harmonics, imbalance, drift, modulation)
