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

Array = NDArray[np.float64]


@dataclass(frozen=True)
class JointMotion:
    """Position, velocity and acceleration of all joints, [coordinates] each: rad, rad/s, rad/s^2."""

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
    error = motion.position - (target - step * target_velocity)
    rate = motion.velocity - target_velocity
    slope = rate + frequency * error  # error(t) = (error + slope t) exp(-w t)
    decay = np.exp(-frequency * step)
    new_error = (error + slope * step) * decay
    new_rate = (slope - frequency * (error + slope * step)) * decay
    return JointMotion(
        target + new_error,
        target_velocity + new_rate,
        -(frequency**2) * new_error - 2 * frequency * new_rate,
    )
