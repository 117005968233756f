"""Contact of the thumb with the fingertips: in a pinch or a fist without an object, the hand holds on to itself.

A digit that touches another one presses on it, so the muscles hold the moments of a force on the fingertips. The force
is a share of the strength, as at the ends of the joints' ranges (`posture.py`). Recorded chuck grips, closed lightly
and without an object, reach 15 % of the maximum (ContractionIntensity of LibEMG).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine import BodyPoint, MuscleModel
from .effort import Effort

Array = NDArray[np.float64]

FINGERS = ("index", "middle", "ring", "little")
# Tips of the bones in the frames of the distal phalanges of the forearm and hand, m (config/models/forearm_hand).
TIPS = {
    "thumb": (0.0081, -0.0150, -0.0058),
    "index": (0.0024, -0.0178, 0.0009),
    "middle": (0.0008, -0.0179, 0.0012),
    "ring": (-0.0017, -0.0179, 0.0004),
    "little": (-0.0025, -0.0177, -0.0019),
}
# Lever arms of a force across the fingertip, m: from the lengths of the model's phalanges, slightly flexed.
FINGER_LEVERS = {"mcp_flexion": 0.075, "pip_flexion": 0.04, "dip_flexion": 0.018}
THUMB_LEVERS = {"cmc_flexion": 0.06, "mcp_flexion": 0.045, "ip_flexion": 0.018}
APART, DEPTH = 0.030, 0.010  # m; distance of the bones' tips at which the pulps meet, and their greatest compression
STILL = 0.5  # rad/s of a finger and the thumb; at this speed the force is half of that at rest
STRENGTH = 30.0  # N; fingertip force of the model, 22 to 43 N


class Contact:
    """Contact of the thumb with the fingers of a model; without a thumb and four fingers there is none.

    Args:
        model: The model.

    Attributes:
        points: Tips of the thumb and of the fingers; empty if there is no contact.
    """

    def __init__(self, model: MuscleModel) -> None:
        place = {name: number for number, name in enumerate(model.coordinates)}
        wanted = [f"{finger}_{joint}" for finger in FINGERS for joint in FINGER_LEVERS]
        possible = all(name in place for name in wanted + [f"thumb_{joint}" for joint in THUMB_LEVERS])
        self.points: list[BodyPoint] = [(f"{digit}_distal", tip) for digit, tip in TIPS.items()] if possible else []
        self._levers = np.zeros((len(FINGERS), len(place)))
        self._thumb = np.zeros(len(place))
        if possible:
            for row, finger in zip(self._levers, FINGERS, strict=True):
                for joint, lever in FINGER_LEVERS.items():
                    row[place[f"{finger}_{joint}"]] = lever
            for joint, lever in THUMB_LEVERS.items():
                self._thumb[place[f"thumb_{joint}"]] = lever
        # [coordinates, fingers] 1 where a coordinate moves a finger or the thumb, else 0
        self._moved = ((self._levers + self._thumb) > 0.0).T.astype(np.float64)

    def moments(self, places: Array, velocity: Array, effort: Effort) -> Array:
        """Return the moments that the muscles hold against the contact, [..., coordinates] N m.

        Args:
            places: [..., points, 3] where ``points`` are, m.
            velocity: [..., coordinates] rad/s; digits press on each other when they have arrived, not while they pass.
            effort: Gives the share of the strength.
        """
        if not self.points or effort.resistance == 0.0:
            return np.zeros_like(velocity)
        apart = places[..., 1:, :] - places[..., :1, :]
        depth = (APART - np.sqrt(np.square(apart).sum(axis=-1))) / DEPTH
        pressed = np.minimum(np.maximum(depth, 0.0), 1.0)
        speed = np.sqrt(np.square(velocity) @ self._moved)
        force = effort.resistance * STRENGTH * pressed / (1.0 + np.square(speed / STILL))
        # The thumb is as strong as one finger and opposes the others together.
        moments: Array = force @ self._levers + force.max(axis=-1, keepdims=True) * self._thumb
        return moments
