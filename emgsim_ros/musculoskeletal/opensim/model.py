"""An OpenSim model seen through arrays: pose in; path lengths, moment arms, fibre and inverse dynamics out.

OpenSim objects never leave this module. They are held for as long as the model lives: proxies that outlive
their Model crash the interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .bones import bone_ends
from .fibers import Fibers, RigidTendonFibers
from .joints import Joints
from .measures import BodyPoint, Measures
from .paths import MusclePaths
from .preparation import read_model
from .runtime import opensim

Array = NDArray[np.float64]


class MusculoskeletalModel:
    """A loaded OpenSim model; tendons are rigid, coupled joints follow the free ones.

    Args:
        path: The .osim file.

    Attributes:
        path: The .osim file.
        coordinates: Names of the free coordinates.
        muscles: Names of the muscles.
        low, high: [coordinates] ranges, rad.
        rest: [coordinates] default pose, rad.
        reference_fiber_length: [muscles] fibre length in the reference pose, m; at first the default pose.

    Raises:
        InvalidInput: The file is missing, or OpenSim or this package cannot use it; see :func:`.read_model`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._model = read_model(path)
        self._joints = Joints(self._model)
        muscle_set = self._model.getMuscles()
        self._muscles = [
            opensim.Millard2012EquilibriumMuscle.safeDownCast(muscle_set.get(i)) for i in range(muscle_set.getSize())
        ]
        self.coordinates, free = self._joints.names, self._joints.free
        self.muscles = tuple(m.getName() for m in self._muscles)
        self.low = np.array([c.getRangeMin() for c in free])
        self.high = np.array([c.getRangeMax() for c in free])
        self.rest = np.array([c.getDefaultValue() for c in free])
        self._state = self._model.initSystem()
        self._joints.find_speeds(self._state)
        self._inverse_dynamics = opensim.InverseDynamicsSolver(self._model)
        for muscle in self._muscles:  # inverse dynamics asks what the muscles must do, so they must not act
            muscle.setAppliesForce(self._state, False)
        self._paths = MusclePaths(self._model, self._muscles, self._joints)
        self._fibers = RigidTendonFibers(self._muscles)
        self._bones = bone_ends(self._model)
        self._measures = Measures(self._model)
        self.refer_to(self.rest)

    def refer_to(self, position: Array) -> None:
        """Make ``position`` ([coordinates] rad) the reference pose of fibre lengths."""
        self.set_pose(position, np.zeros(len(self.rest)))
        self.reference_fiber_length = self.fibers().length

    def set_pose(self, position: Array, velocity: Array) -> None:
        """Put the model at joint angles (rad) and velocities (rad/s), each [coordinates]."""
        self._position, self._velocity = position, velocity
        self._joints.put(self._state, position, velocity)
        self._model.realizeVelocity(self._state)
        self._paths.update(self._state)
        self._arms: Array | None = None

    def fibers(self) -> Fibers:
        """The fibres in the present pose."""
        length = self._paths.lengths(self._state)
        return self._fibers.at(length, -self._velocity @ self.moment_arms())

    def moments_needed(self, acceleration: Array) -> Array:
        """[coordinates] moments (N m) the muscles must make for ``acceleration`` (rad/s^2) in the present pose.

        Gravity, inertia and the passive joints are accounted for (OpenSim's InverseDynamicsSolver).
        """
        count = self._state.getNU()
        every = self._joints.accelerations(self._position, self._velocity, acceleration, count)
        return self._joints.moments(self._inverse_dynamics.solve(self._state, every), self._position)

    def moment_arms(self) -> Array:
        """[coordinates, muscles] moment arms (m) in the present pose: minus the lengthening per radian."""
        if self._arms is None:
            self._arms = self._paths.moment_arms(self._state, self._position)
            if self._paths.disturbs_velocities:
                self._joints.put(self._state, self._position, self._velocity)
        return self._arms

    def places(self, points: Sequence[BodyPoint]) -> Array:
        """Return the locations of points of bodies in the present pose, in the ground frame, [points, 3] m."""
        return self._measures.places(self._state, points)

    def mass_centre(self) -> tuple[Array, Array]:
        """Return the location (m) and the velocity (m/s) of the centre of mass in the present pose, [3] each."""
        return self._measures.mass_centre(self._state)

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere in the present pose, [contacts, 3] N."""
        return self._measures.ground_forces(self._state)

    @property
    def mass(self) -> float:
        """Mass of the whole model, kg."""
        return self._measures.mass(self._state)

    def muscle_lines(self) -> list[Array]:
        """Per muscle its path points [points, 3] in the ground frame (m), in the present pose."""
        return self._paths.lines(self._state)

    def bone_lines(self) -> Array:
        """[bones, 2, 3] ends of every bone in the ground frame (m), in the present pose."""
        return self._bones.in_ground(self._state)[0].reshape(-1, 2, 3)
