"""Write an OpenSim model from tables of published numbers.

    emgsim model build config/models/forearm_hand

writes ``config/models/forearm_hand.osim``. The tables are the source and the .osim file is generated from them; a
test generates it again and compares the two.

The first body is fixed to the ground; gravity acts against z. In the forearm model x points to the radial side (thumb),
y proximally (towards the elbow) and z dorsally: the forearm lies on a table, palm down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from ...files.model_tables import (
    BodyRow,
    BoneRow,
    ContactRow,
    CoordinateRow,
    ModelTables,
    MuscleRow,
    Point,
    read_tables,
)
from ..activation import ACTIVATION_TIME, DEACTIVATION_TIME
from .bones import BONE_COLOUR, BONE_SUFFIX
from .runtime import opensim, quiet_opensim
from .segments import segment

# Light fingers with strong muscles make the equations stiff, so each principal inertia has a lower limit, kg m^2. With
# it Euler steps of 1.25 ms stay within 0.5 degrees of the exact motion (benchmarks/musculoskeletal.py).
INERTIA_FLOOR = 4e-4
# Passive moments are measured on whole joints including their muscles (Kuo & Deshpande 2012) and are modelled by the
# passive springs of the joints. The passive fibre tension therefore begins beyond the working range: fibre strain at
# zero and at maximal isometric force.
PASSIVE_STRAIN = (0.25, 0.95)
BONE_RADIUS = 0.004  # m, of the drawn cylinder
GRAVITY = (0.0, 0.0, -9.80665)
# Contact of the feet with the ground (Serrancoli et al. 2019, but softer, so that Euler steps of half a millisecond are
# stable): plane strain modulus (N/m2), dissipation (s/m), friction coefficients (static, dynamic, viscous) and the
# transition velocity (m/s), at which friction is fully developed.
CONTACT_STIFFNESS, CONTACT_DISSIPATION = 2e6, 2.0
STOP_DAMPING, STOP_TRANSITION = 0.01, 5.0  # s; degrees over which the stiffness of a stop sets in
FRICTION, FRICTION_SPEED = (0.8, 0.8, 0.5), 0.2


def build_model(tables: ModelTables, real_inertia: bool = False) -> opensim.Model:
    """Return the OpenSim model that the tables describe.

    Args:
        tables: The tables.
        real_inertia: Whether bodies have the inertia of their segments (`segments`) instead of at least
            `INERTIA_FLOOR`. The forward dynamics of light fingers then needs an implicit method, which the engine
            mujoco has.
    """
    model = opensim.Model()
    model.setName(tables.name)
    model.setGravity(opensim.Vec3(*GRAVITY))
    bodies = {row.name: _add_body(model, row, tables.bones if real_inertia else None) for row in tables.bodies}
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
    if tables.contacts:
        _add_ground(model, bodies, tables.contacts)
    model.finalizeConnections()
    _fit_missing_tendons(model, tables)
    return model


def _add_body(model: opensim.Model, row: BodyRow, bones: Sequence[BoneRow] | None) -> opensim.Body:
    """Add a body, with the inertia of its segment around the ``bones`` of the model, or with the least inertia."""
    centre, inertia = row.centre, opensim.Inertia(*(max(value, INERTIA_FLOOR) for value in row.inertia))
    if bones is not None:
        own = segment(row, [bone for bone in bones if bone.body == row.name])
        (xx, xy, xz), (_, yy, yz), (_, _, zz) = own.inertia.tolist()
        centre, inertia = tuple(own.centre.tolist()), opensim.Inertia(xx, yy, zz, xy, xz, yz)
    body = opensim.Body(row.name, row.mass, opensim.Vec3(*centre), inertia)
    model.addBody(body)
    return body


def _draw_bone(body: opensim.Body, bone: BoneRow) -> None:
    start, end = np.array(bone.start), np.array(bone.end)
    length = float(np.linalg.norm(end - start))
    x, y, z = (end - start) / length
    # An OpenSim cylinder lies along y. After a rotation by c about its z axis and by a about the body's x axis, this
    # axis is (-sin c, cos c cos a, cos c sin a).
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
    turns = [row for row in coordinates if row.kind == "rotation"]
    for number, axis in enumerate(_three_axes([row.axis for row in turns])):
        _set_axis(spatial.updTransformAxis(number), axis, turns[number].name if number < len(turns) else "")
    slides = [row for row in coordinates if row.kind == "translation"]
    if slides:
        for number, axis in enumerate(_three_axes([row.axis for row in slides])):
            _set_axis(spatial.updTransformAxis(3 + number), axis, slides[number].name if number < len(slides) else "")
    parent, origin = coordinates[0].parent, opensim.Vec3(*coordinates[0].origin)
    zero = opensim.Vec3(0)
    joint = opensim.CustomJoint(f"{body}_joint", bodies[parent], origin, zero, bodies[body], zero, zero, spatial)
    joint.finalizeFromProperties()  # before this a CustomJoint has no coordinates, and access to them crashes
    for number, row in enumerate(coordinates):
        coordinate = joint.upd_coordinates(number)
        coordinate.setName(row.name)
        coordinate.setRangeMin(_si(row, row.low))
        coordinate.setRangeMax(_si(row, row.high))
        coordinate.setDefaultValue(_si(row, row.rest))
        coordinate.setDefaultClamped(False)
    model.addJoint(joint)


def _si(row: CoordinateRow, value: float) -> float:
    """Convert a value of the table to SI units: degrees to rad; metres are unchanged."""
    return math.radians(value) if row.kind == "rotation" else value


def _set_axis(transform: opensim.TransformAxis, axis: np.ndarray, coordinate: str) -> None:
    """Set the axis and the coordinate of a joint transform; without a coordinate it is constant zero."""
    transform.setAxis(opensim.Vec3(*axis))
    if coordinate:
        transform.setCoordinateNames(opensim.ArrayStr(coordinate, 1))
        transform.set_function(opensim.LinearFunction(1.0, 0.0))
    else:
        transform.set_function(opensim.Constant(0.0))


def _three_axes(axes: list[Point]) -> Iterator[np.ndarray]:
    """Yield the given axes, completed to three linearly independent unit vectors, which OpenSim requires."""
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
    spring.setRestLength(_si(row, row.rest))
    spring.setViscosity(row.damping)
    model.addForce(spring)
    if row.stop is not None:
        damping = STOP_DAMPING * row.stop
        stop = opensim.CoordinateLimitForce(row.name, row.high, row.stop, row.low, row.stop, damping, STOP_TRANSITION)
        stop.setName(f"{row.name}_stop")
        model.addForce(stop)


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


def _add_ground(model: opensim.Model, bodies: dict[str, opensim.Body], contacts: tuple[ContactRow, ...]) -> None:
    """Add the ground plane z = 0 and the contact spheres that it supports."""
    down = opensim.Vec3(0.0, math.pi / 2, 0.0)  # a half space fills x > 0 of its frame; rotated, it fills z < 0
    floor = opensim.ContactHalfSpace(opensim.Vec3(0), down, model.getGround(), "floor")
    model.addContactGeometry(floor)
    for row in contacts:
        ball = opensim.ContactSphere(row.radius, opensim.Vec3(*row.centre), bodies[row.body], row.name)
        model.addContactGeometry(ball)
        force = opensim.SmoothSphereHalfSpaceForce(f"{row.name}_contact", ball, floor)
        force.set_stiffness(CONTACT_STIFFNESS)
        force.set_dissipation(CONTACT_DISSIPATION)
        static, dynamic, viscous = FRICTION
        force.set_static_friction(static)
        force.set_dynamic_friction(dynamic)
        force.set_viscous_friction(viscous)
        force.set_transition_velocity(FRICTION_SPEED)
        model.addForce(force)


def _fit_missing_tendons(model: opensim.Model, tables: ModelTables) -> None:
    """Set missing tendon slack lengths so that the range of the fibre length is centred on the optimal length."""
    missing = [row for row in tables.muscles if row.tendon_slack_length is None]
    if not missing:
        return
    shortest, longest = _path_ranges(model.clone(), tables)
    for row in missing:
        middle = (shortest[row.name] + longest[row.name]) / 2
        slack = middle - row.optimal_fiber_length * math.cos(row.pennation)
        model.getMuscles().get(row.name).setTendonSlackLength(round(slack, 5))


def _path_ranges(model: opensim.Model, tables: ModelTables) -> tuple[dict[str, float], dict[str, float]]:
    """Return the shortest and the longest path of every muscle (m).

    Each joint is at the end of its range that gives the shorter (the longer) path with all other joints at mid-range.
    """
    rows = [(row.name, _si(row, row.low), _si(row, row.high)) for row in tables.coordinates]
    state = model.initSystem()
    coordinates, muscles = model.getCoordinateSet(), model.getMuscles()

    def lengths(pose: dict[str, float]) -> dict[str, float]:
        for name, angle in pose.items():
            coordinates.get(name).setValue(state, angle, False)
        model.realizePosition(state)
        return {row.name: muscles.get(row.name).getLength(state) for row in tables.muscles}

    middle = {name: (low + high) / 2 for name, low, high in rows}
    ends = {name: [lengths(middle | {name: end}) for end in (low, high)] for name, low, high in rows}
    shortest, longest = {}, {}
    for muscle in tables.muscles:
        short = {
            name: min((ends[name][i][muscle.name], e) for i, e in enumerate((low, high)))[1] for name, low, high in rows
        }
        long = {
            name: max((ends[name][i][muscle.name], e) for i, e in enumerate((low, high)))[1] for name, low, high in rows
        }
        shortest[muscle.name], longest[muscle.name] = lengths(short)[muscle.name], lengths(long)[muscle.name]
    return shortest, longest


def write_model(folder: Path, output: Path | None = None, real_inertia: bool = False) -> Path:
    """Build the model of a folder of tables and write it.

    Args:
        folder: Folder of the tables.
        output: The .osim file; by default next to the folder.
        real_inertia: See `build_model`.

    Returns:
        Path of the .osim file.

    Raises:
        InvalidInput: A table is missing or malformed.
    """
    quiet_opensim()
    target = output or folder.with_suffix(".osim")
    build_model(read_tables(folder), real_inertia).printToXML(str(target))
    return target
