"""Describe the bodies and joints of an OpenSim model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..description import GROUND, Axis, BodyPart, Placement
from ..law import Law, composed, line
from .fixed_points import numbers_of
from .joints import law_of
from .runtime import opensim

Array = NDArray[np.float64]

X, Y, Z = np.eye(3)
# Rotations (True) and translations of the joints with one coordinate per axis, in the order of the coordinates.
SIMPLE = {
    "PinJoint": [(Z, True)],
    "SliderJoint": [(X, False)],
    "UniversalJoint": [(X, True), (Y, True)],
    "GimbalJoint": [(X, True), (Y, True), (Z, True)],
    "PlanarJoint": [(Z, True), (X, False), (Y, False)],
}
JOINTS = "WeldJoint, CustomJoint, " + ", ".join(SIMPLE)


def known_joint(joint: opensim.Joint) -> bool:
    """Return whether a joint is of a type that a description covers."""
    return joint.getConcreteClassName() in ("WeldJoint", "CustomJoint", *SIMPLE)


def describe_bodies(model: opensim.Model, laws: Mapping[str, Law]) -> tuple[BodyPart, ...]:
    """Return the bodies of a model, every body after its parent.

    Args:
        model: The model; its system is initialised.
        laws: Every coordinate as a function of the free ones, by name.

    Raises:
        InvalidInput: A joint of another type, or bodies and joints that are no tree from the ground.
    """
    joints = model.getJointSet()
    waiting: dict[str, opensim.Joint] = {}
    for number in range(joints.getSize()):
        joint = joints.get(number)
        body = _base(joint.getChildFrame()).getName()
        if body in waiting or body == GROUND:
            raise InvalidInput(
                "model: joint", joint.getName(), f"one joint with the child body {body}, which is a tree"
            )
        waiting[body] = joint
    return tuple(_part(model, body, joint, laws) for body, joint in _from_the_ground(model, waiting))


def _from_the_ground(model: opensim.Model, waiting: dict[str, opensim.Joint]) -> list[tuple[str, opensim.Joint]]:
    for index in range(model.getBodySet().getSize()):
        name = model.getBodySet().get(index).getName()
        if name not in waiting:
            raise InvalidInput("model: body", name, "a body that is the child of a joint")
    reached, order = {GROUND}, []
    while waiting:
        ready = [body for body, joint in waiting.items() if _base(joint.getParentFrame()).getName() in reached]
        if not ready:
            raise InvalidInput(
                "model: joint", next(iter(waiting.values())).getName(), "a tree of joints from the ground"
            )
        for body in ready:
            order.append((body, waiting.pop(body)))
            reached.add(body)
    return order


def _part(model: opensim.Model, name: str, joint: opensim.Joint, laws: Mapping[str, Law]) -> BodyPart:
    body = model.getBodySet().get(name)
    xx, yy, zz, xy, xz, yz = (body.get_inertia().get(number) for number in range(6))
    return BodyPart(
        name=name,
        parent=_base(joint.getParentFrame()).getName(),
        mass=body.getMass(),
        centre=np.array(numbers_of(body.getMassCenter())),
        inertia=np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]),
        in_parent=_placement(joint.getParentFrame()),
        in_body=_placement(joint.getChildFrame()),
        axes=_axes(joint, laws),
    )


def _base(frame: opensim.PhysicalFrame) -> opensim.Frame:
    return frame.findBaseFrame()


def _placement(frame: opensim.PhysicalFrame) -> Placement:
    transform = frame.findTransformInBaseFrame()
    turn = transform.R().asMat33()
    matrix = np.array([[turn.get(row, column) for column in range(3)] for row in range(3)])
    return Placement(matrix, np.array(numbers_of(transform.p())))


def _axes(joint: opensim.Joint, laws: Mapping[str, Law]) -> tuple[Axis, ...]:
    kind = joint.getConcreteClassName()
    if kind == "WeldJoint":
        axes = []
    elif kind == "CustomJoint":
        axes = _custom_axes(joint, laws)
    elif kind in SIMPLE:
        names = [joint.get_coordinates(number).getName() for number in range(joint.numCoordinates())]
        axes = [
            Axis(direction, rotates, laws[name]) for name, (direction, rotates) in zip(names, SIMPLE[kind], strict=True)
        ]
    else:
        raise InvalidInput(f"model: joint {joint.getName()!r}", kind, f"one of {JOINTS}")
    return tuple(sorted(axes, key=lambda axis: axis.rotates))  # translations are along axes of the parent's frame


def _custom_axes(joint: opensim.Joint, laws: Mapping[str, Law]) -> list[Axis]:
    """Return the axes of a joint that is given by functions; axes that are always 0 are omitted."""
    spatial = opensim.CustomJoint.safeDownCast(joint).getSpatialTransform()
    axes = []
    for number in range(6):
        transform = spatial.getTransformAxis(number)
        law = _law_of_axis(joint, transform, laws)
        if law.line != (0.0, 0.0):
            direction = np.array(numbers_of(transform.getAxis()))
            axes.append(Axis(direction / np.linalg.norm(direction), number < 3, law))
    return axes


def _law_of_axis(joint: opensim.Joint, axis: opensim.TransformAxis, laws: Mapping[str, Law]) -> Law:
    names = axis.getCoordinateNamesInArray()
    function = axis.getFunction()
    if names.getSize() > 1:
        every = ", ".join(names.get(number) for number in range(names.getSize()))
        raise InvalidInput(f"model: joint {joint.getName()!r}: function of", every, "functions of one coordinate")
    if names.getSize() == 0 or opensim.Constant.safeDownCast(function) is not None:
        return line(0, 0.0, function.calcValue(opensim.Vector(1, 0.0)))
    return composed(law_of(function, 0), laws[names.get(0)])
