"""Linearly implicit Euler steps, compiled.

Strong muscles brake light fingers within a fraction of a millisecond, so explicit steps of a millisecond are unstable
unless the fingers are made heavier. Here the forces of the muscles, springs and stops at the end of a step are
estimated by their derivatives with respect to position and velocity, which makes the step stable at any stiffness (the
Rosenbrock method of order 1; Hairer & Wanner 1996, Solving Ordinary Differential Equations II, IV.7). Gravity,
inertial forces, the ground and the change of the moment arms are explicit.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from . import library
from .forces import activation_rate, add_contacts, add_passive, add_passive_slopes, tendon_force
from .mechanics import add_arms
from .paths import measure_paths, moments_of
from .placing import free_of_axes, put

_inertia, _full_inertia, _newton_euler = library.inertia, library.full_inertia, library.newton_euler

STRETCH = 1e-4  # m; difference of the path length at which the stiffness of a muscle is measured
SPEED = 1e-3  # difference of the lengthening speed, relative to the maximal contraction velocity


@njit(cache=True)
def linearly_implicit_euler(
    system, muscles, paths, crossings, passive, spheres, position, velocity, activation, excitation, outer, count, step
):
    """Make steps in place; they end early when the motion is not finite.

    Args:
        system, muscles, paths, crossings, passive, spheres: The tables of the model.
        position, velocity, activation: The motion, [free] rad and rad/s, [muscles].
        excitation, outer: Constant inputs, [muscles] and [free] N m.
        count, step: Number of steps, and their duration, s.
    """
    axes, free, every = len(system.qvel), len(position), len(activation)
    free_of = free_of_axes(system)
    directions, wrenches = np.empty((len(paths.muscle), 3)), np.zeros((len(system.root), 6))
    lengths, speeds, forces = np.empty(every), np.empty(every), np.empty(every)
    arms, stiff, damped = np.empty((free, every)), np.empty((free, free)), np.empty((free, free))
    bias, applied, mass = np.empty(axes), np.empty(axes), np.empty((axes, axes))
    springs, dampers, right = np.empty(every), np.empty(every), np.empty(free)
    for _ in range(count):
        put(system, position, velocity)
        measure_paths(system, paths, lengths, speeds, directions)
        arms[:, :] = 0.0
        add_arms(system, paths, crossings, directions, free_of, arms)
        for one in range(every):
            length, speed, level = lengths[one], speeds[one], activation[one]
            forces[one] = tendon_force(muscles, one, length, speed, level)
            change = tendon_force(muscles, one, length + STRETCH, speed, level) - forces[one]
            springs[one] = max(change / STRETCH, 0.0)
            faster = SPEED * muscles.fastest[one]
            change = tendon_force(muscles, one, length, speed + faster, level) - forces[one]
            dampers[one] = max(change / faster, 0.0)
        wrenches[:, :] = 0.0
        add_contacts(system, spheres, wrenches)
        moments_of(system, wrenches, applied)
        _newton_euler(system.model, system.data, np.int32(0), bias.ctypes.data)
        _inertia(system.model, system.data)
        _full_inertia(system.model, system.data, mass.ctypes.data)
        right[:] = outer
        add_passive(passive, position, velocity, right)
        right += arms @ forces
        stiff[:, :], damped[:, :] = (arms * springs) @ arms.T, (arms * dampers) @ arms.T
        add_passive_slopes(passive, position, stiff, damped)
        right -= step * (stiff @ velocity)
        for row in range(free):
            right[row] += applied[system.order[row]] - bias[system.order[row]]
            right[row] *= step
            for column in range(free):
                damped[row, column] *= step
                damped[row, column] += step * step * stiff[row, column]
                damped[row, column] += mass[system.order[row], system.order[column]]
        velocity += np.linalg.solve(damped, right)
        finite = True
        for number in range(free):
            position[number] += step * velocity[number]
            finite &= math.isfinite(velocity[number]) and abs(velocity[number]) < 1e9
        for one in range(every):
            activation[one] += step * activation_rate(muscles, one, activation[one], excitation[one])
        if not finite:
            velocity[:] = np.nan
            return
