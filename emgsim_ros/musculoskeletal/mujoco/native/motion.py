"""Rates of a motion and Euler steps, compiled."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from . import library
from .forces import activation_rate, add_contacts, add_passive, contact_force, tendon_force
from .paths import add_tensions, measure_paths, moments_of
from .placing import put

_inertia, _factorise = library.inertia, library.factorise
_newton_euler, _solve = library.newton_euler, library.solve


@njit(cache=True)
def rates(system, muscles, paths, passive, spheres, position, velocity, activation, excitation, outer, faster, rising):
    """Compute the accelerations ``faster`` [free] (rad/s^2) and the rates ``rising`` [muscles] (1/s) of activations."""
    axes, count = len(system.qvel), len(position)
    put(system, position, velocity)
    lengths, speeds, forces = np.empty(len(activation)), np.empty(len(activation)), np.empty(len(activation))
    directions, wrenches = np.empty((len(paths.muscle), 3)), np.zeros((len(system.root), 6))
    measure_paths(system, paths, lengths, speeds, directions)
    for number in range(len(activation)):
        forces[number] = tendon_force(muscles, number, lengths[number], speeds[number], activation[number])
        rising[number] = activation_rate(muscles, number, activation[number], excitation[number])
    add_tensions(system, paths, directions, forces, wrenches)
    add_contacts(system, spheres, wrenches)
    moments, bias = np.empty(axes), np.empty(axes)
    moments_of(system, wrenches, moments)
    _newton_euler(system.model, system.data, np.int32(0), bias.ctypes.data)
    for number in range(count):
        faster[number] = outer[number]
    add_passive(passive, position, velocity, faster)
    for number in range(axes):
        moments[number] -= bias[number]
    for number in range(count):
        moments[system.order[number]] += faster[number]
    _inertia(system.model, system.data)
    _factorise(system.model, system.data)
    _solve(system.model, system.data, bias.ctypes.data, moments.ctypes.data, np.int32(1))
    for number in range(count):
        faster[number] = bias[system.order[number]]


@njit(cache=True)
def euler(
    system,
    muscles,
    paths,
    passive,
    spheres,
    position,
    velocity,
    activation,
    inputs,
    first_inputs,
    count,
    step,
    semi_explicit,
):
    """Make Euler steps in place; the first step has its own inputs (excitation [muscles], outer moments [free]).

    A semi-explicit step moves with the new velocity. The steps end early when the motion is not finite.
    """
    faster, rising = np.zeros(len(velocity)), np.zeros(len(activation))
    excitation, outer = first_inputs
    for _ in range(count):
        rates(
            system, muscles, paths, passive, spheres, position, velocity, activation, excitation, outer, faster, rising
        )
        excitation, outer = inputs
        finite = True
        for number in range(len(velocity)):
            before = velocity[number]
            velocity[number] += step * faster[number]
            position[number] += step * (velocity[number] if semi_explicit else before)
            finite &= math.isfinite(velocity[number]) and abs(velocity[number]) < 1e9
        for number in range(len(activation)):
            activation[number] += step * rising[number]
        if not finite:
            velocity[:] = np.nan
            return


@njit(cache=True)
def contact_forces(system, spheres):
    """Return the forces of the ground on the spheres, [contacts, 3] N, in the state that MuJoCo has computed."""
    point, forces = np.zeros(3), np.zeros((len(spheres.body), 3))
    for number in range(len(spheres.body)):
        contact_force(spheres, number, system, point, forces[number])
    return forces
