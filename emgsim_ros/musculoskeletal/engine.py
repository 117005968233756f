"""What the rest of the package requires of a musculoskeletal engine.

An engine loads models. Drives, environments and nodes use a model only through `MuscleModel`, and its motion only
through `ForwardDynamics`, so an engine can replace another one. This package has the engines ``opensim`` and
``mujoco``; other packages can register parts of the kind ``engine``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..parts import build_part
from .dynamics import DynamicState, Integrator
from .fibers import Fibers

Array = NDArray[np.float64]
BodyPoint = tuple[str, tuple[float, float, float]]  # name of a body, and a point in the frame of this body, m


class Geometry(Protocol):
    """Quantities of a whole model in its present state."""

    def places(self, points: Sequence[BodyPoint]) -> Array:
        """Return the locations of points of bodies in the ground frame, [points, 3] m."""

    def mass_centre(self) -> tuple[Array, Array]:
        """Return the location (m) and the velocity (m/s) of the centre of mass, [3] each."""

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere, [contacts, 3] N."""

    @property
    def mass(self) -> float:
        """Mass of the whole model, kg."""


class ForwardDynamics(Geometry, Protocol):
    """A model that is moved by its muscles and by outer moments.

    Attributes:
        state: The present state.
    """

    state: DynamicState

    def restore(self, state: DynamicState) -> None:
        """Continue from ``state``; the subsequent motion is the same as after the first time in this state."""

    def advance(self, excitation: Array, outer_moment: Array, duration: float) -> bool:
        """Integrate over ``duration`` s with constant inputs.

        Args:
            excitation: [muscles] 0 to 1.
            outer_moment: [coordinates] moments of the surroundings on the joints, N m.
            duration: s.

        Returns:
            Whether the new state is sound (`DynamicState.is_sound`). If it is not, the model is at rest in the last
            sound pose.
        """

    def energy(self) -> float:
        """Return the sum of the kinetic energy and the potential energy in gravity, J."""


class MuscleModel(Geometry, Protocol):
    """A model with joints and muscles that can be posed.

    Attributes:
        path: File of the model.
        coordinates: Names of the free coordinates.
        muscles: Names of the muscles.
        low, high: [coordinates] joint ranges, rad.
        rest: [coordinates] default pose, rad.
        reference_fiber_length: [muscles] fibre length in the reference pose, m; at first the default pose.
    """

    path: Path
    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    low: Array
    high: Array
    rest: Array
    reference_fiber_length: Array

    def refer_to(self, position: Array) -> None:
        """Make ``position`` ([coordinates] rad) the reference pose of the fibre lengths."""

    def set_pose(self, position: Array, velocity: Array) -> None:
        """Set the joint angles (rad) and joint velocities (rad/s), [coordinates] each."""

    def fibers(self) -> Fibers:
        """Return the fibres of all muscles in the present pose."""

    def moments_needed(self, acceleration: Array) -> Array:
        """Return the moments that the muscles must exert for ``acceleration`` (rad/s^2) in the present pose.

        Gravity, inertia and the passive joint moments are taken into account. Both arrays are [coordinates], the
        moments in N m.
        """

    def moment_arms(self) -> Array:
        """Return the moment arms in the present pose, [coordinates, muscles] m: minus the lengthening per radian."""

    def muscle_lines(self) -> list[Array]:
        """Return, for each muscle, its path points in the present pose in the ground frame, [points, 3] m."""

    def bone_lines(self) -> Array:
        """Return the two ends of every bone in the present pose in the ground frame, [bones, 2, 3] m."""

    def forward_dynamics(self, state: DynamicState, integrator: Integrator | None = None) -> ForwardDynamics:
        """Return a copy of the model that moves by forward dynamics; the pose of this model is independent of it.

        Args:
            state: The initial state.
            integrator: How the motion is integrated; default `Integrator`'s own defaults.
        """


class Engine(Protocol):
    """A library of musculoskeletal dynamics.

    Attributes:
        suffix: Suffix of the model files in ``config/models`` that the engine reads, such as ``.osim``.
    """

    suffix: str

    def model(self, path: Path) -> MuscleModel:
        """Load a model.

        Raises:
            InvalidInput: The file is missing, or the engine cannot use it.
        """

    def forward_log(self, receive: Callable[[str], None]) -> None:
        """Call ``receive`` with every warning and error that the engine logs from now on, until the process ends."""


def load_engine(name: str = "opensim", options: Sequence[str] = ()) -> Engine:
    """Build the registered engine of this name.

    Args:
        name: Name of a part of the kind ``engine``.
        options: Options of parts, such as ``'engine.accuracy=1e-4'``; those of other kinds are ignored.

    Raises:
        UnknownPart: No engine of this name is registered.
        InvalidInput: The engine rejects an option.
    """
    engine: Engine = build_part("engine", name, options=options)
    return engine
