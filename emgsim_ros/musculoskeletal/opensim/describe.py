"""Describe the model of an .osim file for other engines."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...errors import InvalidInput
from ..description import BodyPlace, Description, FreeCoordinate
from .bones import bone_points
from .describe_bodies import describe_bodies
from .describe_forces import describe_contacts, describe_springs, describe_stops, reject_other_forces
from .fibers import muscle_parameters
from .fixed_points import FramePoint, in_body, numbers_of, via_points
from .joints import ROTATIONAL, Joints
from .preparation import read_model, shorten_paths
from .runtime import opensim


def describe(path: Path, short_paths: bool = False) -> Description:
    """Read the model of an .osim file.

    Args:
        path: The file.
        short_paths: Whether path points that do not affect the motion are omitted; see `shorten_paths`.

    Raises:
        InvalidInput: OpenSim cannot read the file, or the model contains an element that the description does not
            cover; the message names the element.
    """
    model = read_model(path)
    _reject_wrapping(model)
    _reject_prescribed(model)
    if short_paths:
        shorten_paths(model)
    joints = Joints(model)
    model.initSystem()
    laws = joints.laws()
    reject_other_forces(model)
    muscle_set = model.getMuscles()
    muscles = [
        opensim.Millard2012EquilibriumMuscle.safeDownCast(muscle_set.get(i)) for i in range(muscle_set.getSize())
    ]
    bones = [_place(point) for point in bone_points(model)]
    return Description(
        gravity=np.array(numbers_of(model.getGravity())),
        bodies=describe_bodies(model, laws),
        coordinates=tuple(_coordinate(coordinate) for coordinate in joints.free),
        springs=describe_springs(model, laws),
        stops=describe_stops(model, laws),
        contacts=describe_contacts(model),
        muscles=tuple(muscle.getName() for muscle in muscles),
        paths=tuple(tuple(_place(point) for point in via_points(muscle)) for muscle in muscles),
        fibers=muscle_parameters(muscles),
        bones=tuple(zip(bones[::2], bones[1::2], strict=True)),
    )


def _coordinate(coordinate: opensim.Coordinate) -> FreeCoordinate:
    return FreeCoordinate(
        name=coordinate.getName(),
        low=coordinate.getRangeMin(),
        high=coordinate.getRangeMax(),
        rest=coordinate.getDefaultValue(),
        rotates=coordinate.getMotionType() == ROTATIONAL,
    )


def _place(point: FramePoint) -> BodyPlace:
    frame, place = point
    return BodyPlace(frame.findBaseFrame().getName(), np.array(in_body(frame, place)))


def _reject_wrapping(model: opensim.Model) -> None:
    """Reject muscle paths that are not via points, and name the element."""
    muscles = model.getMuscles()
    for number in range(muscles.getSize()):
        muscle = muscles.get(number)
        if via_points(muscle):
            continue
        element = _other_element(opensim.GeometryPath.safeDownCast(muscle.get_path()), muscle)
        raise InvalidInput(f"model: path of the muscle {muscle.getName()!r}", element, "path points fixed in bodies")


def _other_element(path: opensim.GeometryPath | None, muscle: opensim.Muscle) -> str:
    if path is None:
        return str(muscle.get_path().getConcreteClassName())
    points = path.getPathPointSet()
    for index in range(points.getSize()):
        kind = points.get(index).getConcreteClassName()
        if kind != "PathPoint":
            return f"{kind} {points.get(index).getName()}"
    return f"PathWrap on {path.getWrapSet().get(0).getWrapObjectName()}"


def _reject_prescribed(model: opensim.Model) -> None:
    """Reject coordinates that are functions of time, and name the coordinate."""
    coordinates = model.getCoordinateSet()
    for number in range(coordinates.getSize()):
        if coordinates.get(number).getDefaultIsPrescribed():
            name = coordinates.get(number).getName()
            raise InvalidInput("model: prescribed coordinate", name, "coordinates that are free, coupled or locked")
