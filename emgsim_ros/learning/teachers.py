"""Teachers, which demonstrate actions for a policy to imitate."""

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
from .reflex_controllers import controller_of

Array = NDArray[np.float64]

POSTURE = "posture"
FREQUENCY = 12.0  # rad/s, natural frequency of the critically damped approach to a posture
LARGEST_ERROR = 0.4  # rad; larger errors are limited to it, so they do not accelerate the joint further
EFFORT = Effort()  # the default limits of a drive


class Teacher(Protocol):
    """Demonstrates actions."""

    def action(self, observation: NDArray[np.float32]) -> NDArray[Any]:
        """Return the excitations for the present state of the environment, [muscles] 0 to 1."""


class PostureTeacher:
    """Moves the joints to the desired posture of an environment by computed torque.

    Args:
        env: An environment whose goal is a posture.

    Raises:
        InvalidInput: The goal of the environment is no posture.
    """

    def __init__(self, env: MuscleEnv) -> None:
        env.reset(seed=0)
        if env.wanted_position() is None:
            raise InvalidInput("teacher", POSTURE, f"reflex gains: the goal of {type(env).__name__} is no posture")
        self._env = env
        self._lowest = np.zeros(len(env.plant.model.muscles))
        self._highest = np.full_like(self._lowest, EFFORT.maximal)

    def action(self, observation: NDArray[np.float32]) -> NDArray[Any]:
        """Return the activations that accelerate the joints towards the posture, to be used as excitations."""
        now, wanted = self._env.plant.state, self._env.wanted_position()
        assert wanted is not None
        error = np.clip(wanted - now.position, -LARGEST_ERROR, LARGEST_ERROR)
        acceleration = FREQUENCY**2 * error - 2 * FREQUENCY * now.velocity
        moving = now.position, now.velocity, acceleration
        step, load = self._env.settings.control_step, np.zeros_like(error)
        bounds = EFFORT.co_contraction, self._lowest, self._highest
        return activation_for(self._env.plant.model, *moving, step, load, *bounds)


def teacher_for(name: str, env: MuscleEnv) -> Teacher:
    """Return a teacher for an environment.

    Args:
        name: ``posture``, or a file of reflex gains (a name in ckp or a path).
        env: The environment.

    Raises:
        InvalidInput: There is no such file, or the teacher is not one for this environment.
    """
    if name == POSTURE:
        return PostureTeacher(env)
    return controller_of(load_gains(checkpoint_file(name, suffix=".json")))
