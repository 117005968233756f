"""The pose of a model, set in compiled code."""

from __future__ import annotations

import numpy as np
from numba import njit

from . import library

_kinematics, _centres, _velocities = library.kinematics, library.centres, library.velocities


@njit(cache=True)
def put(system, position, velocity):
    """Set positions and velocities of the free coordinates, [free]; places and velocities of the bodies follow."""
    for number in range(len(position)):
        system.qpos[system.order[number]] = position[number]
        system.qvel[system.order[number]] = velocity[number]
    _kinematics(system.model, system.data)
    _centres(system.model, system.data)
    _velocities(system.model, system.data)


@njit(cache=True)
def free_of_axes(system):
    """Return the number of the free coordinate of each axis, [axes]."""
    free_of = np.empty(len(system.order), dtype=np.int64)
    for number in range(len(system.order)):
        free_of[system.order[number]] = number
    return free_of
