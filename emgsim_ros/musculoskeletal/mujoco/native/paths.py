"""Muscle paths, compiled: lengths and lengthening speeds, and what forces along them do to the joints.

A force on a body is collected as a wrench about the centre of mass of the body's tree, to which MuJoCo's velocities and
axes refer. The wrenches are summed from the ends of the limbs to their roots; their power along an axis is the moment.
"""

from __future__ import annotations

import math

from numba import njit


@njit(cache=True)
def measure_paths(system, paths, lengths, speeds, directions):
    """Compute the lengths (m) and lengthening speeds (m/s) of the paths and the directions of their segments."""
    for muscle in range(len(lengths)):
        lengths[muscle], speeds[muscle] = paths.constant[muscle], 0.0
    for number in range(len(paths.muscle)):
        first, last = system.site[paths.first[number]], system.site[paths.last[number]]
        x, y, z = last[0] - first[0], last[1] - first[1], last[2] - first[2]
        length = math.sqrt(x * x + y * y + z * z)
        if length < 1e-12:
            directions[number, :] = 0.0
            continue
        direction = (x / length, y / length, z / length)
        directions[number, 0], directions[number, 1], directions[number, 2] = direction
        muscle = paths.muscle[number]
        lengths[muscle] += length
        speeds[muscle] += _speed_along(system, paths.last_body[number], last, direction)
        speeds[muscle] -= _speed_along(system, paths.first_body[number], first, direction)


@njit(cache=True)
def add_tensions(system, paths, directions, forces, wrenches):
    """Add the wrenches of muscle forces ([muscles] N) on both ends of every segment to those of the bodies."""
    for number in range(len(paths.muscle)):
        force = forces[paths.muscle[number]]
        pull = (force * directions[number, 0], force * directions[number, 1], force * directions[number, 2])
        push = (-pull[0], -pull[1], -pull[2])
        add_wrench(system, paths.first_body[number], system.site[paths.first[number]], pull, wrenches)
        add_wrench(system, paths.last_body[number], system.site[paths.last[number]], push, wrenches)


@njit(cache=True)
def velocity_of(system, body, point):
    """Return the velocity of a point ([3] m, in the ground frame) of a body, m/s."""
    root, spatial = system.root[body], system.velocity[body]
    x, y, z = _from_centre(system, root, point)
    return (
        spatial[3] + spatial[1] * z - spatial[2] * y,
        spatial[4] + spatial[2] * x - spatial[0] * z,
        spatial[5] + spatial[0] * y - spatial[1] * x,
    )


@njit(cache=True)
def add_wrench(system, body, point, force, wrenches):
    """Add a force (N) at a point (m) of a body to its wrench: torque and force, [bodies, 6]."""
    x, y, z = _from_centre(system, system.root[body], point)
    wrench = wrenches[body]
    wrench[0] += y * force[2] - z * force[1]
    wrench[1] += z * force[0] - x * force[2]
    wrench[2] += x * force[1] - y * force[0]
    wrench[3] += force[0]
    wrench[4] += force[1]
    wrench[5] += force[2]


@njit(cache=True)
def moments_of(system, wrenches, moments):
    """Compute the moments of wrenches on the axes, [axes] N m; the wrenches are summed up to the roots in place."""
    for body in range(len(wrenches) - 1, 0, -1):
        parent = system.parent[body]
        if parent > 0:
            for part in range(6):
                wrenches[parent, part] += wrenches[body, part]
    for axis in range(len(moments)):
        total, wrench = 0.0, wrenches[system.axis_body[axis]]
        for part in range(6):
            total += system.axis[axis, part] * wrench[part]
        moments[axis] = total


@njit(cache=True)
def _from_centre(system, root, point):
    centre = system.centre[root]
    return point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]


@njit(cache=True)
def _speed_along(system, body, point, direction):
    velocity = velocity_of(system, body, point)
    return velocity[0] * direction[0] + velocity[1] * direction[1] + velocity[2] * direction[2]
