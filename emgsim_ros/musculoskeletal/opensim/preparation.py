"""Preparation of any OpenSim model for real time: rigid tendons, muscles of one class, no controllers.

Models of other origin have elastic tendons, which require stiff integration, and muscles of older classes, whose
tendons cannot be made rigid. All muscles therefore become Millard muscles (Millard et al. 2013) with rigid tendons and
with the same force, fibre, tendon and path.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from .fixed_points import via_points
from .runtime import opensim, quiet_opensim


def open_model(path: Path) -> opensim.Model:
    """Read the model of an .osim file as it is; its system is not initialised yet.

    Raises:
        InvalidInput: The file is missing, or OpenSim cannot read it.
    """
    if not path.is_file():
        raise InvalidInput("model file", str(path), "an existing .osim file")
    quiet_opensim()
    try:
        model = opensim.Model(str(path))
        model.finalizeFromProperties()
        model.finalizeConnections()
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[0]
        raise InvalidInput(
            "model file", str(path), f"a model that OpenSim {opensim.GetVersion()} reads ({reason})"
        ) from None
    return model


def read_model(path: Path) -> opensim.Model:
    """Read and prepare the model of an .osim file; its system is not initialised yet.

    Raises:
        InvalidInput: The file is missing, OpenSim cannot read it, or the model has no muscles or has constraints
            other than coordinate couplers.
    """
    model = open_model(path)
    if model.getMuscles().getSize() == 0:
        raise InvalidInput("model file", str(path), "a model with muscles")
    _check_constraints(model, path)
    _use_rigid_tendons(model)
    for number in range(model.getControllerSet().getSize()):
        model.updControllerSet().get(number).set_enabled(False)
    model.finalizeConnections()
    return model


def _check_constraints(model: opensim.Model, path: Path) -> None:
    constraints = model.getConstraintSet()
    for number in range(constraints.getSize()):
        constraint = constraints.get(number)
        if not is_coupler(constraint):
            expected = "CoordinateCouplerConstraints with one independent coordinate only"
            raise InvalidInput(f"{path}: constraint", constraint.getName(), expected)


def is_coupler(constraint: opensim.Constraint) -> bool:
    """Return whether a constraint couples one coordinate to one other."""
    coupler = opensim.CoordinateCouplerConstraint.safeDownCast(constraint)
    return coupler is not None and coupler.getIndependentCoordinateNames().getSize() == 1


def _use_rigid_tendons(model: opensim.Model) -> None:
    """Make every muscle a Millard muscle with a rigid tendon; replacements are appended to the end of the list."""
    muscles = model.getMuscles()
    others = []
    for number in range(muscles.getSize()):
        muscle = opensim.Millard2012EquilibriumMuscle.safeDownCast(muscles.get(number))
        if muscle is None:
            others.append(muscles.get(number).getName())
        else:
            _make_plain(muscle)
    for name in others:
        old = muscles.get(name)
        new = opensim.Millard2012EquilibriumMuscle(
            name,
            old.getMaxIsometricForce(),
            old.getOptimalFiberLength(),
            old.getTendonSlackLength(),
            old.getPennationAngleAtOptimalFiberLength(),
        )
        new.set_max_contraction_velocity(old.getMaxContractionVelocity())
        new.set_path(old.get_path())
        _make_plain(new)
        forces = model.updForceSet()
        forces.remove(forces.getIndex(name))
        model.addForce(new)


def _make_plain(muscle: opensim.Millard2012EquilibriumMuscle) -> None:
    """Set a rigid tendon and allow activation down to 0."""
    muscle.set_ignore_tendon_compliance(True)
    muscle.set_minimum_activation(0.0)
    muscle.setMinControl(0.0)


def shorten_paths(model: opensim.Model) -> None:
    """Remove path points that do not affect the motion; the system must not be initialised yet.

    Between points of one body the path has a constant length, so in a sequence of such points only those next to other
    bodies matter: the first and the last of the sequence, and in the sequences at the ends of the path only the inner
    one. The tendon is shortened by the removed length, so the fibres are unchanged.
    """
    muscles = model.getMuscles()
    for number in range(muscles.getSize()):
        _shorten_path(muscles.get(number))


def _shorten_path(muscle: opensim.Muscle) -> None:
    via = via_points(muscle)  # points that wrap or move have no constant distance
    if not via:
        return
    bodies, places = [frame.getAbsolutePathString() for frame, _ in via], np.array([place for _, place in via])
    kept = [i for i, body in enumerate(bodies) if {body} != set(bodies[max(i - 1, 0) : i + 2])]
    left_out = _length_within_bodies(bodies, places) - _length_within_bodies([bodies[i] for i in kept], places[kept])
    slack = muscle.getTendonSlackLength() - left_out
    if len(kept) < 2 or slack <= 0:
        return
    points = muscle.updGeometryPath().updPathPointSet()
    for index in reversed(range(len(bodies))):
        if index not in kept:
            points.remove(index)
    muscle.setTendonSlackLength(slack)


def _length_within_bodies(bodies: list[str], places: NDArray[np.float64]) -> float:
    """Return the length of the parts of a path that lie between two points of one body, m."""
    within = np.array([a == b for a, b in itertools.pairwise(bodies)], dtype=bool)
    return float(np.linalg.norm(np.diff(places, axis=0), axis=1)[within].sum())
