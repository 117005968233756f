"""The whole hand, which takes a posture and holds it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files.resources import config_file
from ..motion import Poses, load_poses
from ..musculoskeletal.drives.holding import named_position
from ..musculoskeletal.dynamics import DynamicState, Integrator
from .drawing import Camera
from .layout import Part
from .muscle_env import MuscleEnv
from .observer import Observer

Array = NDArray[np.float64]

POSTURES = ("open", "grasp", "point", "pinch", "relaxed+flex45", "relaxed+ext45")
START = "relaxed"
CLOSE = np.radians(10.0)
ERROR_WEIGHT, CLOSE_WEIGHT = 2.0, 1.0


class PostureObserver(Observer):
    """Observes, besides joints and muscles, the desired joint angles and their differences from the present ones.

    Attributes:
        goal: [coordinates] desired joint angles, rad.
    """

    goal: Array

    def goal_parts(self) -> list[Part]:
        """Return the parts ``wanted`` and ``to_wanted``."""
        joints = self.body.model.coordinates
        return [Part("wanted", joints, "rad"), Part("to_wanted", joints, "rad", 0.5)]

    def goal_values(self) -> dict[str, Array]:
        """Return the desired angles and their differences from the present ones."""
        return {"wanted": self.goal, "to_wanted": self.goal - self.body.state.position}

    def aim(self, angles: dict[str, float]) -> None:
        """Set the desired angles (rad, by name), clipped to the joint ranges; the other joints have their default."""
        self.goal = np.clip(self.body.angles_of(angles), self.body.model.low, self.body.model.high)


class HandPose(MuscleEnv):
    """Take a posture between the relaxed hand and one of the named postures, and hold it.

    Observation: 23 joint angles and velocities, 43 activations, the desired angles, and the difference of each joint
    from its desired angle.
    Reward: ``error`` (minus twice the mean distance of the joints from their desired angles, per rad), ``close``
    (share of the joints within 10 degrees), ``effort`` (minus a tenth of the mean squared excitation).
    Options of reset: ``posture``: name of the desired posture in config/movements/poses.yaml.
    """

    MODEL = "forearm_hand"
    OBSERVER = PostureObserver
    EPISODE_STEPS = 200
    INTEGRATOR = Integrator(step=0.00125)
    CAMERA = Camera(right=2, up=1, middle=(0.03, -0.33), height=0.32)

    observer: PostureObserver

    @cached_property
    def _poses(self) -> Poses:
        return load_poses(config_file("poses", folder="movements"))

    def start(self, options: dict[str, Any]) -> DynamicState:
        """Return the relaxed hand or the requested pose; draw the desired posture or take the requested one."""
        poses, model = self._poses, self.plant.model
        relaxed = named_position(model, poses, START)
        if "posture" in options:
            wanted = named_position(model, poses, str(options["posture"]))
        else:
            posture = named_position(model, poses, str(self.np_random.choice(POSTURES)))
            wanted = relaxed + self.np_random.uniform(0.3, 1.0) * (posture - relaxed)
        self.observer.goal = np.clip(wanted, model.low, model.high)
        start = dict(zip(model.coordinates, relaxed, strict=True))
        position = self.plant.angles_of({**start, **options.get("pose", {})})
        return DynamicState.at_rest(self.scattered(position), np.zeros(len(model.muscles)))

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Return the terms ``error``, ``close`` and ``effort``."""
        errors = np.abs(self.observer.goal - self.plant.state.position)
        return {
            "error": -ERROR_WEIGHT * float(errors.mean()),
            "close": CLOSE_WEIGHT * float((errors < CLOSE).mean()),
            "effort": self.effort(excitation),
        }

    def wanted_position(self) -> Array:
        """Return the desired joint angles, [coordinates] rad."""
        return self.observer.goal
