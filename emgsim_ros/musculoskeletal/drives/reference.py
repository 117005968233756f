"""A smooth joint trajectory that follows the targets.

A target may jump (a command of a robot, a slider, a new movement). Each joint therefore follows it as a critically
damped second-order system with velocity feed-forward,

    q'' = w^2 (target - q) + 2 w (target' - q'),

integrated exactly over each step for a constant target velocity, so it is stable at any rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled

Array = NDArray[np.float64]


@dataclass(frozen=True)
class JointMotion:
    """Position, velocity and acceleration of all joints, [coordinates] each: rad, rad/s, rad/s^2.

    For many steps, each array is [steps, coordinates].
    """

    position: Array
    velocity: Array
    acceleration: Array

    @staticmethod
    def at_rest(position: Array) -> JointMotion:
        """Return the motion at rest at ``position`` ([coordinates] rad)."""
        return JointMotion(position, np.zeros_like(position), np.zeros_like(position))


def follow(motion: JointMotion, target: Array, target_velocity: Array, frequency: float, step: float) -> JointMotion:
    """Return the motion after one step towards a target that reaches ``target`` at the end of the step.

    Args:
        motion: The present motion.
        target: [coordinates] angles of the target, rad.
        target_velocity: [coordinates] velocity of the target, rad/s.
        frequency: Natural frequency w, rad/s.
        step: Duration of the step, s.
    """
    return JointMotion(*_next(motion.position, motion.velocity, target, target_velocity, frequency, step))


def follow_many(
    motion: JointMotion, targets: Array, target_velocities: Array, frequency: float, step: float
) -> JointMotion:
    """Return the motion after each of many steps; the targets are [steps, coordinates], the rest is as for `follow`."""
    every = compiled(_every, _next)
    return JointMotion(*every(motion.position, motion.velocity, targets, target_velocities, frequency, step))


def _next(
    position: Array, velocity: Array, target: Array, target_velocity: Array, frequency: float, step: float
) -> tuple[Array, Array, Array]:
    """Return position, velocity and acceleration after one step."""
    error = position - (target - step * target_velocity)
    rate = velocity - target_velocity
    slope = rate + frequency * error  # error(t) = (error + slope t) exp(-w t)
    decay = np.exp(-frequency * step)
    new_error = (error + slope * step) * decay
    new_rate = (slope - frequency * (error + slope * step)) * decay
    return target + new_error, target_velocity + new_rate, -(frequency**2) * new_error - 2 * frequency * new_rate


def _every(
    position: Array, velocity: Array, targets: Array, target_velocities: Array, frequency: float, step: float
) -> tuple[Array, Array, Array]:
    """Return positions, velocities and accelerations after each step, [steps, coordinates]."""
    positions, velocities, accelerations = np.empty_like(targets), np.empty_like(targets), np.empty_like(targets)
    for number in range(len(targets)):
        position, velocity, acceleration = _next(
            position, velocity, targets[number], target_velocities[number], frequency, step
        )
        positions[number], velocities[number], accelerations[number] = position, velocity, acceleration
    return positions, velocities, accelerations
