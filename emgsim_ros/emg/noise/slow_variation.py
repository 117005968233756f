"""A slow random function of time that can be evaluated, and integrated, at any time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PERIODS = (10.0, 600.0)  # s, shortest and longest
COMPONENTS = 6


class SlowVariation:
    """A sum of sinusoids with periods of 10 s to 10 min and random phases, with an RMS of 1.

    Being a function of time, it needs no state: a stream may be cut and restarted anywhere.

    Args:
        random: Source of periods and phases.
    """

    def __init__(self, random: np.random.Generator) -> None:
        edges = np.geomspace(*PERIODS, COMPONENTS + 1)
        periods = edges[:-1] * (edges[1:] / edges[:-1]) ** random.uniform(size=COMPONENTS)
        self._pace = 2 * np.pi / periods  # rad/s
        self._phase = random.uniform(0, 2 * np.pi, COMPONENTS)
        self._amplitude = np.sqrt(2 / COMPONENTS)

    def at(self, times: Array) -> Array:
        """[times] value at these times (s)."""
        value: Array = np.cos(times[:, None] * self._pace + self._phase).sum(axis=1)
        return self._amplitude * value

    def integral(self, times: Array) -> Array:
        """[times] integral over time up to these times (s), up to a constant."""
        value: Array = (np.sin(times[:, None] * self._pace + self._phase) / self._pace).sum(axis=1)
        return self._amplitude * value
