"""The free coordinates of a model and the coordinates that are coupled to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..law import Law, line
from .runtime import opensim

Array = NDArray[np.float64]

ROTATIONAL = 1  # OpenSim's motion type of a coordinate that is an angle


class Follower(NamedTuple):
    """A coupled coordinate and the law by which it follows a free coordinate."""

    coordinate: opensim.Coordinate
    law: Law


class Joints:
    """The free coordinates of a model; coupled ones follow them, locked and prescribed ones are constant.

    Couplings are evaluated here, because OpenSim's assembly takes milliseconds.

    Args:
        model: The model; it has to outlive this object.

    Attributes:
        free: The coordinates that can be set, in the model's order.
        names: Names of these coordinates.

    Raises:
        InvalidInput: A coordinate is coupled to one that is not free itself.
    """

    def __init__(self, model: opensim.Model) -> None:
        coordinates = model.getCoordinateSet()
        every = [coordinates.get(i) for i in range(coordinates.getSize())]
        couplings = _couplings(model)
        self.free = [
            c
            for c in every
            if c.getName() not in couplings and not c.getDefaultLocked() and not c.getDefaultIsPrescribed()
        ]
        self.names = tuple(c.getName() for c in self.free)
        self._followers = []
        for name, (leader, function, scale) in couplings.items():
            if leader not in self.names:
                raise InvalidInput(f"model: coordinate {name!r} follows", leader, "one of " + ", ".join(self.names))
            self._followers.append(Follower(coordinates.get(name), law_of(function, self.names.index(leader), scale)))
        constant = {c.getName() for c in every} - set(self.names) - set(couplings)
        self._constant = {name: coordinates.get(name).getDefaultValue() for name in constant}
        self._speeds: dict[str, int] = {}
        self._straight: Array | None = None  # derivatives of all speeds, if no coordinate follows another one

    def laws(self) -> dict[str, Law]:
        """Return every coordinate as a function of the free ones, by name; locked coordinates are constant."""
        free = {name: line(number) for number, name in enumerate(self.names)}
        coupled = {follower.coordinate.getName(): follower.law for follower in self._followers}
        return free | coupled | {name: line(0, 0.0, value) for name, value in self._constant.items()}

    def put(self, state: opensim.State, position: Array, velocity: Array) -> None:
        """Set positions (rad) and velocities (rad/s), [free coordinates] each; coupled coordinates follow."""
        for coordinate, angle in zip(self.free, position, strict=True):
            coordinate.setValue(state, float(angle), False)
        for follower in self._followers:
            follower.coordinate.setValue(state, follower.law.value(float(position[follower.law.leader])), False)
        for joint, speed in enumerate(velocity):
            self.turn(state, position, joint, float(speed))

    def turn(self, state: opensim.State, position: Array, joint: int, speed: float) -> None:
        """Set the velocity (rad/s) of one free coordinate and of those coupled to it, at ``position``."""
        self.free[joint].setSpeedValue(state, speed)
        for follower in self._followers:
            if follower.law.leader == joint:
                follower.coordinate.setSpeedValue(state, follower.law.slope(float(position[joint])) * speed)

    def find_speeds(self, state: opensim.State) -> None:
        """Find the index of each coordinate's speed among the speeds of the system, by setting one speed at a time."""
        moving = [*self.free, *(follower.coordinate for follower in self._followers)]
        for coordinate in moving:
            coordinate.setSpeedValue(state, 0.0)
        for coordinate in moving:
            coordinate.setSpeedValue(state, 1.0)
            self._speeds[coordinate.getName()] = int(np.argmax(state.getU().to_numpy()))
            coordinate.setSpeedValue(state, 0.0)

    def speeds_per_free(self, position: Array, count: int) -> Array:
        """Return the derivatives of the ``count`` speeds of the system with respect to those of the free coordinates.

        Returns:
            [count, free coordinates].
        """
        if self._straight is not None:
            return self._straight
        change = np.zeros((count, len(self.free)))
        for joint, name in enumerate(self.names):
            change[self._speeds[name], joint] = 1.0
        for follower in self._followers:
            slope = follower.law.slope(float(position[follower.law.leader]))
            change[self._speeds[follower.coordinate.getName()], follower.law.leader] = slope
        if not self._followers:
            self._straight = change
        return change

    def accelerations(self, position: Array, velocity: Array, acceleration: Array, count: int) -> opensim.Vector:
        """Return the ``count`` accelerations of the system for accelerations of the free coordinates (rad/s^2)."""
        every = self.speeds_per_free(position, count) @ acceleration
        for follower in self._followers:
            bend = follower.law.curvature(float(position[follower.law.leader])) * velocity[follower.law.leader] ** 2
            every[self._speeds[follower.coordinate.getName()]] += bend
        return opensim.Vector.createFromMat(every)

    def moments(self, forces: opensim.Vector, position: Array) -> Array:
        """Return the moments for generalised forces of the system, those of coupled coordinates included.

        Returns:
            [free coordinates] N m.
        """
        return forces.to_numpy() @ self.speeds_per_free(position, forces.size())


def _couplings(model: opensim.Model) -> dict[str, tuple[str, opensim.Function, float]]:
    """Return the independent coordinate, the function and its factor of every dependent coordinate, by name."""
    couplings = {}
    constraints = model.getConstraintSet()
    for number in range(constraints.getSize()):
        coupler = opensim.CoordinateCouplerConstraint.safeDownCast(constraints.get(number))
        scale = opensim.PropertyHelper.getValueDouble(coupler.getPropertyByName("scale_factor"))
        leader = coupler.getIndependentCoordinateNames().get(0)
        couplings[coupler.getDependentCoordinateName()] = (leader, coupler.getFunction(), scale)
    return couplings


def law_of(function: opensim.Function, leader: int, scale: float = 1.0) -> Law:
    """Return the law ``scale * function(leader)``; the function is copied, so it may outlive its model."""
    straight = opensim.LinearFunction.safeDownCast(function)
    if straight is not None:
        return line(leader, scale * straight.getSlope(), scale * straight.getIntercept())
    own = function.clone()
    return Law(leader, lambda value: scale * own.calcValue(opensim.Vector(1, value)))
