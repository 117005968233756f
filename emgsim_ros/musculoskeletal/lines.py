"""What is drawn of a model: bones and muscles as lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .opensim_runtime import opensim

Array = NDArray[np.float64]

BONE_SUFFIX = "_bone"  # frames of this name carry a bone: a cylinder along their y axis


class FixedPoints:
    """Points fixed in frames, placed by one transform per frame (asking OpenSim point by point is slow).

    Args:
        points: (frame, place in it, m) of every point; the frames have to outlive this object.
    """

    def __init__(self, points: Sequence[tuple[opensim.PhysicalFrame, Sequence[float]]]) -> None:
        names = [frame.getAbsolutePathString() for frame, _ in points]
        distinct = dict(zip(names, (frame for frame, _ in points), strict=True))
        self._frames = list(distinct.values())
        order = {name: number for number, name in enumerate(distinct)}
        self._frame_of = np.array([order[name] for name in names], dtype=int)
        self._places = np.array([place for _, place in points], dtype=float).reshape(-1, 3)

    def in_ground(self, state: opensim.State) -> Array:
        """[points, 3] places in the ground frame, m."""
        turns, origins = np.empty((len(self._frames), 3, 3)), np.empty((len(self._frames), 3))
        for number, frame in enumerate(self._frames):
            transform = frame.getTransformInGround(state)
            turn, origins[number] = transform.R().asMat33(), _numbers(transform.p())
            turns[number] = [[turn.get(row, column) for column in range(3)] for row in range(3)]
        return np.einsum("pij,pj->pi", turns[self._frame_of], self._places) + origins[self._frame_of]


class ModelLines:
    """Bones and muscles of a model as lines in the ground frame.

    Args:
        model: A prepared model whose system is initialised; it has to outlive this object.
        muscles: Its muscles.
    """

    def __init__(self, model: opensim.Model, muscles: Sequence[opensim.Muscle]) -> None:
        self._bones = FixedPoints(_drawn_bones(model) or _bones_between_joints(model))
        self._muscles = muscles
        paths = {number: points for number, muscle in enumerate(muscles) if (points := _via_points(muscle))}
        self._via = FixedPoints([point for points in paths.values() for point in points])
        ends = np.cumsum([len(points) for points in paths.values()])
        self._slices = {
            number: slice(end - len(paths[number]), end) for number, end in zip(paths, ends.tolist(), strict=True)
        }

    def bones(self, state: opensim.State) -> Array:
        """[bones, 2, 3] ends of every bone, m."""
        return self._bones.in_ground(state).reshape(-1, 2, 3)

    def muscles(self, state: opensim.State) -> list[Array]:
        """Per muscle its path points [points, 3], m."""
        via = self._via.in_ground(state)
        return [
            via[self._slices[number]] if number in self._slices else _current_path(muscle, state)
            for number, muscle in enumerate(self._muscles)
        ]


def _via_points(muscle: opensim.Muscle) -> list[tuple[opensim.PhysicalFrame, list[float]]]:
    """Frames and places of a path of plain via points; nothing for paths that wrap or move."""
    path = opensim.GeometryPath.safeDownCast(muscle.get_path())
    if path is None or path.getWrapSet().getSize():
        return []
    points = path.getPathPointSet()
    fixed = [opensim.PathPoint.safeDownCast(points.get(i)) for i in range(points.getSize())]
    if any(point is None for point in fixed):
        return []
    return [(point.getParentFrame(), _numbers(point.get_location())) for point in fixed]


def _current_path(muscle: opensim.Muscle, state: opensim.State) -> Array:
    path = opensim.GeometryPath.safeDownCast(muscle.get_path())
    if path is None:  # a path given by functions has no places
        return np.zeros((0, 3))
    points = path.getCurrentPath(state)
    return np.array([_numbers(points.get(i).getLocationInGround(state)) for i in range(points.getSize())])


def _drawn_bones(model: opensim.Model) -> list[tuple[opensim.PhysicalFrame, list[float]]]:
    """Both ends of the cylinders that this package's builder puts on bones."""
    ends = []
    for component in model.getComponentsList():
        frame = opensim.PhysicalOffsetFrame.safeDownCast(component)
        if frame is not None and frame.getName().endswith(BONE_SUFFIX):
            half = opensim.Cylinder.safeDownCast(frame.get_attached_geometry(0)).get_half_height()
            ends += [(frame, [0.0, -half, 0.0]), (frame, [0.0, half, 0.0])]
    return ends


def _bones_between_joints(model: opensim.Model) -> list[tuple[opensim.PhysicalFrame, list[float]]]:
    """For models from elsewhere: a line in every body from its origin to the joints of its children."""
    ends = []
    joints = model.getJointSet()
    for number in range(joints.getSize()):
        frame = joints.get(number).getParentFrame()
        body = opensim.PhysicalFrame.safeDownCast(frame.findBaseFrame())
        if body.getName() != "ground":
            ends += [(body, [0.0, 0.0, 0.0]), (body, _numbers(frame.findTransformInBaseFrame().p()))]
    return ends


def _numbers(vector: opensim.Vec3) -> list[float]:
    return [vector.get(axis) for axis in range(3)]
