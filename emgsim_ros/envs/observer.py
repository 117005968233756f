"""Observations of a body and of the goal, for an environment or for a policy in a graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .body import Body
from .layout import ObservationLayout, Part

Array = NDArray[np.float64]

VELOCITY_SCALE = 5.0  # rad/s
BOUND = 1e3  # largest absolute value of an observed number


class Observer:
    """Computes the observation of a task from the state of a body.

    This base class observes joint angles and velocities, and activations. The observer of a task adds the parts that
    concern its goal.

    Args:
        body: The observed body.

    Attributes:
        body: As given.
        layout: Parts of the observation.
        goal: What the task aims at, in the form that the task defines; None if it has no such aim.
    """

    goal: Array | None = None

    def __init__(self, body: Body) -> None:
        self.body = body
        self.layout = ObservationLayout(
            [
                Part("position", body.model.coordinates, "rad, m"),
                Part("velocity", body.model.coordinates, "rad/s, m/s", VELOCITY_SCALE),
                Part("activation", body.model.muscles, "0 to 1"),
                *self.goal_parts(),
            ]
        )

    def goal_parts(self) -> list[Part]:
        """Return the parts of the observation besides joints and muscles; none by default."""
        return []

    def goal_values(self) -> dict[str, Array]:
        """Return the present values of the parts in `goal_parts`, by name."""
        return {}

    def position(self) -> Array:
        """Return the observed joint angles (rad) and positions (m), [coordinates]."""
        return self.body.state.position

    def aim(self, angles: dict[str, float]) -> None:
        """Set the goal to the one that belongs to a pose of the joints.

        The pose of the body is arbitrary afterwards. A task without such a goal ignores the call.

        Args:
            angles: Joint angles (rad) by name; the others have their default.

        Raises:
            InvalidInput: The model does not have one of the joints.
        """

    def vector(self) -> NDArray[np.float32]:
        """Return the observation of the body's present state, [size of the layout], divided by the parts' scales."""
        state = self.body.state
        values = {"position": self.position(), "velocity": state.velocity, "activation": state.activation}
        return np.clip(self.layout.vector({**values, **self.goal_values()}), -BOUND, BOUND)

    def observe(self, position: Array, velocity: Array, activation: Array) -> NDArray[np.float32]:
        """Set the body to a state and return its observation.

        Args:
            position, velocity: [coordinates] rad (m), rad/s (m/s).
            activation: [muscles] 0 to 1.
        """
        self.body.put(position, velocity, activation)
        return self.vector()
