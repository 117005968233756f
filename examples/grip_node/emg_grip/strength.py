"""The grip signal: smoothed EMG amplitude, relative to the largest one so far. Pure numerics, no ROS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class GripStrength:
    """Grip strength from 0 to 1.

    Args:
        smoothing: Share of a new block in the smoothed amplitude.
        full_scale: Amplitude that counts as full strength until a larger one occurs, mV.
    """

    def __init__(self, smoothing: float, full_scale: float) -> None:
        self._smoothing, self._largest, self._amplitude = smoothing, full_scale, 0.0

    def update(self, rms: NDArray[np.float32]) -> float:
        """Take the RMS of every electrode over a block ([electrodes] mV) and return the grip strength."""
        self._amplitude += self._smoothing * (float(np.mean(rms)) - self._amplitude)
        self._largest = max(self._largest, self._amplitude)
        return self._amplitude / self._largest
