"""Build a MuJoCo model from the description of a musculoskeletal model.

The frame of a MuJoCo body is the frame of its joint, so that all axes of the joint pass through its origin. Via points
become sites, and muscle paths become spatial tendons: MuJoCo computes their lengths and moment arms. Forces are no part
of the MuJoCo model; they are computed beside it, by the same formulas as in OpenSim.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..description import GROUND, BodyPart, BodyPlace, Description, Placement
from ..law import Followers
from .runtime import mujoco

Array = NDArray[np.float64]

LIGHTEST = 1e-9  # kg and kg m^2; MuJoCo rejects moving bodies without mass, which OpenSim accepts
AT_ORIGIN = Placement(np.eye(3), np.zeros(3))


@dataclass(frozen=True)
class CompiledModel:
    """A MuJoCo model and where to find what in it.

    Attributes:
        model: The MuJoCo model.
        frames: The frame of each body of the description in the frame of the MuJoCo body, as number and placement.
        axes: The degrees of freedom of the MuJoCo model as functions of the free coordinates.
        sites: The sites of each muscle path, in the order of the path.
    """

    model: mujoco.MjModel
    frames: dict[str, tuple[int, Placement]]
    axes: Followers
    sites: tuple[NDArray[np.int64], ...]

    def local(self, point: BodyPlace) -> tuple[int, Array]:
        """Return the number of the MuJoCo body and the place in its frame ([3] m) of a point of a body."""
        number, frame = self.frames[point.body]
        return number, frame.local(point.place)


def compile_model(description: Description) -> CompiledModel:
    """Build the MuJoCo model.

    Raises:
        InvalidInput: MuJoCo rejects the model, for example because of an inertia that no body can have.
    """
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    spec.option.gravity = description.gravity
    bodies = {GROUND: spec.worldbody}
    placements = {GROUND: AT_ORIGIN}
    for part in description.bodies:
        bodies[part.name] = _add_body(bodies[part.parent], placements[part.parent], part)
        placements[part.name] = part.in_body
    for name, path in zip(description.muscles, description.paths, strict=True):
        if not path:
            continue  # its length is a function
        tendon = spec.add_tendon(name=name)
        for number, point in enumerate(path):
            site = f"{name} {number}"
            bodies[point.body].add_site(name=site, pos=placements[point.body].local(point.place))
            tendon.wrap_site(site)
    try:
        model = spec.compile()
    except ValueError as error:
        raise InvalidInput("model", str(error).splitlines()[0], "a model that MuJoCo accepts") from None
    return _indexed(description, model, placements)


def _add_body(parent: mujoco.MjsBody, parent_frame: Placement, part: BodyPart) -> mujoco.MjsBody:
    body = parent.add_body(name=part.name)
    body.pos = parent_frame.local(part.in_parent.origin)
    body.quat = _quaternion(parent_frame.turn.T @ part.in_parent.turn)
    turn = part.in_body.turn
    inertia = turn.T @ part.inertia @ turn
    if np.linalg.eigvalsh(inertia).min() < LIGHTEST:
        inertia = inertia + LIGHTEST * np.eye(3)
    body.explicitinertial = True
    body.mass = max(part.mass, LIGHTEST)
    body.ipos = part.in_body.local(part.centre)
    body.fullinertia = inertia[[0, 1, 2, 0, 0, 1], [0, 1, 2, 1, 2, 2]]
    for number, axis in enumerate(part.axes):
        kind = mujoco.mjtJoint.mjJNT_HINGE if axis.rotates else mujoco.mjtJoint.mjJNT_SLIDE
        body.add_joint(name=f"{part.name} {number}", type=kind, axis=axis.direction)
    return body


def _quaternion(turn: Array) -> Array:
    quaternion = np.zeros(4)
    mujoco.mju_mat2Quat(quaternion, turn.ravel())
    return quaternion


def _indexed(description: Description, model: mujoco.MjModel, placements: dict[str, Placement]) -> CompiledModel:
    frames = {name: (0 if name == GROUND else model.body(name).id, place) for name, place in placements.items()}
    laws = {
        model.joint(f"{p.name} {n}").dofadr[0]: axis.law for p in description.bodies for n, axis in enumerate(p.axes)
    }
    axes = Followers([laws[number] for number in range(model.nv)], len(description.coordinates))
    sites = tuple(
        np.array([model.site(f"{name} {number}").id for number in range(len(path))], dtype=int)
        for name, path in zip(description.muscles, description.paths, strict=True)
    )
    return CompiledModel(model, frames, axes, sites)
