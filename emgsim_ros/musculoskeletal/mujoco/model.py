"""A model in MuJoCo: the pose is set; fibres, moment arms and moments are computed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..dynamics import DynamicState, Integrator
from ..engine import BodyPoint
from ..fibers import Fibers
from ..mechanics import ManyPoses
from ..opensim.describe import describe
from ..rigid_tendons import RigidTendonFibers
from .compile import compile_model
from .forward_dynamics import MujocoForwardDynamics
from .mechanism import Mechanism
from .native_steps import native_poses

Array = NDArray[np.float64]


class MujocoModel:
    """A loaded model; the methods are those of `musculoskeletal.engine.MuscleModel`.

    Args:
        path: The .osim file.
        integrator: How forward dynamics is integrated by default.

    Attributes:
        path: The .osim file.
        coordinates: Names of the free coordinates.
        muscles: Names of the muscles.
        low, high: [coordinates] ranges, rad.
        rest: [coordinates] default pose, rad.
        reference_fiber_length: [muscles] fibre length in the reference pose, m; at first the default pose.

    Raises:
        InvalidInput: The file is missing, or contains an element that this engine does not support; see `describe`.
    """

    def __init__(self, path: Path, integrator: Integrator | None = None) -> None:
        self.path, self._integrator = path, integrator or Integrator()
        description = describe(path)
        self.coordinates = tuple(coordinate.name for coordinate in description.coordinates)
        self.muscles = description.muscles
        self.low = np.array([coordinate.low for coordinate in description.coordinates])
        self.high = np.array([coordinate.high for coordinate in description.coordinates])
        self.rest = np.array([coordinate.rest for coordinate in description.coordinates])
        self._description, self._compiled = description, compile_model(description)
        self._mechanism = Mechanism(description, self._compiled)
        self._fibers = RigidTendonFibers(description.fibers)
        self._bones = self._mechanism.numbered([end for bone in description.bones for end in bone])
        self.refer_to(self.rest)

    def refer_to(self, position: Array) -> None:
        """Make ``position`` ([coordinates] rad) the reference pose of the fibre lengths."""
        self.set_pose(position, np.zeros(len(self.rest)))
        self.reference_fiber_length = self.fibers().length

    def set_pose(self, position: Array, velocity: Array) -> None:
        """Set the joint angles (rad) and joint velocities (rad/s), [coordinates] each."""
        self._velocity = velocity
        self._mechanism.put(position, velocity)
        self._arms: Array | None = None

    def fibers(self) -> Fibers:
        """Return the fibres of all muscles in the present pose."""
        return self._fibers.at(self._mechanism.path_lengths(), -self._velocity @ self.moment_arms())

    def moments_needed(self, acceleration: Array) -> Array:
        """Return the moments that the muscles must exert for ``acceleration`` (rad/s^2) in the present pose.

        Gravity, inertia and the passive joint moments are taken into account. Both arrays are [coordinates], the
        moments in N m.
        """
        return self._mechanism.inverse_dynamics(acceleration)

    @cached_property
    def many_poses(self) -> ManyPoses | None:
        """What computes the mechanics in many poses at once; None for models with coupled or constant joint axes."""
        return native_poses(self._description, self._compiled, self._mechanism)

    def moment_arms(self) -> Array:
        """Return the moment arms in the present pose, [coordinates, muscles] m: minus the lengthening per radian."""
        if self._arms is None:
            self._arms = self._mechanism.moment_arms()
        return self._arms

    def places(self, points: Sequence[BodyPoint]) -> Array:
        """Return the locations of points of bodies in the present pose, in the ground frame, [points, 3] m."""
        return self._mechanism.places(points)

    def mass_centre(self) -> tuple[Array, Array]:
        """Return the location (m) and the velocity (m/s) of the centre of mass in the present pose, [3] each."""
        return self._mechanism.mass_centre()

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere in the present pose, [contacts, 3] N."""
        return self._mechanism.ground_forces()

    @property
    def mass(self) -> float:
        """Mass of the whole model, kg."""
        return self._mechanism.mass

    def muscle_lines(self) -> list[Array]:
        """Return, for each muscle, its path points in the present pose in the ground frame, [points, 3] m."""
        return self._mechanism.site_lines()

    def bone_lines(self) -> Array:
        """Return the two ends of every bone in the present pose in the ground frame, [bones, 2, 3] m."""
        return self._mechanism.in_ground(*self._bones).reshape(-1, 2, 3)

    def forward_dynamics(self, state: DynamicState, integrator: Integrator | None = None) -> MujocoForwardDynamics:
        """Return a copy of the model that moves by forward dynamics; the pose of this model is independent of it.

        Args:
            state: The initial state.
            integrator: How the motion is integrated; default that of the model.

        Raises:
            InvalidInput: The integrator has another method, or no fixed step.
        """
        return MujocoForwardDynamics(self.path, state, integrator or self._integrator)
