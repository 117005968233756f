"""The arrays that compiled forward dynamics reads, grouped by what they belong to."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...description import Description
from ...rigid_tendons import MuscleParameters
from ..compile import CompiledModel
from ..ground_contact import GroundContacts
from ..passive_forces import PassiveForces
from ..runtime import mujoco

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]


class Muscles(NamedTuple):
    """Parameters of the muscles, [muscles] each; see `MuscleParameters`. The tables are [muscles, steps + 1]."""

    force: Array
    optimal: Array
    slack: Array
    width: Array
    shortest: Array
    steepest: Array
    fastest: Array
    damper: Array
    rise: Array
    fall: Array
    active: Array
    passive: Array
    speed: Array


class Passive(NamedTuple):
    """Springs as matrices on the free coordinates, and stops: coordinate, slope, offset and parameters of each."""

    at_zero: Array
    stiffness: Array
    damping: Array
    coordinate: Numbers
    slope: Array
    offset: Array
    low: Array
    high: Array
    low_stiffness: Array
    high_stiffness: Array
    stop_damping: Array
    transition: Array


class Spheres(NamedTuple):
    """Contact spheres: bodies, centres in the bodies, and normals, points and [contacts, 11] parameters."""

    body: Numbers
    centre: Array
    normal: Array
    plane: Array
    parameters: Array


class Paths(NamedTuple):
    """Segments of muscle paths between two bodies: sites and bodies of both ends, and the muscle.

    The segments within one body have the total length ``constant`` [muscles] m.
    """

    first: Numbers
    last: Numbers
    first_body: Numbers
    last_body: Numbers
    muscle: Numbers
    constant: Array


class Crossings(NamedTuple):
    """Axes that turn only one of the two bodies of a path segment.

    ``sign`` is 1 if this is the body at the start of the segment, -1 at its end.
    """

    segment: Numbers
    axis: Numbers
    sign: Array


class Points(NamedTuple):
    """Points of bodies: body, and [points, 3] place in it, m."""

    body: Numbers
    place: Array


class System(NamedTuple):
    """A model and its data in MuJoCo, and views of what is read and written in them.

    ``order`` has the axis of each free coordinate; ``root`` and ``parent`` are those of each body, ``axis_body`` is the
    body of each axis.
    The others are MuJoCo's qpos, qvel, site_xpos, xpos, xmat, cvel, subtree_com and cdof.
    """

    model: int
    data: int
    order: Numbers
    root: Numbers
    parent: Numbers
    axis_body: Numbers
    qpos: Array
    qvel: Array
    site: Array
    place: Array
    turn: Array
    velocity: Array
    centre: Array
    axis: Array


def muscle_tables(parameters: MuscleParameters) -> Muscles:
    """Return the parameters of the muscles."""
    width = parameters.optimal_length * np.sin(parameters.pennation)
    fastest = parameters.optimal_length * parameters.fastest
    return Muscles(
        force=parameters.max_force,
        optimal=parameters.optimal_length,
        slack=parameters.slack_length,
        width=width,
        shortest=parameters.shortest_length,
        steepest=np.sqrt(1 - (width / parameters.shortest_length) ** 2),
        fastest=fastest,
        damper=parameters.max_force * parameters.damping / fastest,
        rise=parameters.rise,
        fall=parameters.fall,
        active=np.ascontiguousarray(parameters.active),
        passive=np.ascontiguousarray(parameters.passive),
        speed=np.ascontiguousarray(parameters.speed),
    )


def passive_tables(description: Description, forces: PassiveForces) -> Passive:
    """Return the springs and stops of a model whose laws are all linear."""
    stops = description.stops
    lines = [stop.law.line or (0.0, 0.0) for stop in stops]
    return Passive(
        at_zero=forces.at_zero,
        stiffness=np.ascontiguousarray(forces.stiffness),
        damping=np.ascontiguousarray(forces.damping),
        coordinate=np.array([stop.law.leader for stop in stops], dtype=np.int64),
        slope=np.array([slope for slope, _ in lines], dtype=float),
        offset=np.array([offset for _, offset in lines], dtype=float),
        low=np.array([stop.low for stop in stops], dtype=float),
        high=np.array([stop.high for stop in stops], dtype=float),
        low_stiffness=np.array([stop.low_stiffness for stop in stops], dtype=float),
        high_stiffness=np.array([stop.high_stiffness for stop in stops], dtype=float),
        stop_damping=np.array([stop.damping for stop in stops], dtype=float),
        transition=np.array([stop.transition for stop in stops], dtype=float),
    )


def sphere_tables(contacts: GroundContacts, bodies: Numbers, centres: Array) -> Spheres:
    """Return the contact spheres; ``bodies`` and ``centres`` are their MuJoCo bodies and places in them."""
    return Spheres(bodies, centres, contacts.normal, contacts.plane, contacts.parameters())


def path_tables(compiled: CompiledModel) -> Paths:
    """Return the segments of the muscle paths."""
    model = compiled.model
    segments, constant = [], np.zeros(len(compiled.sites))
    for muscle, sites in enumerate(compiled.sites):
        for first, last in pairwise(sites):
            bodies = model.site_bodyid[first], model.site_bodyid[last]
            if bodies[0] == bodies[1]:
                constant[muscle] += np.linalg.norm(model.site_pos[first] - model.site_pos[last])
            else:
                segments.append((first, last, *bodies, muscle))
    starts, ends, start_bodies, end_bodies, owners = np.array(segments, dtype=np.int64).reshape(-1, 5).T.copy()
    return Paths(starts, ends, start_bodies, end_bodies, owners, constant)


def crossing_tables(model: mujoco.MjModel, paths: Paths) -> Crossings:
    """Return the axes between the two bodies of every path segment."""
    moved_by: list[set[int]] = []  # axes that move each body
    for body in range(model.nbody):
        first, count = model.body_dofadr[body], model.body_dofnum[body]
        above = moved_by[model.body_parentid[body]] if body else set()
        moved_by.append(above | set(range(first, first + count)))
    found = [
        (segment, axis, 1 if axis in moved_by[start] else -1)
        for segment, (start, end) in enumerate(zip(paths.first_body, paths.last_body, strict=True))
        for axis in sorted(moved_by[start] ^ moved_by[end])
    ]
    segments, axes, signs = np.array(found, dtype=np.int64).reshape(-1, 3).T.copy()
    return Crossings(segments, axes, signs.astype(np.float64))


def system_of(model: mujoco.MjModel, data: mujoco.MjData, order: Numbers) -> System:
    """Return the model, its data and the views; the views are valid as long as the data."""
    return System(
        model=model._address,
        data=data._address,
        order=order.astype(np.int64),
        root=model.body_rootid.astype(np.int64),
        parent=model.body_parentid.astype(np.int64),
        axis_body=model.dof_bodyid.astype(np.int64),
        qpos=data.qpos,
        qvel=data.qvel,
        site=data.site_xpos,
        place=data.xpos,
        turn=data.xmat,
        velocity=data.cvel,
        centre=data.subtree_com,
        axis=data.cdof,
    )
