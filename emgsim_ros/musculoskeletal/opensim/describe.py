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
from .path_functions import other_paths, path_function
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
    reject_other_paths(model)
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
        functions={
            number: function
            for number, muscle in enumerate(muscles)
            if (function := path_function(muscle, laws)) is not None
        },
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


def reject_other_paths(model: opensim.Model) -> None:
    """Reject muscle paths that are neither via points nor polynomials, and name the element."""
    for muscle, element in other_paths(model):
        expected = (
            "path points fixed in bodies, or a polynomial; `emgsim model convert` fits polynomials to other paths"
        )
        raise InvalidInput(f"model: path of the muscle {muscle.getName()!r}", element, expected)


def _reject_prescribed(model: opensim.Model) -> None:
    """Reject coordinates that are functions of time, and name the coordinate."""
    coordinates = model.getCoordinateSet()
    for number in range(coordinates.getSize()):
        if coordinates.get(number).getDefaultIsPrescribed():
            name = coordinates.get(number).getName()
            raise InvalidInput("model: prescribed coordinate", name, "coordinates that are free, coupled or locked")
