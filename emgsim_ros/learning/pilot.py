"""A trained policy at the muscles of a graph: states and targets in, excitations out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gymnasium
import numpy as np
from numpy.typing import NDArray

from .. import envs
from ..errors import InvalidInput
from .policy import TrainedPolicy

Array = NDArray[np.float64]


class Pilot:
    """Observes as the policy's environment does, and asks the policy.

    Args:
        policy: Trained.

    Attributes:
        coordinates, muscles: Names of what it observes and excites.

    Raises:
        InvalidInput: The policy is of an environment that this version does not have.
    """

    def __init__(self, policy: TrainedPolicy) -> None:
        if policy.environment not in envs.IDS:
            raise InvalidInput("policy: environment", policy.environment, "one of " + ", ".join(envs.IDS))
        self._policy = policy
        self._env = gymnasium.make(policy.environment).unwrapped
        self._env.reset(seed=0)
        self.coordinates: tuple[str, ...] = self._env.plant.model.coordinates  # type: ignore[attr-defined]
        self.muscles: tuple[str, ...] = self._env.plant.model.muscles  # type: ignore[attr-defined]

    def check(self, coordinates: Sequence[str], muscles: Sequence[str]) -> None:
        """See that a model is the policy's.

        Raises:
            InvalidInput: It has other joints or muscles.
        """
        for kind, given, own in (("joints", coordinates, self.coordinates), ("muscles", muscles, self.muscles)):
            if tuple(given) != own:
                raise InvalidInput(f"policy: {kind}", ", ".join(given), f"those it was trained on: {', '.join(own)}")

    def excitation(self, position: Array, velocity: Array, activation: Array, target: Mapping[str, float]) -> Array:
        """[muscles] 0 to 1.

        Args:
            position, velocity: [coordinates] rad, rad/s.
            activation: [muscles] 0 to 1.
            target: Joint angles (rad), by name, of what is aimed at; empty leaves the aim as it was.

        Raises:
            InvalidInput: A target joint that the model does not have.
        """
        if target:
            self._env.aim(dict(target))  # type: ignore[attr-defined]
        observed = self._env.observe(position, velocity, activation)  # type: ignore[attr-defined]
        return self._policy.excitation(observed).astype(float)
