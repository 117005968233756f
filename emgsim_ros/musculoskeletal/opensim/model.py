"""An OpenSim model with an interface of arrays: the pose is set; fibres, moment arms and moments are computed.

OpenSim objects never leave this folder. They are kept for as long as the model exists, because proxies that outlive
their OpenSim model crash the interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..dynamics import DynamicState, Integrator
from ..engine import BodyPoint
from ..fibers import Fibers
from ..rigid_tendons import RigidTendonFibers
from .bones import bone_ends
from .fibers import muscle_parameters
from .forward_dynamics import ForwardDynamics
from .joints import Joints
from .measures import Measures
from .paths import MusclePaths
from .preparation import read_model
from .runtime import opensim

Array = NDArray[np.float64]


class MusculoskeletalModel:
    """A loaded OpenSim model with rigid tendons; coupled joints follow the free ones.

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
        InvalidInput: The file is missing, or OpenSim or this package cannot use it; see `read_model`.
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
        for muscle in self._muscles:  # inverse dynamics computes the moments of the muscles, so these must not act
            muscle.setAppliesForce(self._state, False)
        self._paths = MusclePaths(self._model, self._muscles, self._joints)
        self._fibers = RigidTendonFibers(muscle_parameters(self._muscles))
        self._bones = bone_ends(self._model)
        self._measures = Measures(self._model)
        self.refer_to(self.rest)

    def refer_to(self, position: Array) -> None:
        """Make ``position`` ([coordinates] rad) the reference pose of the fibre lengths."""
        self.set_pose(position, np.zeros(len(self.rest)))
        self.reference_fiber_length = self.fibers().length

    def set_pose(self, position: Array, velocity: Array) -> None:
        """Set the joint angles (rad) and joint velocities (rad/s), [coordinates] each."""
        self._position, self._velocity = position, velocity
        self._joints.put(self._state, position, velocity)
        self._model.realizeVelocity(self._state)
        self._paths.update(self._state)
        self._arms: Array | None = None

    def path_lengths(self) -> Array:
        """Return the lengths of the muscle paths in the present pose, [muscles] m."""
        return self._paths.lengths(self._state)

    def fibers(self) -> Fibers:
        """Return the fibres of all muscles in the present pose."""
        return self._fibers.at(self.path_lengths(), -self._velocity @ self.moment_arms())

    def moments_needed(self, acceleration: Array) -> Array:
        """Return the moments that the muscles must exert for ``acceleration`` (rad/s^2) in the present pose.

        Gravity, inertia and the passive joint moments are taken into account (OpenSim's InverseDynamicsSolver). Both
        arrays are [coordinates], the moments in N m.
        """
        count = self._state.getNU()
        every = self._joints.accelerations(self._position, self._velocity, acceleration, count)
        return self._joints.moments(self._inverse_dynamics.solve(self._state, every), self._position)

    def moment_arms(self) -> Array:
        """Return the moment arms in the present pose, [coordinates, muscles] m: minus the lengthening per radian."""
        if self._arms is None:
            self._arms = self._paths.moment_arms(self._state, self._position)
            if self._paths.disturbs_velocities:
                self._joints.put(self._state, self._position, self._velocity)
                self._model.realizeVelocity(self._state)
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
        """Return, for each muscle, its path points in the present pose in the ground frame, [points, 3] m."""
        return self._paths.lines(self._state)

    def bone_lines(self) -> Array:
        """Return the two ends of every bone in the present pose in the ground frame, [bones, 2, 3] m."""
        return self._bones.in_ground(self._state)[0].reshape(-1, 2, 3)

    def forward_dynamics(self, state: DynamicState, integrator: Integrator | None = None) -> ForwardDynamics:
        """Return a copy of the model that moves by forward dynamics; the pose of this model is independent of it.

        Args:
            state: The initial state.
            integrator: How the motion is integrated; default explicit Euler steps of 1.25 ms.
        """
        return ForwardDynamics(self.path, state, self.low, self.high, integrator)
