"""An arm with two joints and six muscles that reaches for a target and holds it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..musculoskeletal.dynamics import DynamicState, Integrator
from .drawing import Camera
from .layout import Part
from .muscle_env import MuscleEnv
from .observer import Observer

Array = NDArray[np.float64]

HAND = ("forearm", (0.022, -0.055, -0.31))  # the knuckles in the forearm's frame, m
SHOULDER = ("humerus", (0.0, 0.0, 0.0))
# Ranges of the angles (degrees) at which targets are drawn.
TARGETS = {"shoulder_flexion": (-20.0, 70.0), "elbow_flexion": (15.0, 115.0)}
REACHED = 0.03  # m
DISTANCE_WEIGHT, HELD_WEIGHT = 2.0, 1.0


class ReachObserver(Observer):
    """Observes, besides joints and muscles, the hand, the target, and the vector from the hand to the target.

    The observed positions are in the sagittal plane, m, those of hand and target relative to the shoulder.

    Attributes:
        goal: [3] position of the target in the ground frame, m.
    """

    goal: Array = np.zeros(3)

    def goal_parts(self) -> list[Part]:
        """Return the parts ``hand``, ``target`` and ``to_target``."""
        return [
            Part("hand", tuple("xz"), "m"),
            Part("target", tuple("xz"), "m"),
            Part("to_target", tuple("xz"), "m", 0.2),
        ]

    def goal_values(self) -> dict[str, Array]:
        """Return the present positions of hand and target."""
        hand, shoulder = self.body.geometry.places([HAND, SHOULDER])
        return {
            "hand": (hand - shoulder)[::2],
            "target": (self.goal - shoulder)[::2],
            "to_target": (self.goal - hand)[::2],
        }

    def aim(self, angles: dict[str, float]) -> None:
        """Set the target to the position that the hand has at these joint angles (rad, by name)."""
        self.body.put(self.body.angles_of(angles))
        self.goal = self.hand()

    def hand(self) -> Array:
        """Return the position of the hand in the ground frame, [3] m."""
        return self.body.geometry.places([HAND])[0]


class ArmReach(MuscleEnv):
    """Reach a target drawn at random and hold it.

    Observation: joint angles and velocities, activations, positions of the hand and of the target (m, from the
    shoulder).
    Reward: ``distance`` (minus twice the distance between hand and target, per m), ``held`` (1 while that distance is
    below 3 cm), ``effort`` (minus a tenth of the mean squared excitation).
    Options of reset: ``target``: joint angles (rad) of the target.
    """

    MODEL = "arm"
    OBSERVER = ReachObserver
    EPISODE_STEPS = 200
    INTEGRATOR = Integrator(step=0.00125)
    CAMERA = Camera(right=0, up=2, middle=(0.15, -0.15), height=1.2)

    observer: ReachObserver

    def start(self, options: dict[str, Any]) -> DynamicState:
        """Return the hanging arm or the requested pose; set the target to the hand's position at drawn angles."""
        drawn = {name: float(np.radians(self.np_random.uniform(*limits))) for name, limits in TARGETS.items()}
        self.observer.aim(options.get("target") or drawn)
        position = self.scattered(self.plant.angles_of(options.get("pose", {})))
        return DynamicState.at_rest(position, np.zeros(len(self.plant.model.muscles)))

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Return the terms ``distance``, ``held`` and ``effort``."""
        distance = self.distance()
        return {
            "distance": -DISTANCE_WEIGHT * distance,
            "held": HELD_WEIGHT * float(distance < REACHED),
            "effort": self.effort(excitation),
        }

    def distance(self) -> float:
        """Return the distance between hand and target, m."""
        return float(np.linalg.norm(self.observer.hand() - self.observer.goal))

    def marks(self) -> Array:
        """Return the position of the target, [1, 3] m."""
        return self.observer.goal[None]
