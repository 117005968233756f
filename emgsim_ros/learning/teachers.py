"""Who shows a policy what to do."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..envs.muscle_env import MuscleEnv
from ..errors import InvalidInput
from ..files.resources import checkpoint_file
from ..musculoskeletal.drives.computed_torque import activation_for
from ..musculoskeletal.drives.effort import Effort
from .reflex import load_gains
from .search import controller_of

Array = NDArray[np.float64]

POSTURE = "posture"
FREQUENCY = 12.0  # rad/s, of the critically damped approach to a posture
LARGEST_ERROR = 0.4  # rad that count; what is farther is approached with no more haste
EFFORT = Effort()  # what a drive asks of the muscles by itself


class Teacher(Protocol):
    """Knows what to do."""

    def excitation(self, observation: NDArray[np.float32]) -> NDArray[Any]:
        """[muscles] 0 to 1, in the present state of the environment."""


class PostureTeacher:
    """Brings the joints to the posture that an environment wants, by computed torque.

    Args:
        env: That wants a posture.

    Raises:
        InvalidInput: It wants none.
    """

    def __init__(self, env: MuscleEnv) -> None:
        env.reset(seed=0)
        if env.wanted_position() is None:
            raise InvalidInput("teacher", POSTURE, f"reflex gains; {type(env).__name__} wants no posture")
        self._env = env
        self._lowest = np.zeros(len(env.plant.model.muscles))
        self._highest = np.full_like(self._lowest, EFFORT.maximal)

    def excitation(self, observation: NDArray[np.float32]) -> NDArray[Any]:
        """The activations that are needed; excitations that keep them up."""
        now, wanted = self._env.plant.state, self._env.wanted_position()
        assert wanted is not None
        error = np.clip(wanted - now.position, -LARGEST_ERROR, LARGEST_ERROR)
        acceleration = FREQUENCY**2 * error - 2 * FREQUENCY * now.velocity
        moving = now.position, now.velocity, acceleration
        step, load = self._env.settings.control_step, np.zeros_like(error)
        bounds = EFFORT.co_contraction, self._lowest, self._highest
        return activation_for(self._env.plant.model, *moving, step, load, *bounds)


def teacher_for(name: str, env: MuscleEnv) -> Teacher:
    """``posture``, or a file of reflex gains (a name in ckp or a path).

    Raises:
        InvalidInput: Nothing of that name, or no teacher for this environment.
    """
    if name == POSTURE:
        return PostureTeacher(env)
    return controller_of(load_gains(checkpoint_file(name, suffix=".json")))
