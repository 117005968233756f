"""Write an OpenSim model from tables of published numbers.

    emgsim model build config/models/forearm_hand

makes ``config/models/forearm_hand.osim``. The tables are the source, the .osim is their product; a test
builds it again and compares.

The first body is fixed to the ground; gravity points against z. In the forearm x points to the radial side (thumb), y
proximal (towards the elbow) and z dorsal: it lies on a table, palm down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from ..model_tables import BodyRow, BoneRow, CoordinateRow, ModelTables, MuscleRow, Point, read_tables
from .activation import ACTIVATION_TIME, DEACTIVATION_TIME
from .bones import BONE_COLOUR, BONE_SUFFIX
from .opensim_runtime import opensim, quiet_opensim

# Light fingers under strong muscles make the equations stiff: a floor under each principal inertia, kg m^2. With it
# Euler steps of 1.25 ms stay within 0.5 degrees of the exact motion (benchmarks/musculoskeletal.py).
INERTIA_FLOOR = 4e-4
# Passive moments are measured of whole joints (Kuo & Deshpande 2012: with the muscles in them), and the passive springs
# of the joints carry them; the fibres' own tension begins beyond the working range: strain at no and at maximal force.
PASSIVE_STRAIN = (0.25, 0.95)
BONE_RADIUS = 0.004  # m, drawn
GRAVITY = (0.0, 0.0, -9.80665)


def build_model(tables: ModelTables) -> opensim.Model:
    """The OpenSim model that the tables describe, ready to print."""
    model = opensim.Model()
    model.setName(tables.name)
    model.setGravity(opensim.Vec3(*GRAVITY))
    bodies = {row.name: _add_body(model, row) for row in tables.bodies}
    for bone in tables.bones:
        _draw_bone(bodies[bone.body], bone)
    base = tables.bodies[0].name
    model.addJoint(opensim.WeldJoint(f"{base}_to_ground", model.getGround(), bodies[base]))
    for body, rows in groupby(tables.coordinates, key=lambda row: row.body):
        _add_joint(model, bodies, body, list(rows))
    for coordinate in tables.coordinates:
        _add_passive_joint(model, coordinate)
    for muscle in tables.muscles:
        _add_muscle(model, bodies, muscle)
    model.finalizeConnections()
    _fit_missing_tendons(model, tables)
    return model


def _add_body(model: opensim.Model, row: BodyRow) -> opensim.Body:
    inertia = [max(value, INERTIA_FLOOR) for value in row.inertia]
    body = opensim.Body(row.name, row.mass, opensim.Vec3(*row.centre), opensim.Inertia(*inertia))
    model.addBody(body)
    return body


def _draw_bone(body: opensim.Body, bone: BoneRow) -> None:
    start, end = np.array(bone.start), np.array(bone.end)
    length = float(np.linalg.norm(end - start))
    x, y, z = (end - start) / length
    # An OpenSim cylinder lies along y. Turned by c about its z, then by a about the body's x, this axis is
    # (-sin c, cos c cos a, cos c sin a).
    rotation = opensim.Vec3(math.atan2(z, y), 0.0, math.atan2(-x, math.hypot(y, z)))
    frame = opensim.PhysicalOffsetFrame(
        f"{bone.name}{BONE_SUFFIX}", body, opensim.Transform(_rotation(rotation), opensim.Vec3(*((start + end) / 2)))
    )
    geometry = opensim.Cylinder(BONE_RADIUS, length / 2)
    geometry.setColor(opensim.Vec3(*BONE_COLOUR))
    frame.attachGeometry(geometry)
    body.addComponent(frame)


def _rotation(angles: opensim.Vec3) -> opensim.Rotation:
    turn = opensim.Rotation()
    turn.setRotationToBodyFixedXYZ(angles)
    return turn


def _add_joint(
    model: opensim.Model, bodies: dict[str, opensim.Body], body: str, coordinates: list[CoordinateRow]
) -> None:
    spatial = opensim.SpatialTransform()
    for number, axis in enumerate(_three_axes([row.axis for row in coordinates])):
        transform = spatial.updTransformAxis(number)
        transform.setAxis(opensim.Vec3(*axis))
        if number < len(coordinates):
            transform.setCoordinateNames(opensim.ArrayStr(coordinates[number].name, 1))
            transform.set_function(opensim.LinearFunction(1.0, 0.0))
        else:
            transform.set_function(opensim.Constant(0.0))
    parent, origin = coordinates[0].parent, opensim.Vec3(*coordinates[0].origin)
    zero = opensim.Vec3(0)
    joint = opensim.CustomJoint(f"{body}_joint", bodies[parent], origin, zero, bodies[body], zero, zero, spatial)
    joint.finalizeFromProperties()  # before this a CustomJoint has no coordinates, and asking crashes
    for number, row in enumerate(coordinates):
        coordinate = joint.upd_coordinates(number)
        coordinate.setName(row.name)
        coordinate.setRangeMin(math.radians(row.low))
        coordinate.setRangeMax(math.radians(row.high))
        coordinate.setDefaultValue(math.radians(row.rest))
        coordinate.setDefaultClamped(False)
    model.addJoint(joint)


def _three_axes(axes: list[Point]) -> Iterator[np.ndarray]:
    """The given rotation axes, filled up to three that are linearly independent, as OpenSim wants them."""
    chosen = [np.array(axis) for axis in axes]
    if len(chosen) == 1:
        helper = np.eye(3)[np.argmin(np.abs(chosen[0]))]
        chosen.append(np.cross(chosen[0], helper))
    if len(chosen) == 2:
        chosen.append(np.cross(chosen[0], chosen[1]))
    yield from (axis / np.linalg.norm(axis) for axis in chosen)


def _add_passive_joint(model: opensim.Model, row: CoordinateRow) -> None:
    spring = opensim.SpringGeneralizedForce(row.name)
    spring.setName(f"{row.name}_passive")
    spring.setStiffness(row.stiffness)
    spring.setRestLength(math.radians(row.rest))
    spring.setViscosity(row.damping)
    model.addForce(spring)


def _add_muscle(model: opensim.Model, bodies: dict[str, opensim.Body], row: MuscleRow) -> None:
    slack = row.tendon_slack_length if row.tendon_slack_length is not None else row.optimal_fiber_length
    muscle = opensim.Millard2012EquilibriumMuscle(
        row.name, row.max_isometric_force, row.optimal_fiber_length, slack, row.pennation
    )
    muscle.set_ignore_tendon_compliance(True)
    muscle.set_minimum_activation(0.0)
    muscle.setMinControl(0.0)
    passive = muscle.upd_FiberForceLengthCurve()
    passive.set_strain_at_zero_force(PASSIVE_STRAIN[0])
    passive.set_strain_at_one_norm_force(PASSIVE_STRAIN[1])
    muscle.setActivationTimeConstant(ACTIVATION_TIME)
    muscle.setDeactivationTimeConstant(DEACTIVATION_TIME)
    for number, (body, point) in enumerate(row.path, 1):
        muscle.addNewPathPoint(f"{row.name}-P{number}", bodies[body], opensim.Vec3(*point))
    model.addForce(muscle)


def _fit_missing_tendons(model: opensim.Model, tables: ModelTables) -> None:
    """Give muscles without a tendon slack length the one that centres their fibres' range on the optimal length."""
    missing = [row for row in tables.muscles if row.tendon_slack_length is None]
    if not missing:
        return
    shortest, longest = _path_ranges(model.clone(), tables)
    for row in missing:
        middle = (shortest[row.name] + longest[row.name]) / 2
        slack = middle - row.optimal_fiber_length * math.cos(row.pennation)
        model.getMuscles().get(row.name).setTendonSlackLength(round(slack, 5))


def _path_ranges(model: opensim.Model, tables: ModelTables) -> tuple[dict[str, float], dict[str, float]]:
    """Shortest and longest path of every muscle (m): each joint at the end of its range that shortens it, or not."""
    state = model.initSystem()
    coordinates, muscles = model.getCoordinateSet(), model.getMuscles()

    def lengths(pose: dict[str, float]) -> dict[str, float]:
        for name, angle in pose.items():
            coordinates.get(name).setValue(state, math.radians(angle), False)
        model.realizePosition(state)
        return {row.name: muscles.get(row.name).getLength(state) for row in tables.muscles}

    middle = {row.name: (row.low + row.high) / 2 for row in tables.coordinates}
    ends = {row.name: [lengths(middle | {row.name: end}) for end in (row.low, row.high)] for row in tables.coordinates}
    shortest, longest = {}, {}
    for muscle in tables.muscles:
        short = {
            c.name: min((ends[c.name][i][muscle.name], e) for i, e in enumerate((c.low, c.high)))[1]
            for c in tables.coordinates
        }
        long = {
            c.name: max((ends[c.name][i][muscle.name], e) for i, e in enumerate((c.low, c.high)))[1]
            for c in tables.coordinates
        }
        shortest[muscle.name], longest[muscle.name] = lengths(short)[muscle.name], lengths(long)[muscle.name]
    return shortest, longest


def write_model(folder: Path) -> Path:
    """Write the model of a table folder beside it.

    Returns:
        The .osim file.

    Raises:
        InvalidInput: A table is missing or broken.
    """
    quiet_opensim()
    target = folder.with_suffix(".osim")
    build_model(read_tables(folder)).printToXML(str(target))
    return target
