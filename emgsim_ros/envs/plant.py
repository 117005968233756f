"""A model whose muscles an environment excites."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..musculoskeletal.dynamics import DynamicState, Integrator
from ..musculoskeletal.engine import load_engine
from .body import Body

Array = NDArray[np.float64]


class Plant(Body):
    """Integrates the motion of a model under excitations.

    Args:
        path: The .osim file.
        integrator: How the motion is integrated.
        engine: Name of the registered engine that computes the motion.

    Attributes:
        model: The source of names, ranges and lines to draw; its pose is independent of the motion.
        forward: The motion.
    """

    def __init__(self, path: Path, integrator: Integrator, engine: str = "opensim") -> None:
        model = load_engine(engine).model(path)
        start = DynamicState.at_rest(model.rest, np.zeros(len(model.muscles)))
        self.forward = model.forward_dynamics(start, integrator)
        super().__init__(model, self.forward)
        self._nothing = np.zeros_like(model.rest)

    @property
    def state(self) -> DynamicState:
        """The present state of joints and muscles."""
        return self.forward.state

    def restore(self, state: DynamicState) -> None:
        """Continue the motion from ``state``."""
        self.forward.restore(state)

    def step(self, excitation: Array, duration: float, outer_moment: Array | None = None) -> bool:
        """Excite the muscles for ``duration`` s.

        Args:
            excitation: [muscles] 0 to 1.
            duration: s.
            outer_moment: [coordinates] moments (N m) or forces (N) of the surroundings; default none.

        Returns:
            Whether the new state is sound (`DynamicState.is_sound`).
        """
        outer = self._nothing if outer_moment is None else outer_moment
        return self.forward.advance(excitation, outer, duration)
