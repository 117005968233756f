"""Policies in a graph: they compute excitations from the states of the model and the targets of its motion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..envs.body import PosedBody
from ..envs.muscle_env import MuscleEnv
from ..errors import InvalidInput
from ..files.resources import checkpoint_file
from ..parts import load_part
from .policy import TrainedPolicy, load_policy

Array = NDArray[np.float64]


class Pilot(Protocol):
    """A policy in a graph: what a part of the kind ``policy`` builds.

    Attributes:
        coordinates: Names of the joints that it observes.
        muscles: Names of the muscles that it excites.
    """

    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]

    def check(self, coordinates: Sequence[str], muscles: Sequence[str]) -> None:
        """Check that the policy can control a model with these joints and muscles, in this order.

        Raises:
            InvalidInput: The policy is for other joints or muscles.
        """

    def excitation(self, position: Array, velocity: Array, activation: Array, target: Mapping[str, float]) -> Array:
        """Return the excitations for a state of the model, [muscles] 0 to 1.

        Args:
            position, velocity: [coordinates] rad, rad/s.
            activation: [muscles] 0 to 1.
            target: Target angles (rad) of joints, by name; if it is empty, the previous target remains.

        Raises:
            InvalidInput: A target for a joint that the model does not have.
        """


class TrainedPilot:
    """A trained policy in a graph; the methods are those of `Pilot`.

    It observes the model as the environment of the policy does. Until the first target comes, it aims at the default
    pose.

    Args:
        policy: The policy.

    Attributes:
        coordinates: Names of the joints that it observes.
        muscles: Names of the muscles that it excites.

    Raises:
        InvalidInput: The environment of the policy is not registered, or it is none of muscles.
    """

    def __init__(self, policy: TrainedPolicy) -> None:
        kind = load_part("environment", policy.environment, "policy: environment")
        if not (isinstance(kind, type) and issubclass(kind, MuscleEnv)):
            raise InvalidInput("policy: environment", policy.environment, "an environment derived from MuscleEnv")
        body = PosedBody(kind.model_file())
        self._policy, self._observer = policy, kind.OBSERVER(body)
        self._observer.aim({})
        self.coordinates, self.muscles = body.model.coordinates, body.model.muscles

    def check(self, coordinates: Sequence[str], muscles: Sequence[str]) -> None:
        """Check that the policy can control a model with these joints and muscles, in this order.

        Raises:
            InvalidInput: The policy was trained on other joints or muscles.
        """
        for kind, given, own in (("joints", coordinates, self.coordinates), ("muscles", muscles, self.muscles)):
            if tuple(given) != own:
                raise InvalidInput(f"policy: {kind}", ", ".join(given), f"those it was trained on: {', '.join(own)}")

    def excitation(self, position: Array, velocity: Array, activation: Array, target: Mapping[str, float]) -> Array:
        """Return the excitations for a state of the model, [muscles] 0 to 1; see `Pilot.excitation`."""
        if target:
            self._observer.aim(dict(target))
        return self._policy.action(self._observer.observe(position, velocity, activation)).astype(float)


def trained_pilot(checkpoint: str) -> TrainedPilot:
    """Return the pilot of a trained policy.

    Args:
        checkpoint: The weights: a name in ckp or a path.

    Raises:
        InvalidInput: The file is missing or broken, or its environment cannot be used; see `TrainedPilot`.
    """
    return TrainedPilot(load_policy(checkpoint_file(checkpoint)))
