"""The whole hand, which takes a posture."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files.resources import config_file
from ..motion import Poses, load_poses
from ..musculoskeletal.drives.holding import named_position
from ..musculoskeletal.opensim.forward_dynamics import DynamicState, Integrator
from .drawing import Camera
from .layout import Part
from .muscle_env import MuscleEnv

Array = NDArray[np.float64]

POSTURES = ("open", "grasp", "point", "pinch", "relaxed+flex45", "relaxed+ext45")
START = "relaxed"
CLOSE = np.radians(10.0)
ERROR_WEIGHT, CLOSE_WEIGHT = 2.0, 1.0


class HandPose(MuscleEnv):
    """Take a posture that lies between the relaxed hand and one of the named ones, and hold it.

    Observed: 23 joint angles and velocities, 43 activations, the wanted angles, and how far each joint is from its own.
    Rewarded: ``error`` (minus twice the mean distance of the joints from their wanted angles, per rad), ``close``
    (share of the joints within 10 degrees), ``effort`` (minus a tenth of the mean squared excitation).
    Options of reset: ``posture``: name (of config/movements/poses.yaml) of what is wanted.
    """

    MODEL = "forearm_hand"
    INTEGRATOR = Integrator(step=0.00125)
    CAMERA = Camera(right=2, up=1, middle=(0.03, -0.33), height=0.32)

    _wanted: Array

    @cached_property
    def _poses(self) -> Poses:
        return load_poses(config_file("poses", folder="movements"))

    def goal_parts(self) -> list[Part]:
        """What is wanted."""
        joints = self.plant.model.coordinates
        return [Part("wanted", joints, "rad"), Part("to_wanted", joints, "rad", 0.5)]

    def goal_values(self) -> dict[str, Array]:
        """What is wanted, and how far it is."""
        return {"wanted": self._wanted, "to_wanted": self._wanted - self.plant.state.position}

    def start(self, options: dict[str, Any]) -> DynamicState:
        """The relaxed hand, or as asked for."""
        poses, model = self._poses, self.plant.model
        relaxed = named_position(model, poses, START)
        if "posture" in options:
            self._wanted = named_position(model, poses, str(options["posture"]))
        else:
            posture = named_position(model, poses, str(self.np_random.choice(POSTURES)))
            self._wanted = relaxed + self.np_random.uniform(0.3, 1.0) * (posture - relaxed)
        self._wanted = np.clip(self._wanted, model.low, model.high)
        start = dict(zip(model.coordinates, relaxed, strict=True))
        position = self.plant.angles_of({**start, **options.get("pose", {})})
        return DynamicState.at_rest(self.scattered(position), np.zeros(len(model.muscles)))

    def aim(self, angles: dict[str, float]) -> None:
        """These angles are wanted; joints that are not named are to be at their default."""
        self._wanted = np.clip(self.plant.angles_of(angles), self.plant.model.low, self.plant.model.high)

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Error, close, effort."""
        errors = np.abs(self._wanted - self.plant.state.position)
        return {
            "error": -ERROR_WEIGHT * float(errors.mean()),
            "close": CLOSE_WEIGHT * float((errors < CLOSE).mean()),
            "effort": self.effort(excitation),
        }

    def wanted_position(self) -> Array:
        """What is wanted."""
        return self._wanted

    def goal_state(self) -> Array:
        """What is wanted."""
        return self._wanted

    def put_goal(self, goal: Array) -> None:
        """What is wanted."""
        self._wanted = goal
