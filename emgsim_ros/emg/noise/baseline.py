"""The wandering baseline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ...seeds import generator
from .part import Noise
from .site import RecordingSite

BASELINE_TIME = 1.0  # s, time constant of the wandering baseline


class BaselineWander:
    """Slow changes of the potentials of skin and electrode: noise below 0.16 Hz.

    Args:
        site: The electrodes.
    """

    def __init__(self, site: RecordingSite) -> None:
        self._rms, self._generator = site.parameters.baseline_rms, generator(site.seed, "baseline")
        self._keep = np.exp(-1 / (BASELINE_TIME * site.sample_rate))  # share that remains after a sample
        start = self._rms * self._generator.standard_normal(site.electrodes)
        self._state = (self._keep * start)[None]

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        step = self._rms * np.sqrt(1 - self._keep**2)
        white = step * self._generator.standard_normal((count, self._state.shape[1]))
        wander, self._state = lfilter([1.0], [1.0, -self._keep], white, axis=0, zi=self._state)
        return wander.astype(np.float32)


def baseline_wander(site: RecordingSite) -> Noise | None:
    """A wandering baseline, if its amplitude is above 0."""
    return BaselineWander(site) if site.parameters.baseline_rms else None
