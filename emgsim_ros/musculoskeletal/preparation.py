"""Any OpenSim model made fit for real time: rigid tendons, muscles of one kind, no controllers.

Models from elsewhere have elastic tendons, which need stiff integration, and muscles of older kinds, which cannot be
made rigid. Both are replaced here by Millard muscles (Millard et al. 2013) with the same force, fibre, tendon and path.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import InvalidInput
from .opensim_runtime import opensim, quiet_opensim


def read_model(path: Path) -> opensim.Model:
    """The model of an .osim file, prepared; its system is not initialised yet.

    Raises:
        InvalidInput: The file is missing or OpenSim cannot read it, it has no muscle, or a constraint other than
            coordinate couplers.
    """
    if not path.is_file():
        raise InvalidInput("model file", str(path), "an existing .osim file")
    quiet_opensim()
    try:
        model = opensim.Model(str(path))
        model.finalizeFromProperties()
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[0]
        raise InvalidInput(
            "model file", str(path), f"a model that OpenSim {opensim.GetVersion()} reads ({reason})"
        ) from None
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
        coupler = opensim.CoordinateCouplerConstraint.safeDownCast(constraint)
        if coupler is None or coupler.getIndependentCoordinateNames().getSize() != 1:
            expected = "CoordinateCouplerConstraints with one independent coordinate only"
            raise InvalidInput(f"{path}: constraint", constraint.getName(), expected)


def _use_rigid_tendons(model: opensim.Model) -> None:
    """Make every muscle a Millard muscle with a rigid tendon; those of other kinds are replaced at the list's end."""
    muscles = model.getMuscles()
    others = []
    for number in range(muscles.getSize()):
        muscle = opensim.Millard2012EquilibriumMuscle.safeDownCast(muscles.get(number))
        if muscle is None:
            others.append(muscles.get(number).getName())
        else:
            muscle.set_ignore_tendon_compliance(True)
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
        new.set_ignore_tendon_compliance(True)
        new.set_minimum_activation(0.0)
        new.setMinControl(0.0)
        forces = model.updForceSet()
        forces.remove(forces.getIndex(name))
        model.addForce(new)
