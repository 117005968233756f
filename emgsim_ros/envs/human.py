"""A human in the sagittal plane with 9 coordinates and 18 muscles, feet on the ground: stand, crouch, jump, walk."""

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

# Standing: angles (degrees) that bring the centre of mass over the feet, and the height of the pelvis (m) at them. The
# mass of the trunk lies behind the hips, so the trunk leans forward a little.
STANDING = {"hip_flexion": 12.0, "knee_flexion": 5.0, "ankle_dorsiflexion": 3.0}
STANDING_TILT, STANDING_HEIGHT = -10.0, 0.936
SUNK = 0.0075  # m by which the soles sink into the ground under body weight
TONE = 0.03  # activation of all muscles at the start
FALLEN_HEIGHT, FALLEN_TILT = 0.5, np.radians(60.0)
CROUCHED = 0.70  # m, desired height of the pelvis
WALKING_SPEED = 1.25  # m/s
FEET = ("left", "right")


def standing_pose() -> dict[str, float]:
    """Return the coordinates (rad, m) of standing, by name."""
    legs = {f"{joint}_{side}": float(np.radians(angle)) for joint, angle in STANDING.items() for side in FEET}
    return {**legs, "pelvis_tilt": float(np.radians(STANDING_TILT)), "pelvis_height": STANDING_HEIGHT}


class HumanObserver(Observer):
    """Observes, besides joints and muscles, the centre of mass and the load on the feet.

    The forward position of the pelvis is replaced by 0.
    """

    def goal_parts(self) -> list[Part]:
        """Return the parts ``centre`` and ``feet``."""
        return [
            Part("centre", ("height", "forward_velocity", "upward_velocity", "before_feet"), "m, m/s"),
            Part("feet", FEET, "body weights"),
        ]

    def goal_values(self) -> dict[str, Array]:
        """Return the present values of centre of mass and feet."""
        place, velocity = self.body.geometry.mass_centre()
        soles = self.body.geometry.places([(f"foot_{side}", (0.05, 0.0, -0.06)) for side in FEET])
        before = place[0] - 0.5 * (soles[0, 0] + soles[1, 0])
        return {"centre": np.array([place[2], velocity[0], velocity[2], before]), "feet": self.foot_loads()}

    def position(self) -> Array:
        """Return the coordinates (rad, m) with 0 for the forward position of the pelvis."""
        position = self.body.state.position.copy()
        position[self.body.index["pelvis_forward"]] = 0.0
        return position

    def foot_loads(self) -> Array:
        """Return the vertical force on the left and the right foot over body weight, [2]."""
        upward = self.body.geometry.ground_forces()[:, 2]
        weight = 9.80665 * self.body.geometry.mass
        return upward.reshape(2, -1).sum(axis=1) / weight


class Human(MuscleEnv):
    """Base class of the tasks of the human.

    Observation besides joints and muscles (the forward position of the pelvis is replaced by 0): ``centre``: height of
    the centre of mass (m), its forward and upward velocity (m/s), its position before the middle of the feet (m);
    ``feet``: load on each foot over body weight. An episode ends when the pelvis is below 0.5 m or the trunk leans by
    more than 60 degrees (``fallen``).
    """

    MODEL = "human"
    OBSERVER = HumanObserver
    INTEGRATOR = Integrator(step=0.0005)
    CAMERA = Camera(right=0, up=2, middle=(0.0, 0.85), height=2.1, follows=True)

    def start(self, options: dict[str, Any]) -> DynamicState:
        """Return standing or the requested pose."""
        wanted = self.plant.angles_of({**standing_pose(), **options.get("pose", {})})
        position = self.scattered(wanted)
        for name in ("pelvis_forward", "pelvis_height"):  # the human must not start in the air or in the ground
            position[self.plant.index[name]] = wanted[self.plant.index[name]]
        position[self.plant.index["pelvis_height"]] -= self._lowest(position)
        return DynamicState.at_rest(position, np.full(len(self.plant.model.muscles), TONE))

    def _lowest(self, position: Array) -> float:
        """Return the height (m) of the lowest point of the soles at ``position`` over the height that carries the body.

        The pose of the plant is changed.
        """
        self.plant.put(position)
        soles = [(f"foot_{s}", p) for s in FEET for p in ((-0.035, 0.0, -0.07), (0.09, 0.0, -0.07), (0.15, 0.0, -0.07))]
        return float(self.plant.forward.places(soles)[:, 2].min()) + SUNK

    def end(self) -> str:
        """Return ``fallen`` if the pelvis is too low or the trunk leans too far, otherwise an empty string."""
        low = self.coordinate("pelvis_height") < FALLEN_HEIGHT
        return "fallen" if low or abs(self.coordinate("pelvis_tilt")) > FALLEN_TILT else ""

    def coordinate(self, name: str) -> float:
        """Return the present value of a coordinate, rad or m."""
        return float(self.plant.state.position[self.plant.index[name]])

    def velocity(self, name: str) -> float:
        """Return the present velocity of a coordinate, rad/s or m/s."""
        return float(self.plant.state.velocity[self.plant.index[name]])

    def mass_centre(self) -> tuple[Array, Array]:
        """Return the location (m) and the velocity (m/s) of the centre of mass, [3] each."""
        return self.plant.forward.mass_centre()


class Stand(Human):
    """Stand still.

    Reward: ``alive`` (1), ``upright`` (minus the square of the trunk's tilt, per rad), ``still`` (minus a tenth of
    the squared speed of the centre of mass, per m/s), ``effort`` (minus a tenth of the mean squared excitation).
    """

    EPISODE_STEPS = 500

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Return the terms ``alive``, ``upright``, ``still`` and ``effort``."""
        _, velocity = self.mass_centre()
        return {
            "alive": 1.0,
            "upright": -(self.coordinate("pelvis_tilt") ** 2),
            "still": -0.1 * float(velocity @ velocity),
            "effort": self.effort(excitation),
        }


class Crouch(Human):
    """Lower the pelvis to a height of 0.7 m and keep it there.

    Reward: ``alive`` (0.5), ``crouched`` (1 minus five times the distance from that height, per m, not below 0),
    ``upright`` and ``effort`` as in Stand.
    """

    EPISODE_STEPS = 500

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Return the terms ``alive``, ``crouched``, ``upright`` and ``effort``."""
        off = abs(self.coordinate("pelvis_height") - CROUCHED)
        return {
            "alive": 0.5,
            "crouched": max(0.0, 1.0 - 5.0 * off),
            "upright": -(self.coordinate("pelvis_tilt") ** 2),
            "effort": self.effort(excitation),
        }


class Jump(Human):
    """Jump as high as possible.

    Reward: ``higher`` (ten times the rise of the pelvis above its highest position so far in the episode, which is at
    first that of standing, per m), ``upright`` (a tenth of that of Stand), ``effort`` as in Stand.
    """

    EPISODE_STEPS = 200

    _highest = STANDING_HEIGHT

    def start(self, options: dict[str, Any]) -> DynamicState:
        """Return standing or the requested pose; reset the highest position of the pelvis."""
        self._highest = STANDING_HEIGHT
        return super().start(options)

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Return the terms ``higher``, ``upright`` and ``effort``."""
        height = self.coordinate("pelvis_height")
        risen, self._highest = max(0.0, height - self._highest), max(self._highest, height)
        upright = -0.1 * self.coordinate("pelvis_tilt") ** 2
        return {"higher": 10.0 * risen, "upright": upright, "effort": self.effort(excitation)}

    def goal_state(self) -> float:
        """Return the highest position of the pelvis so far, m."""
        return self._highest

    def put_goal(self, goal: float) -> None:
        """Restore the highest position of the pelvis so far, m."""
        self._highest = goal


class Gait(Human):
    """Walk forward.

    Reward: ``alive`` (0.5), ``speed`` (1 minus the distance from 1.25 m/s, per m/s, not below 0), ``upright`` and
    ``effort`` as in Stand.
    """

    EPISODE_STEPS = 1000

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Return the terms ``alive``, ``speed``, ``upright`` and ``effort``."""
        off = abs(self.velocity("pelvis_forward") - WALKING_SPEED)
        return {
            "alive": 0.5,
            "speed": max(0.0, 1.0 - off),
            "upright": -(self.coordinate("pelvis_tilt") ** 2),
            "effort": self.effort(excitation),
        }
