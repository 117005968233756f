"""A model in a state of joints and muscles: what observations are computed from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..musculoskeletal.dynamics import DynamicState
from ..musculoskeletal.engine import Geometry, MuscleModel, load_engine

Array = NDArray[np.float64]


class Body(ABC):
    """A model in a state of joints and muscles.

    Args:
        model: The names and ranges of its joints and muscles.
        geometry: Its quantities in the present state.

    Attributes:
        model, geometry: As given.
    """

    def __init__(self, model: MuscleModel, geometry: Geometry) -> None:
        self.model, self.geometry = model, geometry

    @property
    @abstractmethod
    def state(self) -> DynamicState:
        """The present state of joints and muscles."""

    @abstractmethod
    def restore(self, state: DynamicState) -> None:
        """Set the state of joints and muscles."""

    @cached_property
    def index(self) -> dict[str, int]:
        """Index of each coordinate, by name."""
        return {name: number for number, name in enumerate(self.model.coordinates)}

    def put(self, position: Array, velocity: Array | None = None, activation: Array | None = None) -> None:
        """Set the state: [coordinates] rad (m), [coordinates] rad/s (m/s), [muscles] 0 to 1; zeros where not given."""
        nothing = np.zeros_like(self.model.rest)
        still = np.zeros(len(self.model.muscles)) if activation is None else activation
        self.restore(DynamicState(position, nothing if velocity is None else velocity, still, still, nothing))

    def angles_of(self, named: dict[str, float]) -> Array:
        """Return the default pose with some coordinates (rad or m) replaced, [coordinates].

        Raises:
            InvalidInput: The model does not have one of the coordinates.
        """
        position = self.model.rest.copy()
        for name, value in named.items():
            if name not in self.index:
                raise InvalidInput("initial pose: joint", name, "one of " + ", ".join(self.model.coordinates))
            position[self.index[name]] = value
        return position


class PosedBody(Body):
    """A model that is only set to states and never moves by itself.

    Args:
        path: File of the model.
        engine: Name of the registered engine that loads it.
    """

    def __init__(self, path: Path, engine: str = "opensim") -> None:
        model = load_engine(engine).model(path)
        super().__init__(model, model)
        self.put(model.rest)

    @property
    def state(self) -> DynamicState:
        """The state that was set last."""
        return self._state

    def restore(self, state: DynamicState) -> None:
        """Set joint angles and velocities of the model, and store the state."""
        self._state = state
        self.model.set_pose(state.position, state.velocity)
