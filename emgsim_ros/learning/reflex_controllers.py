"""Reflex controllers for the environments of the human."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..envs.body import PosedBody
from ..envs.human import Human, standing_pose
from ..errors import InvalidInput
from ..parts import load_part
from .reflex import ReflexController, ReflexGains


def reflex_controller(environment: str, vector: NDArray[np.float64]) -> ReflexController:
    """Return the reflex controller of an environment.

    Args:
        environment: ID of the environment.
        vector: [45] gains, of the order of 1; see `ReflexGains.of_vector`.

    Raises:
        InvalidInput: The environment is not one of the human.
    """
    return controller_of(ReflexGains.of_vector(vector, environment))


def controller_of(gains: ReflexGains) -> ReflexController:
    """Return the reflex controller of the environment for which the gains were found.

    Raises:
        InvalidInput: The environment is not one of the human.
    """
    field = "reflexes: environment"
    kind = load_part("environment", gains.environment, field)
    if not (isinstance(kind, type) and issubclass(kind, Human)):
        raise InvalidInput(field, gains.environment, "one of the human's: Stand, Crouch, Jump, Gait")
    body = PosedBody(kind.model_file())
    return ReflexController(gains, kind.OBSERVER(body).layout, body.model.muscles, standing_pose())
