"""What a drive reads of a model in a pose, for many poses at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .engine import BodyPoint, MuscleModel
from .fibers import Fibers

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Mechanics:
    """The mechanics of a model in a sequence of poses.

    Attributes:
        fibers: The fibres; its arrays are [poses, muscles].
        arms: [poses, coordinates, muscles] moment arms, m.
        moments: [poses, coordinates] moments that the muscles must exert (`MuscleModel.moments_needed`), N m.
        places: [poses, points, 3] locations of points of bodies in the ground frame, m.
    """

    fibers: Fibers
    arms: Array
    moments: Array
    places: Array


class ManyPoses(Protocol):
    """Computes the mechanics of a model in many poses at once."""

    def mechanics(
        self, position: Array, velocity: Array, acceleration: Array, points: Sequence[BodyPoint]
    ) -> Mechanics:
        """Return the mechanics in each pose; the arguments are those of `mechanics`. The model keeps its own pose."""


def many_poses(model: MuscleModel) -> ManyPoses | None:
    """Return what computes the mechanics of a model in many poses at once; None if its engine cannot do this.

    An engine offers it by the attribute ``many_poses`` of its models.
    """
    found: ManyPoses | None = getattr(model, "many_poses", None)
    return found


def mechanics(
    model: MuscleModel, position: Array, velocity: Array, acceleration: Array, points: Sequence[BodyPoint]
) -> Mechanics:
    """Return the mechanics of a model in poses, one by one; the model remains in the last of them.

    Args:
        model: Any model.
        position, velocity, acceleration: [poses, coordinates] rad, rad/s and rad/s^2.
        points: Points of bodies.
    """
    fibers, arms, moments, places = [], [], [], []
    for angles, speeds, faster in zip(position, velocity, acceleration, strict=True):
        model.set_pose(angles, speeds)
        fibers.append(model.fibers())
        arms.append(model.moment_arms())
        moments.append(model.moments_needed(faster))
        places.append(model.places(points))
    return Mechanics(
        Fibers(
            np.array([one.length for one in fibers]),
            np.array([one.velocity for one in fibers]),
            np.array([one.active_force for one in fibers]),
            np.array([one.passive_force for one in fibers]),
        ),
        np.array(arms),
        np.array(moments),
        np.array(places),
    )
