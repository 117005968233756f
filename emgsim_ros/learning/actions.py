"""The outputs of a policy, -1 to 1, and the actions that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ActionRange:
    """The lowest and the highest value of every action.

    Attributes:
        low, high: [actions].
    """

    low: tuple[float, ...]
    high: tuple[float, ...]

    @staticmethod
    def of_excitations(muscles: int) -> ActionRange:
        """Return the range of muscle excitations, 0 to 1."""
        return ActionRange((0.0,) * muscles, (1.0,) * muscles)

    @property
    def size(self) -> int:
        """Number of actions."""
        return len(self.low)

    @property
    def is_excitation(self) -> bool:
        """Whether every action goes from 0 to 1, as excitations do."""
        return self == ActionRange.of_excitations(self.size)

    def at(self, share: float | NDArray[Any]) -> Array:
        """Return the actions at a share of the range, [actions]: 0 is the lowest action, 1 the highest."""
        low, high = np.array(self.low), np.array(self.high)
        return low + share * (high - low)


def action_of(output: NDArray[np.float32], power: float, actions: ActionRange) -> NDArray[np.float32]:
    """Return the actions for the outputs of a policy.

    Excitations follow from `excitation_of`; all other actions from a linear scale.

    Args:
        output: [actions] -1 to 1.
        power: Exponent for excitations.
        actions: Range of the actions.
    """
    if actions.is_excitation:
        return excitation_of(output, power)
    return actions.at((np.clip(output, -1.0, 1.0) + 1.0) / 2.0).astype(np.float32)


def excitation_of(output: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Return the excitations, 0 to 1, for outputs from -1 to 1: ((output + 1) / 2) ^ power.

    With a power above 1 an output of 0, where training begins, stands for a small excitation: a body whose muscles all
    exert half of their force becomes stiff or is thrown.
    """
    return ((np.clip(output, -1.0, 1.0) + 1.0) / 2.0) ** np.float32(power)


def output_of(excitation: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Return the outputs, -1 to 1, that stand for excitations: the inverse of `excitation_of`."""
    return np.float32(2.0) * np.clip(excitation, 0.0, 1.0) ** np.float32(1.0 / power) - np.float32(1.0)
