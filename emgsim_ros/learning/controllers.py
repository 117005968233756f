"""Controllers choose the actions in an environment."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .actions import ActionRange
from .policy import TrainedPolicy


class Controller(Protocol):
    """Chooses actions.

    Attributes:
        name: Name of the controller in tables.
    """

    name: str

    def begin(self, seed: int) -> None:
        """Prepare for an episode with this seed."""

    def action(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the action for an observation, [actions]; for muscles their excitations, 0 to 1."""


class RandomController:
    """Draws actions at each step from the uniform distribution over their range.

    Args:
        actions: Range of the actions.
    """

    name = "random"

    def __init__(self, actions: ActionRange) -> None:
        self._actions = actions
        self.begin(0)

    def begin(self, seed: int) -> None:
        """Start the sequence of this seed."""
        self._rng = np.random.default_rng(seed)

    def action(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return actions drawn anew, [actions]."""
        return self._actions.at(self._rng.uniform(0.0, 1.0, self._actions.size)).astype(np.float32)


class ConstantController:
    """Returns the same action at all times.

    Args:
        actions: Range of the actions.
        level: Share of the range, 0 to 1, the same for all actions; for muscles this is their excitation.
    """

    def __init__(self, actions: ActionRange, level: float) -> None:
        self.name = f"constant {level:g}"
        self._values = actions.at(level).astype(np.float32)

    def begin(self, seed: int) -> None:
        """Do nothing: the controller has no state."""

    def action(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the constant action, [actions]."""
        return self._values


class PolicyController:
    """Applies a trained policy.

    Args:
        name: Name of the policy in tables.
        policy: The policy.
    """

    def __init__(self, name: str, policy: TrainedPolicy) -> None:
        self.name, self._policy = name, policy

    def begin(self, seed: int) -> None:
        """Do nothing: the policy has no state."""

    def action(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the action of the policy, [actions]."""
        return self._policy.action(observation)
