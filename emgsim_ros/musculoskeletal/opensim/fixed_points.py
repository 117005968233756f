"""Points that are fixed in the bodies of a model, all transformed at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .runtime import opensim
from .transforms import BodyTransforms

Array = NDArray[np.float64]
FramePoint = tuple[opensim.PhysicalFrame, Sequence[float]]  # a frame and a point in it (m)


class FixedPoints:
    """Points in bodies, placed by one transform per body, because calling OpenSim for every point is slow.

    Args:
        points: Frame and coordinates (m) of every point; the frames have to outlive this object.

    Attributes:
        body: [points] number of each point's body in the multibody system.
    """

    def __init__(self, points: Sequence[FramePoint]) -> None:
        bodies = [opensim.PhysicalFrame.safeDownCast(frame.findBaseFrame()) for frame, _ in points]
        self.body = np.array([int(body.getMobilizedBodyIndex()) for body in bodies], dtype=int)
        _, first, self._place_of = np.unique(self.body, return_index=True, return_inverse=True)
        self._transforms = BodyTransforms([bodies[index] for index in first])
        self._local = np.array([in_body(frame, place) for frame, place in points]).reshape(-1, 3)

    def in_ground(self, state: opensim.State) -> tuple[Array, Array]:
        """Return the points, and the points less the origin of their body, in the ground frame, [points, 3] m each."""
        turns, origins = self._transforms.read(state)
        offsets = np.einsum("pij,pj->pi", turns[self._place_of], self._local)
        return origins[self._place_of] + offsets, offsets


def via_points(muscle: opensim.Muscle) -> list[FramePoint]:
    """Return the via points of a muscle path; an empty list if the path wraps, moves or is given by functions."""
    path = opensim.GeometryPath.safeDownCast(muscle.get_path())
    if path is None or path.getWrapSet().getSize():
        return []
    points = path.getPathPointSet()
    every = [points.get(i) for i in range(points.getSize())]
    if any(point.getConcreteClassName() != "PathPoint" for point in every):  # conditional points derive from PathPoint
        return []
    fixed = [opensim.PathPoint.safeDownCast(point) for point in every]
    return [(point.getParentFrame(), numbers_of(point.get_location())) for point in fixed]


def numbers_of(vector: opensim.Vec3) -> list[float]:
    """Return the three components of an OpenSim vector."""
    return [vector.get(axis) for axis in range(3)]


def in_body(frame: opensim.PhysicalFrame, place: Sequence[float]) -> list[float]:
    """Return a point of a frame (m) in the frame of its body."""
    return numbers_of(frame.findTransformInBaseFrame().shiftFrameStationToBase(opensim.Vec3(*place)))
