"""A model whose muscles an environment excites."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..musculoskeletal.dynamics import DynamicState, Integrator
from ..musculoskeletal.engine import load_engine

Array = NDArray[np.float64]


class Plant:
    """Steps a model under excitations.

    Args:
        path: The .osim file.
        integrator: How its motion is integrated.
        engine: Name of the registered engine that computes the motion.

    Attributes:
        model: For names, ranges, and lines to draw; its pose is not that of the motion.
        forward: The motion.
    """

    def __init__(self, path: Path, integrator: Integrator, engine: str = "opensim") -> None:
        self.model = load_engine(engine).model(path)
        start = DynamicState.at_rest(self.model.rest, np.zeros(len(self.model.muscles)))
        self.forward = self.model.forward_dynamics(start, integrator)
        self._nothing = np.zeros_like(self.model.rest)

    @property
    def state(self) -> DynamicState:
        """Joints and muscles now."""
        return self.forward.state

    @cached_property
    def places(self) -> dict[str, int]:
        """Number of each coordinate, by name."""
        return {name: number for number, name in enumerate(self.model.coordinates)}

    def put(self, position: Array, velocity: Array | None = None, activation: Array | None = None) -> None:
        """Put the model into a state: [coordinates] rad (m), [coordinates] rad/s (m/s), [muscles] 0 to 1."""
        still = np.zeros(len(self.model.muscles)) if activation is None else activation
        moving = self._nothing if velocity is None else velocity
        self.forward.restore(DynamicState(position, moving, still, still, self._nothing))

    def step(self, excitation: Array, duration: float, outer_moment: Array | None = None) -> bool:
        """Excite the muscles for ``duration`` s; returns whether the motion stayed sound.

        Args:
            excitation: [muscles] 0 to 1.
            duration: s.
            outer_moment: [coordinates] moments (N m) or forces (N) of the surroundings.
        """
        outer = self._nothing if outer_moment is None else outer_moment
        return self.forward.advance(excitation, outer, duration)

    def angles_of(self, named: dict[str, float]) -> Array:
        """[coordinates] the default pose with some coordinates (rad or m) changed.

        Raises:
            InvalidInput: The model has no such coordinate.
        """
        position = self.model.rest.copy()
        for name, value in named.items():
            if name not in self.places:
                raise InvalidInput("initial pose: joint", name, "one of " + ", ".join(self.model.coordinates))
            position[self.places[name]] = value
        return position
