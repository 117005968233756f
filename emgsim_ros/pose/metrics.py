"""Errors of estimated hand poses: angles, landmarks and smoothness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..files.resources import share_directory
from .angles import columns_of
from .kinematics import HandKinematics, load_hand_kinematics

Array = NDArray[np.float64]

MODEL = "forearm_hand"  # the model on whose hand landmarks are computed
FINGERS = ("thumb", "index", "middle", "ring", "pinky", "wrist")
CLASSES = {  # classes of joints, by the middle part of an angle's name
    "proximal": ("cmc", "mcp"),
    "mid": ("pip",),
    "distal": ("dip", "ip"),
}
MILLIMETRES = 1000.0


def load_model_hand() -> HandKinematics:
    """Return the kinematics of the hand of the forearm graph's model."""
    return load_hand_kinematics(share_directory() / "config" / "models" / MODEL)


class Landmarks(nn.Module):
    """Computes landmarks from joint angles that are given by name; all other angles of the hand are 0.

    Args:
        angle_names: [angles] names of the angles, as in sessions.

    Attributes:
        tips: Numbers of the fingertips among the landmarks.

    Raises:
        InvalidInput: An angle that the hand does not have.
    """

    def __init__(self, angle_names: tuple[str, ...]) -> None:
        super().__init__()
        self.kinematics: HandKinematics = load_model_hand()
        self._columns = torch.from_numpy(columns_of(angle_names, self.kinematics.coordinates))
        self.tips = [number for number, name in enumerate(self.kinematics.landmarks) if name.endswith("_tip")]

    def forward(self, angles: Tensor) -> Tensor:
        """Return [..., 21, 3] landmarks (m) of [..., angles] joint angles (rad)."""
        whole = angles.new_zeros(*angles.shape[:-1], len(self.kinematics.coordinates))
        whole[..., self._columns] = angles
        landmarks: Tensor = self.kinematics(whole)
        return landmarks


@dataclass(frozen=True)
class PoseErrors:
    """Errors over many windows.

    Attributes:
        angle: Mean absolute error of all angles, degrees.
        by_finger, by_class: The same for the angles of a finger (the wrist counts as one), and for a class of joints.
        landmark, fingertip: Mean distance of all landmarks and of the fingertips, mm.
        velocity, acceleration, jerk: Mean magnitude of the estimate's derivatives: rad/s, rad/s^2, rad/s^3.
    """

    angle: float
    by_finger: dict[str, float]
    by_class: dict[str, float]
    landmark: float
    fingertip: float
    velocity: float
    acceleration: float
    jerk: float

    def row(self) -> dict[str, float]:
        """Return all errors by name; the names contain the units."""
        return {
            "angle_mae_deg": self.angle,
            **{f"{name}_mae_deg": value for name, value in (*self.by_finger.items(), *self.by_class.items())},
            "landmark_mm": self.landmark,
            "fingertip_mm": self.fingertip,
            "velocity_rad_s": self.velocity,
            "acceleration_rad_s2": self.acceleration,
            "jerk_rad_s3": self.jerk,
        }


def pose_errors(estimate: Array, truth: Array, angle_names: tuple[str, ...], rate: float) -> PoseErrors:
    """Return the errors of [windows, angles, frames] angles (rad), with ``rate`` frames per second."""
    wrong = np.degrees(np.abs(estimate - truth)).mean(axis=(0, 2))
    distance, tip = _distances(estimate, truth, angle_names)
    speeds = [np.abs(np.diff(estimate, order, axis=2)).mean() * rate**order for order in (1, 2, 3)]
    joints = [name.split("_")[1] for name in angle_names]
    return PoseErrors(
        angle=float(wrong.mean()),
        by_finger={
            finger: _mean(wrong, [n.startswith(finger) for n in angle_names]) for finger in _present(angle_names)
        },
        by_class={name: _mean(wrong, [joint in middles for joint in joints]) for name, middles in CLASSES.items()},
        landmark=distance,
        fingertip=tip,
        velocity=float(speeds[0]),
        acceleration=float(speeds[1]),
        jerk=float(speeds[2]),
    )


def _present(angle_names: tuple[str, ...]) -> list[str]:
    return [finger for finger in FINGERS if any(name.startswith(finger) for name in angle_names)]


def _mean(wrong: Array, chosen: list[bool]) -> float:
    return float(wrong[chosen].mean()) if any(chosen) else float("nan")


@torch.inference_mode()
def _distances(estimate: Array, truth: Array, angle_names: tuple[str, ...]) -> tuple[float, float]:
    """Return the mean distance of all landmarks, and that of the fingertips, mm."""
    landmarks = Landmarks(angle_names)
    made, real = (
        landmarks(torch.from_numpy(np.asarray(one, dtype=np.float32).swapaxes(1, 2))) for one in (estimate, truth)
    )
    apart = (made - real).norm(dim=-1) * MILLIMETRES
    return float(apart.mean()), float(apart[..., landmarks.tips].mean())
