"""Path lengths, moment arms, inverse dynamics and locations of points in many poses, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from . import library
from .forces import add_contacts, add_passive
from .paths import measure_paths, moments_of
from .placing import free_of_axes, put

_newton_euler = library.newton_euler


@njit(cache=True)
def measure_poses(
    system,
    paths,
    crossings,
    passive,
    spheres,
    points,
    qacc,
    position,
    velocity,
    acceleration,
    lengths,
    speeds,
    arms,
    moments,
    places,
):
    """Compute the mechanics in every pose; see `Mechanics`.

    Args:
        system, paths, crossings, passive, spheres, points: The tables of the model.
        qacc: MuJoCo's array of the accelerations of the axes.
        position, velocity, acceleration: [poses, free] rad, rad/s, rad/s^2.
        lengths, speeds: [poses, muscles] results: lengths (m) and lengthening speeds (m/s) of the paths.
        arms: [poses, free, muscles] result, which has to be zero at the start, m.
        moments: [poses, free] result: moments that the muscles must exert, N m.
        places: [poses, points, 3] result: locations of the points, m.
    """
    free_of = free_of_axes(system)
    directions, applied = np.empty((len(paths.muscle), 3)), np.empty(len(system.qvel))
    full, held = np.empty(len(system.qvel)), np.empty(position.shape[1])
    for pose in range(len(position)):
        put(system, position[pose], velocity[pose])
        for number in range(position.shape[1]):
            qacc[system.order[number]] = acceleration[pose, number]
        measure_paths(system, paths, lengths[pose], speeds[pose], directions)
        add_arms(system, paths, crossings, directions, free_of, arms[pose])
        _newton_euler(system.model, system.data, np.int32(1), full.ctypes.data)
        _contact_moments(system, spheres, applied)
        held[:] = 0.0
        add_passive(passive, position[pose], velocity[pose], held)
        for number in range(position.shape[1]):
            axis = system.order[number]
            moments[pose, number] = full[axis] - applied[axis] - held[number]
        _place(system, points, places[pose])


@njit(cache=True)
def add_arms(system, paths, crossings, directions, free_of, arms):
    """Add the moments of a tension of 1 N in every segment on the axes between its two bodies to ``arms``."""
    for number in range(len(crossings.segment)):
        segment, axis = crossings.segment[number], crossings.axis[number]
        along, turn = directions[segment], system.axis[axis]
        start, centre = system.site[paths.first[segment]], system.centre[system.root[system.axis_body[axis]]]
        x, y, z = start[0] - centre[0], start[1] - centre[1], start[2] - centre[2]
        moment = turn[0] * (y * along[2] - z * along[1]) + turn[3] * along[0]
        moment += turn[1] * (z * along[0] - x * along[2]) + turn[4] * along[1]
        moment += turn[2] * (x * along[1] - y * along[0]) + turn[5] * along[2]
        arms[free_of[axis], paths.muscle[segment]] += crossings.sign[number] * moment


@njit(cache=True)
def _contact_moments(system, spheres, applied):
    """Compute the moments of the ground on the axes, [axes] N m."""
    applied[:] = 0.0
    if len(spheres.body) == 0:
        return
    wrenches = np.zeros((len(system.root), 6))
    add_contacts(system, spheres, wrenches)
    moments_of(system, wrenches, applied)


@njit(cache=True)
def _place(system, points, places):
    """Compute the locations of points of bodies in the ground frame, [points, 3] m."""
    for number in range(len(points.body)):
        body = points.body[number]
        for axis in range(3):
            place = system.place[body, axis]
            for other in range(3):
                place += system.turn[body, 3 * axis + other] * points.place[number, other]
            places[number, axis] = place
