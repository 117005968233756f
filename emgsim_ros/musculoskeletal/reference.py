"""From targets to a joint trajectory that a limb can follow.

A target may jump (a robot's command, a slider, a new movement). Each joint therefore follows it as a
critically damped second-order system with velocity feed-forward,

    q'' = w^2 (target - q) + 2 w (target' - q'),

integrated exactly over each step for a constant target velocity, so it is stable at any rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class CriticallyDampedReference:
    """Position, velocity and acceleration of all joints.

    Args:
        position: [coordinates] initial angles, rad.
        natural_frequency: w, rad/s.

    Attributes:
        position, velocity, acceleration: [coordinates], rad, rad/s, rad/s^2.
    """

    def __init__(self, position: Array, natural_frequency: float) -> None:
        self.position = position.copy()
        self.velocity = np.zeros_like(position)
        self.acceleration = np.zeros_like(position)
        self._frequency = natural_frequency

    def follow(self, target: Array, target_velocity: Array, step: float) -> None:
        """Advance by ``step`` s towards a target that reaches ``target`` (rad) at the end of the step."""
        w = self._frequency
        error = self.position - (target - step * target_velocity)
        rate = self.velocity - target_velocity
        slope = rate + w * error  # error(t) = (error + slope t) exp(-w t)
        decay = np.exp(-w * step)
        new_error = (error + slope * step) * decay
        new_rate = (slope - w * (error + slope * step)) * decay
        self.position = target + new_error
        self.velocity = target_velocity + new_rate
        self.acceleration = -(w**2) * new_error - 2 * w * new_rate
