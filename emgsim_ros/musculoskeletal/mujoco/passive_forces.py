"""Springs, dampers and soft stops of coordinates (OpenSim's SpringGeneralizedForce and CoordinateLimitForce)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..description import Spring, Stop
from ..law import Followers

Array = NDArray[np.float64]


class PassiveForces:
    """The passive forces of the coordinates of a model.

    Args:
        springs, stops: The springs and the stops.
        free: Number of free coordinates.

    Attributes:
        stiffness, damping, at_zero: The springs as matrices on the free coordinates, and their moments at position 0;
            only if `is_linear`.
        is_linear: Whether every spring and stop is that of a linear function of a free coordinate.
    """

    def __init__(self, springs: Sequence[Spring], stops: Sequence[Stop], free: int) -> None:
        self._sprung = Followers([spring.law for spring in springs], free)
        self._stiffness = np.array([spring.stiffness for spring in springs])
        self._rest = np.array([spring.rest for spring in springs])
        self._damping = np.array([spring.damping for spring in springs])
        # Springs of coordinates that are linear functions of the free ones are one constant matrix.
        turn = self._sprung.constant
        if turn is not None:
            self.stiffness, self.damping = (
                turn.T @ (share[:, None] * turn) for share in (self._stiffness, self._damping)
            )
            self.at_zero = (self._stiffness * (self._rest - self._sprung.values(np.zeros(free)))) @ turn
        self._stopped = Followers([stop.law for stop in stops], free)
        self.is_linear = self._sprung.constant is not None and self._stopped.constant is not None
        self._low, self._high = np.array([stop.low for stop in stops]), np.array([stop.high for stop in stops])
        self._low_stiffness = np.array([stop.low_stiffness for stop in stops])
        self._high_stiffness = np.array([stop.high_stiffness for stop in stops])
        self._stop_damping = np.array([stop.damping for stop in stops])
        self._transition = np.array([stop.transition for stop in stops])

    def moments(self, position: Array, velocity: Array) -> Array:
        """Return the moments on the free coordinates, [free] N m, at ``position`` (rad) and ``velocity`` (rad/s)."""
        moments = self._springs(position, velocity)
        value = self._stopped.values(position)
        if ((value > self._high) | (value < self._low)).any():
            moments += self._stops(value, self._stopped.slopes(position), velocity)
        return moments

    def _springs(self, position: Array, velocity: Array) -> Array:
        """Return the moments of the springs and dampers."""
        if self._sprung.constant is not None:
            straight: Array = self.at_zero - self.stiffness @ position - self.damping @ velocity
            return straight
        turn = self._sprung.slopes(position)
        stretch = self._sprung.values(position) - self._rest
        moments: Array = -(self._stiffness * stretch + self._damping * (turn @ velocity)) @ turn
        return moments

    def _stops(self, value: Array, turn: Array, velocity: Array) -> Array:
        """Return the moments of the stops; their stiffness sets in smoothly beyond the ends of the range."""
        above = _smooth_step((value - self._high) / self._transition)
        below = _smooth_step((self._low - value) / self._transition)
        spring = self._low_stiffness * below * (self._low - value) - self._high_stiffness * above * (value - self._high)
        moments: Array = (spring - self._stop_damping * (above + below) * (turn @ velocity)) @ turn
        return moments


def _smooth_step(x: Array) -> Array:
    """Return the step from 0 at x = 0 to 1 at x = 1 whose first two derivatives are continuous, as in Simbody."""
    x = np.clip(x, 0.0, 1.0)
    step: Array = x * x * x * (10.0 + x * (6.0 * x - 15.0))
    return step
