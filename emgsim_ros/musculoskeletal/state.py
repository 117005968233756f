"""The state of joints and muscles that a drive returns for every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MusculoskeletalState:
    """Joints and muscles at one instant.

    Attributes:
        stamp: Simulation time, ns.
        coordinates, muscles: Names of the coordinates and of the muscles.
        position, velocity, moment: [coordinates] rad, rad/s, N m; the moment is that of the muscles.
        excitation, activation: [muscles] 0 to 1.
        fiber_length, fiber_velocity, tendon_force: [muscles] m, m/s, N.
        relative_fiber_length: [muscles] fibre length divided by that in the reference pose.
    """

    stamp: int
    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    position: Array
    velocity: Array
    moment: Array
    excitation: Array
    activation: Array
    fiber_length: Array
    relative_fiber_length: Array
    fiber_velocity: Array
    tendon_force: Array
