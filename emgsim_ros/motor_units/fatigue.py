"""Muscle fatigue: conduction velocities and firing rates decrease during a sustained contraction.

The state of a muscle is one number F, from 0 (rested) to 1 (exhausted). With the excitation E it follows

    dF/dt = E (1 - F) / 60 s - (1 - E) F / 180 s

In a fully fatigued muscle, conduction velocities and firing rates are 0.75 of those at rest. This has the order of
magnitude of measurements in sustained contractions (Merletti, Knaflitz & De Luca 1990: conduction velocity reduced by
10 to 30 % within a minute or two at 60 to 80 % of the maximum; Potvin & Fuglevand 2017 for the rates). The time
constants are assumptions of this package.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FATIGUE_TIME, RECOVERY_TIME = 60.0, 180.0  # s, time constants
LOSS = 0.25  # relative reduction of velocity and rates in a fully fatigued muscle


class Fatigue:
    """The fatigue of several muscles.

    Args:
        muscles: Number of muscles.

    Attributes:
        level: [muscles] fatigue, 0 (rested) to 1 (exhausted).
    """

    def __init__(self, muscles: int) -> None:
        self.level: Array = np.zeros(muscles)

    def advance(self, excitation: Array, seconds: float) -> None:
        """Update the fatigue for a period of constant excitation.

        Args:
            excitation: [muscles] excitations, 0 to 1.
            seconds: Duration, s.
        """
        rising, falling = excitation / FATIGUE_TIME, (1 - excitation) / RECOVERY_TIME
        rate = rising + falling
        final = rising / rate
        self.level = final + (self.level - final) * np.exp(-rate * seconds)

    @property
    def slowing(self) -> Array:
        """[muscles] factor of conduction velocities and firing rates, 1 in rested muscles."""
        return 1 - LOSS * self.level

    def reset(self) -> None:
        """Set all muscles to the rested state."""
        self.level = np.zeros(len(self.level))
