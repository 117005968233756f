"""What chooses excitations in an environment."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .policy import TrainedPolicy


class Controller(Protocol):
    """Chooses excitations."""

    name: str

    def begin(self, seed: int) -> None:
        """A new episode."""

    def excitation(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """[muscles] 0 to 1."""


class RandomController:
    """Draws excitations evenly from 0 to 1, anew at each step."""

    name = "random"

    def __init__(self, muscles: int) -> None:
        self._muscles = muscles
        self.begin(0)

    def begin(self, seed: int) -> None:
        """Another sequence for each seed."""
        self._rng = np.random.default_rng(seed)

    def excitation(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Drawn."""
        return self._rng.uniform(0.0, 1.0, self._muscles).astype(np.float32)


class ConstantController:
    """The same excitation for all muscles at all times."""

    def __init__(self, muscles: int, level: float) -> None:
        self.name = f"constant {level:g}"
        self._values = np.full(muscles, level, np.float32)

    def begin(self, seed: int) -> None:
        """Nothing changes."""

    def excitation(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """The level."""
        return self._values


class PolicyController:
    """A trained policy."""

    def __init__(self, name: str, policy: TrainedPolicy) -> None:
        self.name, self._policy = name, policy

    def begin(self, seed: int) -> None:
        """It has no memory."""

    def excitation(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """The policy's."""
        return self._policy.excitation(observation)
