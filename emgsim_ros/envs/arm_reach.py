"""An arm of two joints and six muscles that reaches a place and stays there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..musculoskeletal.opensim.forward_dynamics import DynamicState, Integrator
from .drawing import Camera
from .layout import Part
from .muscle_env import MuscleEnv

Array = NDArray[np.float64]

HAND = ("forearm", (0.022, -0.055, -0.31))  # the knuckles in the forearm's frame, m
SHOULDER = ("humerus", (0.0, 0.0, 0.0))
# Angles (degrees) among which targets are drawn: shoulder, elbow.
TARGETS = {"shoulder_flexion": (-20.0, 70.0), "elbow_flexion": (15.0, 115.0)}
REACHED = 0.03  # m
DISTANCE_WEIGHT, HELD_WEIGHT = 2.0, 1.0


class ArmReach(MuscleEnv):
    """Reach a target drawn at random and hold it.

    Observed: joint angles and velocities, activations, place of the hand and of the target (m, from the shoulder).
    Rewarded: ``distance`` (minus twice the distance of hand and target, per m), ``held`` (1 while it is below 3 cm),
    ``effort`` (minus a tenth of the mean squared excitation).
    Options of reset: ``target``: joint angles (rad) of the target.
    """

    MODEL = "arm"
    INTEGRATOR = Integrator(step=0.00125)
    CAMERA = Camera(right=0, up=2, middle=(0.15, -0.15), height=1.2)

    _target = np.zeros(3)

    def goal_parts(self) -> list[Part]:
        """Hand and target."""
        return [
            Part("hand", tuple("xz"), "m"),
            Part("target", tuple("xz"), "m"),
            Part("to_target", tuple("xz"), "m", 0.2),
        ]

    def goal_values(self) -> dict[str, Array]:
        """Hand and target now."""
        hand, shoulder = self.plant.forward.places([HAND, SHOULDER])
        return {
            "hand": (hand - shoulder)[[0, 2]],
            "target": (self._target - shoulder)[[0, 2]],
            "to_target": (self._target - hand)[[0, 2]],
        }

    def start(self, options: dict[str, Any]) -> DynamicState:
        """Hanging or as asked for; the target is where the hand is at drawn angles."""
        drawn = {name: float(np.radians(self.np_random.uniform(*limits))) for name, limits in TARGETS.items()}
        self.aim(options.get("target") or drawn)
        position = self.scattered(self.plant.angles_of(options.get("pose", {})))
        return DynamicState.at_rest(position, np.zeros(len(self.plant.model.muscles)))

    def aim(self, angles: dict[str, float]) -> None:
        """The target is where the hand is at these angles."""
        self.plant.put(self.plant.angles_of(angles))
        self._target = self.hand()

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Distance, held, effort."""
        distance = self.distance()
        return {
            "distance": -DISTANCE_WEIGHT * distance,
            "held": HELD_WEIGHT * float(distance < REACHED),
            "effort": self.effort(excitation),
        }

    def hand(self) -> Array:
        """[3] where the hand is, m."""
        return self.plant.forward.places([HAND])[0]

    def distance(self) -> float:
        """Of hand and target, m."""
        return float(np.linalg.norm(self.hand() - self._target))

    def marks(self) -> Array:
        """The target."""
        return self._target[None]

    def goal_state(self) -> Array:
        """The target."""
        return self._target

    def put_goal(self, goal: Array) -> None:
        """The target."""
        self._target = goal
