"""Fatigue of the muscles: fibres conduct more slowly and motoneurons fire less the longer a contraction lasts.

One number per muscle, 0 rested to 1 exhausted, approaches the excitation's demand and recovers at rest:

    dF/dt = E (1 - F) / 60 s - (1 - E) F / 180 s

A fully fatigued muscle conducts at 0.75 of its velocity and fires at 0.75 of its rates: of the order of what is found
in sustained contractions (Merletti, Knaflitz & De Luca 1990: conduction velocity -10 to -30 % within a minute or two at
60 to 80 % of the maximum; Potvin & Fuglevand 2017 for the rates). The time constants are ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TIRING, RECOVERING = 60.0, 180.0  # s
LOSS = 0.25  # of velocity and rates in a fully fatigued muscle


class Fatigue:
    """The fatigue of several muscles.

    Args:
        muscles: Their number.

    Attributes:
        level: [muscles], 0 rested to 1.
    """

    def __init__(self, muscles: int) -> None:
        self.level: Array = np.zeros(muscles)

    def advance(self, excitation: Array, seconds: float) -> None:
        """Let [muscles] excitation last for some time."""
        tiring, recovering = excitation / TIRING, (1 - excitation) / RECOVERING
        rate = tiring + recovering
        settled = tiring / rate
        self.level = settled + (self.level - settled) * np.exp(-rate * seconds)

    @property
    def slowing(self) -> Array:
        """[muscles] factor of conduction velocities and firing rates."""
        return 1 - LOSS * self.level

    def reset(self) -> None:
        """Rest all muscles."""
        self.level = np.zeros(len(self.level))
