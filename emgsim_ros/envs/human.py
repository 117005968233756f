"""A human in the sagittal plane, 9 joint angles and 18 muscles, with feet on the ground: stand, crouch, jump, walk."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..musculoskeletal.opensim.forward_dynamics import DynamicState, Integrator
from .drawing import Camera
from .layout import Part
from .muscle_env import MuscleEnv

Array = NDArray[np.float64]

# Standing: angles (degrees) that bring the centre of mass over the feet, and the pelvis' height (m) then. The trunk's
# mass lies behind the hips, so it leans forward a little.
STANDING = {"hip_flexion": 12.0, "knee_flexion": 5.0, "ankle_dorsiflexion": 3.0}
STANDING_TILT, STANDING_HEIGHT = -10.0, 0.936
SUNK = 0.0075  # m that the soles sink in under body weight
TONE = 0.03  # activation of all muscles at the start
FALLEN_HEIGHT, FALLEN_TILT = 0.5, np.radians(60.0)
CROUCHED = 0.70  # m, wanted height of the pelvis
WALKING_SPEED = 1.25  # m/s
FEET = ("left", "right")


def standing_pose() -> dict[str, float]:
    """Coordinates (rad, m) of standing, by name."""
    legs = {f"{joint}_{side}": float(np.radians(angle)) for joint, angle in STANDING.items() for side in FEET}
    return {**legs, "pelvis_tilt": float(np.radians(STANDING_TILT)), "pelvis_height": STANDING_HEIGHT}


class Human(MuscleEnv):
    """What all of the human's tasks share.

    Observed beside joints and muscles (the pelvis' way forward is left out, 0 in its place): ``centre``: height of the
    centre of mass (m), its velocity forward and up (m/s), its place forward of the feet's middle (m); ``feet``: load
    on each foot over body weight. An episode ends when the pelvis is below 0.5 m or the trunk leans by more than 60
    degrees (``fallen``).
    """

    MODEL = "human"
    INTEGRATOR = Integrator(step=0.0005)
    CAMERA = Camera(right=0, up=2, middle=(0.0, 0.85), height=2.1, follows=True)

    def goal_parts(self) -> list[Part]:
        """Centre of mass and feet."""
        return [
            Part("centre", ("height", "forward_velocity", "upward_velocity", "before_feet"), "m, m/s"),
            Part("feet", FEET, "body weights"),
        ]

    def goal_values(self) -> dict[str, Array]:
        """Centre of mass and feet now."""
        place, velocity = self._centre()
        soles = self.plant.forward.places([(f"foot_{side}", (0.05, 0.0, -0.06)) for side in FEET])
        before = place[0] - soles[:, 0].mean()
        return {"centre": np.array([place[2], velocity[0], velocity[2], before]), "feet": self.foot_loads()}

    def foot_loads(self) -> Array:
        """[2] vertical force on the left and the right foot over body weight."""
        upward = self.plant.forward.ground_forces()[:, 2]
        weight = 9.80665 * self.plant.forward.mass
        return upward.reshape(2, -1).sum(axis=1) / weight

    def start(self, options: dict[str, Any]) -> DynamicState:
        """Standing, or as asked for."""
        wanted = self.plant.angles_of({**standing_pose(), **options.get("pose", {})})
        position = self.scattered(wanted)
        for name in ("pelvis_forward", "pelvis_height"):  # not to start in the air or in the ground
            position[self.plant.places[name]] = wanted[self.plant.places[name]]
        position[self.plant.places["pelvis_height"]] -= self._lowest(position)
        return DynamicState.at_rest(position, np.full(len(self.plant.model.muscles), TONE))

    def _lowest(self, position: Array) -> float:
        """Height (m) of the lowest point of the soles at ``position``, over where they carry the body."""
        self.plant.put(position)
        soles = [(f"foot_{s}", p) for s in FEET for p in ((-0.035, 0.0, -0.07), (0.09, 0.0, -0.07), (0.15, 0.0, -0.07))]
        return float(self.plant.forward.places(soles)[:, 2].min()) + SUNK

    def _observe(self) -> Any:
        observed = super()._observe()
        if isinstance(observed, dict):
            observed["position"][self.plant.places["pelvis_forward"]] = 0.0
        else:
            observed[self.plant.places["pelvis_forward"]] = 0.0
        return observed

    def end(self) -> str:
        """Fallen."""
        low = self.coordinate("pelvis_height") < FALLEN_HEIGHT
        return "fallen" if low or abs(self.coordinate("pelvis_tilt")) > FALLEN_TILT else ""

    def coordinate(self, name: str) -> float:
        """A joint angle (rad) or place (m) now."""
        return float(self.plant.state.position[self.plant.places[name]])

    def velocity(self, name: str) -> float:
        """Of a coordinate, rad/s or m/s."""
        return float(self.plant.state.velocity[self.plant.places[name]])

    def _centre(self) -> tuple[Array, Array]:
        return self.plant.forward.mass_centre()


class Stand(Human):
    """Stand still.

    Rewarded: ``alive`` (1), ``upright`` (minus the square of the trunk's tilt, per rad), ``still`` (minus a tenth of
    the squared speed of the centre of mass, per m/s), ``effort``.
    """

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Alive, upright, still, effort."""
        _, velocity = self._centre()
        return {
            "alive": 1.0,
            "upright": -(self.coordinate("pelvis_tilt") ** 2),
            "still": -0.1 * float(velocity @ velocity),
            "effort": self.effort(excitation),
        }


class Crouch(Human):
    """Go down to a pelvis height of 0.7 m and stay there.

    Rewarded: ``alive`` (0.5), ``crouched`` (1 minus five times the distance from that height, per m, not below 0),
    ``upright``, ``effort`` as in Stand.
    """

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Alive, crouched, upright, effort."""
        off = abs(self.coordinate("pelvis_height") - CROUCHED)
        return {
            "alive": 0.5,
            "crouched": max(0.0, 1.0 - 5.0 * off),
            "upright": -(self.coordinate("pelvis_tilt") ** 2),
            "effort": self.effort(excitation),
        }


class Jump(Human):
    """Jump as high as possible.

    Rewarded: ``higher`` (ten times what the pelvis rises beyond its highest place so far in the episode and beyond
    standing, per m), ``upright``, ``effort`` as in Stand.
    """

    _highest = STANDING_HEIGHT

    def start(self, options: dict[str, Any]) -> DynamicState:
        """Standing; nothing jumped yet."""
        self._highest = STANDING_HEIGHT
        return super().start(options)

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Higher, upright, effort."""
        height = self.coordinate("pelvis_height")
        risen, self._highest = max(0.0, height - self._highest), max(self._highest, height)
        upright = -0.1 * self.coordinate("pelvis_tilt") ** 2
        return {"higher": 10.0 * risen, "upright": upright, "effort": self.effort(excitation)}

    def goal_state(self) -> float:
        """The highest place so far."""
        return self._highest

    def put_goal(self, goal: float) -> None:
        """The highest place so far."""
        self._highest = goal


class Gait(Human):
    """Walk forward.

    Rewarded: ``alive`` (0.5), ``speed`` (1 minus the distance from 1.25 m/s, per m/s, not below 0), ``upright``,
    ``effort`` as in Stand.
    """

    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Alive, speed, upright, effort."""
        off = abs(self.velocity("pelvis_forward") - WALKING_SPEED)
        return {
            "alive": 0.5,
            "speed": max(0.0, 1.0 - off),
            "upright": -(self.coordinate("pelvis_tilt") ** 2),
            "effort": self.effort(excitation),
        }
