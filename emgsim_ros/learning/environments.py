"""Environments for training and tests: those of this package and all others that are registered with gymnasium."""

from __future__ import annotations

import importlib
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.wrappers import FlattenObservation, TransformAction
from numpy.typing import NDArray

from .. import envs
from ..errors import InvalidInput, PartError
from .actions import ActionRange, action_of


def require_environment(name: str, field: str = "environment") -> None:
    """Check that an environment is registered with gymnasium.

    Args:
        name: ID of the environment; ``module:ID`` imports the module first.
        field: Where the name was given, for the message.

    Raises:
        InvalidInput: The environment is not registered, or the module cannot be imported.
    """
    module, _, identifier = name.rpartition(":")
    try:
        if module:
            importlib.import_module(module)
        gymnasium.spec(identifier)
    except (ImportError, gymnasium.error.Error) as error:
        ours = ", ".join(envs.IDS)
        expected = f"one of {ours}, or the ID of any environment registered with gymnasium, such as Pendulum-v1 or "
        raise InvalidInput(field, name, f"{expected}my_module:MyEnv-v0 ({error})") from None


def make_environment(name: str, **options: Any) -> gymnasium.Env:
    """Make an environment with vectors of numbers as observations and actions.

    Observations and actions of other shapes are flattened.

    Args:
        name: ID of the environment; ``module:ID`` imports the module first.
        options: Keyword arguments of ``gymnasium.make``.

    Raises:
        InvalidInput: The environment is not registered, its actions or observations are not Box spaces, or its actions
            have no finite bounds.
        PartError: A package that the environment needs is not installed.
    """
    require_environment(name)
    try:
        env = gymnasium.make(name, **options)
    except gymnasium.error.DependencyNotInstalled as error:
        raise PartError(f"environment {name}", str(error)) from None
    if not isinstance(env.observation_space, spaces.Box):
        raise InvalidInput(f"environment {name}: observations", env.observation_space, "a Box space")
    if not isinstance(env.action_space, spaces.Box) or not np.issubdtype(env.action_space.dtype, np.floating):
        raise InvalidInput(f"environment {name}: actions", env.action_space, "a Box space of floating-point numbers")
    if not env.action_space.is_bounded():
        raise InvalidInput(f"environment {name}: actions", env.action_space, "a Box space with finite bounds")
    if len(env.observation_space.shape) != 1:
        env = FlattenObservation(env)
    return env if len(env.action_space.shape or ()) == 1 else _with_flat_actions(env)


def action_range(env: gymnasium.Env) -> ActionRange:
    """Return the range of the actions of an environment that `make_environment` made."""
    space = env.action_space
    assert isinstance(space, spaces.Box)
    return ActionRange(tuple(map(float, space.low)), tuple(map(float, space.high)))


class ScaledActions(gymnasium.ActionWrapper):
    """An environment whose actions are the outputs of a policy, -1 to 1, as training algorithms expect.

    Args:
        env: An environment that `make_environment` made.
        power: See `actions.excitation_of`.

    Attributes:
        actions: Range of the actions of ``env``.
    """

    def __init__(self, env: gymnasium.Env, power: float) -> None:
        super().__init__(env)
        self.actions, self._power = action_range(env), power
        self.action_space = spaces.Box(-1.0, 1.0, (self.actions.size,), np.float32)

    def action(self, action: NDArray[np.float32]) -> Any:
        """Return the action for an output."""
        return action_of(action, self._power, self.actions)


def _with_flat_actions(env: gymnasium.Env) -> gymnasium.Env:
    space = env.action_space
    assert isinstance(space, spaces.Box)
    flat = spaces.Box(space.low.ravel(), space.high.ravel(), dtype=space.dtype.type)
    return TransformAction(env, lambda action: np.reshape(action, space.shape), flat)
