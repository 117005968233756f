"""Describe the forces of an OpenSim model other than its muscles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ...errors import InvalidInput
from ..description import GROUND, GroundContact, Spring, Stop
from ..law import Law
from .fixed_points import in_body, numbers_of
from .joints import ROTATIONAL
from .runtime import opensim

KNOWN = (
    opensim.Muscle,
    opensim.SpringGeneralizedForce,
    opensim.CoordinateLimitForce,
    opensim.SmoothSphereHalfSpaceForce,
    opensim.CoordinateActuator,  # without a controller it exerts nothing
)
PLAIN_FORCES = "muscles, SpringGeneralizedForce, CoordinateLimitForce, SmoothSphereHalfSpaceForce, CoordinateActuator"


def _forces(model: opensim.Model) -> Iterator[opensim.Force]:
    """Yield the forces that act."""
    forces = model.getForceSet()
    for number in range(forces.getSize()):
        if forces.get(number).get_appliesForce():
            yield forces.get(number)


def reject_other_forces(model: opensim.Model) -> None:
    """Reject forces that a description does not cover.

    Raises:
        InvalidInput: There is such a force; the message names it.
    """
    for force in _forces(model):
        if not any(kind.safeDownCast(force) for kind in KNOWN):
            raise InvalidInput(f"model: force {force.getName()!r}", force.getConcreteClassName(), PLAIN_FORCES)


def describe_springs(model: opensim.Model, laws: Mapping[str, Law]) -> tuple[Spring, ...]:
    """Return the springs of coordinates; ``laws`` gives every coordinate as a function of the free ones, by name."""
    every = (opensim.SpringGeneralizedForce.safeDownCast(force) for force in _forces(model))
    return tuple(
        Spring(laws[spring.get_coordinate()], spring.getStiffness(), spring.getRestLength(), spring.getViscosity())
        for spring in every
        if spring is not None
    )


def describe_stops(model: opensim.Model, laws: Mapping[str, Law]) -> tuple[Stop, ...]:
    """Return the soft stops of coordinates; ``laws`` gives every coordinate as a function of the free ones, by name."""
    every = (opensim.CoordinateLimitForce.safeDownCast(force) for force in _forces(model))
    return tuple(_stop(model, stop, laws) for stop in every if stop is not None)


def _stop(model: opensim.Model, stop: opensim.CoordinateLimitForce, laws: Mapping[str, Law]) -> Stop:
    name = stop.get_coordinate()
    # The properties of a stop of an angle are in degrees.
    unit = np.radians(1.0) if model.getCoordinateSet().get(name).getMotionType() == ROTATIONAL else 1.0
    return Stop(
        name=stop.getName(),
        law=laws[name],
        low=unit * stop.getLowerLimit(),
        high=unit * stop.getUpperLimit(),
        low_stiffness=stop.getLowerStiffness() / unit,
        high_stiffness=stop.getUpperStiffness() / unit,
        damping=stop.getDamping() / unit,
        transition=unit * stop.getTransition(),
    )


def describe_contacts(model: opensim.Model) -> tuple[GroundContact, ...]:
    """Return the contacts with the ground.

    Raises:
        InvalidInput: The half space of a contact belongs to a moving body.
    """
    every = (opensim.SmoothSphereHalfSpaceForce.safeDownCast(force) for force in _forces(model))
    return tuple(_contact(contact) for contact in every if contact is not None)


def _contact(force: opensim.SmoothSphereHalfSpaceForce) -> GroundContact:
    sphere = opensim.ContactSphere.safeDownCast(force.getConnectee("sphere"))
    plane = opensim.ContactHalfSpace.safeDownCast(force.getConnectee("half_space"))
    owner = plane.getFrame().findBaseFrame().getName()
    if owner != GROUND:
        raise InvalidInput(f"model: contact {force.getName()!r}: body of the half space", owner, GROUND)
    in_frame = plane.getTransform()
    # A half space fills the positive side of the x axis of its own frame.
    in_ground = plane.getFrame().findTransformInBaseFrame().compose(in_frame)
    into = in_ground.R().asMat33()
    return GroundContact(
        body=sphere.getFrame().findBaseFrame().getName(),
        centre=np.array(in_body(sphere.getFrame(), numbers_of(sphere.get_location()))),
        radius=sphere.getRadius(),
        normal=np.array([into.get(row, 0) for row in range(3)]),
        plane=np.array(numbers_of(in_ground.p())),
        stiffness=force.get_stiffness(),
        dissipation=force.get_dissipation(),
        friction=(force.get_static_friction(), force.get_dynamic_friction(), force.get_viscous_friction()),
        transition_speed=force.get_transition_velocity(),
        least_force=force.get_constant_contact_force(),
        hertz_smoothing=force.get_hertz_smoothing(),
        damping_smoothing=force.get_hunt_crossley_smoothing(),
    )
