"""A policy's outputs as excitations."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray


def excitation_of(output: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Excitations, 0 to 1, of outputs from -1 to 1: ((output + 1) / 2) ^ power.

    With a power above 1 an output of 0, where learning begins, asks for little: muscles that all pull with half their
    force make a body stiff or throw it.
    """
    return ((np.clip(output, -1.0, 1.0) + 1.0) / 2.0) ** np.float32(power)


def output_of(excitation: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """The outputs, -1 to 1, that ask for excitations: the inverse of :func:`excitation_of`."""
    return np.float32(2.0) * np.clip(excitation, 0.0, 1.0) ** np.float32(1.0 / power) - np.float32(1.0)


class Excitations(gymnasium.ActionWrapper):
    """An environment whose actions go from -1 to 1, as learning algorithms like them.

    Args:
        env: With excitations as actions.
        power: See :func:`excitation_of`.
    """

    def __init__(self, env: gymnasium.Env, power: float) -> None:
        super().__init__(env)
        self._power = power
        shape = env.action_space.shape
        assert shape is not None
        self.action_space = spaces.Box(-1.0, 1.0, shape, np.float32)

    def action(self, action: NDArray[np.float32]) -> Any:
        """Excitations."""
        return excitation_of(action, self._power)
