"""Forces of one muscle, joint or contact sphere, compiled."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ...rigid_tendons import MuscleParameters
from ..ground_contact import FAR
from .paths import add_wrench, velocity_of

STEPS = MuscleParameters.STEPS
ACTIVE, PASSIVE, SPEED = MuscleParameters.ACTIVE, MuscleParameters.PASSIVE, MuscleParameters.SPEED


@njit(cache=True)
def _read(table, low, high, x):
    """Return a tabulated curve at ``x``, constant outside its range; NaN counts as its end."""
    place = (x - low) * (STEPS / (high - low))
    if not place < STEPS - 1e-9:
        place = STEPS - 1e-9
    if place < 0.0:
        place = 0.0
    index = int(place)
    return table[index] + (place - index) * (table[index + 1] - table[index])


@njit(cache=True)
def tendon_force(muscles, number, path_length, path_speed, activation):
    """Return the force of a muscle along its tendon, N; see `RigidTendonFibers.tendon_force`."""
    along = max(path_length - muscles.slack[number], 1e-6)
    free = math.hypot(along, muscles.width[number])
    if free > muscles.shortest[number]:
        length, cosine = free, along / free
        velocity = path_speed * cosine
    else:
        length, cosine, velocity = muscles.shortest[number], muscles.steepest[number], 0.0
    stretch = length / muscles.optimal[number]
    active = _read(muscles.active[number], ACTIVE[0], ACTIVE[1], stretch)
    passive = _read(muscles.passive[number], PASSIVE[0], PASSIVE[1], stretch)
    speed = _read(muscles.speed[number], SPEED[0], SPEED[1], velocity / muscles.fastest[number])
    force = muscles.force[number] * (activation * active * speed + passive) + muscles.damper[number] * velocity
    return max(force, 0.0) * cosine


@njit(cache=True)
def activation_rate(muscles, number, activation, excitation):
    """Return the time derivative of an activation, 1/s; see `musculoskeletal.activation`."""
    pace = 0.5 + 1.5 * activation
    if excitation > activation:
        return (excitation - activation) / (muscles.rise[number] * pace)
    return (excitation - activation) * pace / muscles.fall[number]


@njit(cache=True)
def _smooth_step(x):
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))


@njit(cache=True)
def add_passive(passive, position, velocity, moments):
    """Add the moments of springs and stops to ``moments`` [free]; see `PassiveForces`."""
    for row in range(len(moments)):
        total = passive.at_zero[row]
        for column in range(len(moments)):
            total -= passive.stiffness[row, column] * position[column] + passive.damping[row, column] * velocity[column]
        moments[row] += total
    for number in range(len(passive.coordinate)):
        leader, slope = passive.coordinate[number], passive.slope[number]
        value = slope * position[leader] + passive.offset[number]
        beyond, short = value - passive.high[number], passive.low[number] - value
        if beyond > 0.0 or short > 0.0:
            above = _smooth_step(beyond / passive.transition[number])
            below = _smooth_step(short / passive.transition[number])
            moment = passive.low_stiffness[number] * below * short - passive.high_stiffness[number] * above * beyond
            moment -= passive.stop_damping[number] * (above + below) * slope * velocity[leader]
            moments[leader] += slope * moment


@njit(cache=True)
def add_passive_slopes(passive, position, stiffness, damping):
    """Add minus the derivatives of the moments of `add_passive` by position and by velocity, [free, free] each."""
    stiffness += passive.stiffness
    damping += passive.damping
    for number in range(len(passive.coordinate)):
        leader, slope = passive.coordinate[number], passive.slope[number]
        value = slope * position[leader] + passive.offset[number]
        width = passive.transition[number]
        beyond, short = (value - passive.high[number]) / width, (passive.low[number] - value) / width
        if beyond > 0.0 or short > 0.0:
            above, below = _smooth_step(beyond), _smooth_step(short)
            steep = passive.high_stiffness[number] * (above + beyond * _smooth_slope(beyond))
            steep += passive.low_stiffness[number] * (below + short * _smooth_slope(short))
            stiffness[leader, leader] += slope * slope * steep
            damping[leader, leader] += slope * slope * passive.stop_damping[number] * (above + below)


@njit(cache=True)
def _smooth_slope(x):
    x = min(max(x, 0.0), 1.0)
    return 30.0 * x * x * (1.0 - x) * (1.0 - x)


@njit(cache=True)
def contact_force(spheres, number, system, point, force):
    """Compute where the ground acts on a sphere and its force ([3] m and N); return False far above the ground.

    See `GroundContacts`.
    """
    body = spheres.body[number]
    radius, hertz, dissipation, release, static, dynamic, viscous, transition, least, steep, quick = spheres.parameters[
        number
    ]
    normal, local = spheres.normal[number], spheres.centre[number]
    depth = radius
    for axis in range(3):
        point[axis] = system.place[body, axis]
        for other in range(3):
            point[axis] += system.turn[body, 3 * axis + other] * local[other]
        depth += (point[axis] - spheres.plane[number, axis]) * normal[axis]
    if depth < -FAR:
        return False
    for axis in range(3):
        point[axis] += (radius - 0.5 * depth) * normal[axis]
    velocity = velocity_of(system, body, point)
    into = velocity[0] * normal[0] + velocity[1] * normal[1] + velocity[2] * normal[2]
    square = least
    for axis in range(3):
        square += (velocity[axis] - into * normal[axis]) ** 2
    pressure = hertz * (depth * depth + least) ** 0.75 * (0.5 + 0.5 * math.tanh(steep * depth))
    pressure *= (1.0 + 1.5 * dissipation * into) * (0.5 + 0.5 * math.tanh(quick * (into + release)))
    slip = math.sqrt(square)
    relative = slip / transition
    coefficient = dynamic + 2.0 * (static - dynamic) / (1.0 + relative * relative)
    friction = pressure * (min(relative, 1.0) * coefficient + viscous * slip)
    for axis in range(3):
        force[axis] = -pressure * normal[axis] - friction / slip * (velocity[axis] - into * normal[axis])
    return True


@njit(cache=True)
def add_contacts(system, spheres, wrenches):
    """Add the wrenches of the ground on the contact spheres to those of the bodies."""
    point, force = np.zeros(3), np.zeros(3)
    for number in range(len(spheres.body)):
        if contact_force(spheres, number, system, point, force):
            add_wrench(system, spheres.body[number], point, force, wrenches)
