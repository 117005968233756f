"""Forward dynamics in MuJoCo: the motion that follows from excitations and outer moments.

MuJoCo computes the kinematics, the inertia and the moment arms; the forces and the integration are computed here. Every
step is checked: if a value is not finite, or a joint is far outside its range, the last good pose is restored and the
joints stop.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..activation import activation_rate
from ..description import Description, FreeCoordinate, Stop
from ..dynamics import DynamicState, Integrator
from ..engine import BodyPoint
from ..joint_stops import DAMPING, STIFFNESS, TRANSITION, stop_of
from ..law import line
from ..opensim.describe import describe
from ..rigid_tendons import RigidTendonFibers
from .compile import compile_model
from .mechanism import Mechanism
from .native_steps import native_steps
from .stepping import EXPLICIT_EULER, IMPLICIT_EULER, SEMI_EXPLICIT_EULER, Motion, stepper

Array = NDArray[np.float64]


class MujocoForwardDynamics:
    """A model that is moved by its muscles; the methods are those of `musculoskeletal.engine.ForwardDynamics`.

    Args:
        path: The .osim file.
        state: The initial state.
        integrator: How the motion is integrated; default explicit Euler steps of 1.25 ms.

    Attributes:
        state: The present state.

    Raises:
        InvalidInput: The file cannot be used, or the integrator has another method or no fixed step, or its method does
            not support the model.
    """

    def __init__(self, path: Path, state: DynamicState, integrator: Integrator | None = None) -> None:
        integrator = integrator or Integrator()
        self._make_step, self._longest = stepper(integrator), integrator.step
        self._method = integrator.method
        description = with_stops(describe(path, short_paths=True))
        self._low = np.array([coordinate.low for coordinate in description.coordinates])
        self._high = np.array([coordinate.high for coordinate in description.coordinates])
        compiled = compile_model(description)
        self._mechanism = Mechanism(description, compiled)
        self._native = native_steps(description, compiled, self._mechanism)
        if self._make_step is None and self._native is None:
            expected = "another method: the joints are coupled, or paths are given by functions"
            raise InvalidInput("integrator: method", integrator.method, expected)
        self._fibers = RigidTendonFibers(description.fibers)
        self._rise, self._fall = description.fibers.rise, description.fibers.fall
        self.state = state
        self.restore(state)

    def restore(self, state: DynamicState) -> None:
        """Continue from ``state``; the subsequent motion is the same as after the first time in this state."""
        self.state, self._is_put = state, False

    def advance(self, excitation: Array, outer_moment: Array, duration: float) -> bool:
        """See `musculoskeletal.engine.ForwardDynamics`."""
        count = max(math.ceil(duration / self._longest - 1e-9), 1)
        step = duration / count
        if self._native is not None and self._method == IMPLICIT_EULER:
            motion = self._native.linearly_implicit_euler(self.state, excitation, outer_moment, count, step)
        elif self._native is not None and self._method in (EXPLICIT_EULER, SEMI_EXPLICIT_EULER):
            semi_explicit = self._method == SEMI_EXPLICIT_EULER
            motion = self._native.euler(self.state, excitation, outer_moment, count, step, semi_explicit)
        else:
            motion = self._steps(excitation, outer_moment, count, step)
        new = DynamicState(*motion, excitation.copy(), outer_moment.copy())
        sound = new.is_sound(self._low, self._high)
        self.restore(new if sound else DynamicState.at_rest(self.state.position, self.state.activation))
        return sound

    def energy(self) -> float:
        """Return the sum of the kinetic energy and the potential energy in gravity, J."""
        mechanism = self._now()
        return mechanism.kinetic_energy() + mechanism.potential_energy()

    def places(self, points: Sequence[BodyPoint]) -> Array:
        """Return the present locations of points of bodies in the ground frame, [points, 3] m."""
        return self._now().places(points)

    def mass_centre(self) -> tuple[Array, Array]:
        """Return the location (m) and the velocity (m/s) of the centre of mass, [3] each."""
        return self._now().mass_centre()

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere, [contacts, 3] N."""
        mechanism = self._now()
        return mechanism.ground_forces() if self._native is None else self._native.ground_forces()

    @property
    def mass(self) -> float:
        """Mass of the whole model, kg."""
        return self._mechanism.mass

    def _steps(self, excitation: Array, outer_moment: Array, count: int, step: float) -> Motion:
        """Return the motion after ``count`` steps of ``step`` s."""
        assert self._make_step is not None
        rates = self._native.rates if self._native is not None else self._rates
        motion = Motion(self.state.position, self.state.velocity, self.state.activation)
        inputs = self._first_inputs(excitation, outer_moment)
        with np.errstate(all="ignore"):  # a motion that diverges is found below
            try:
                for _ in range(count):
                    motion = self._make_step(motion, step, partial(rates, *inputs))
                    inputs = excitation, outer_moment
                    if not math.isfinite(motion.velocity @ motion.velocity):
                        break
            except np.linalg.LinAlgError:
                motion = motion._replace(velocity=np.full_like(motion.velocity, np.nan))
        return motion

    def _now(self) -> Mechanism:
        """Return the mechanism in the present state."""
        if not self._is_put:
            self._mechanism.put(self.state.position, self.state.velocity)
            self._is_put = True
        return self._mechanism

    def _first_inputs(self, excitation: Array, outer_moment: Array) -> tuple[Array, Array]:
        """Return the excitation and the outer moments of the first step after a change of the inputs.

        As in OpenSim, an Euler step begins with the derivatives of the end of the previous one; see `DynamicState`.
        """
        return (
            (self.state.excitation, self.state.outer_moment)
            if self._method == EXPLICIT_EULER
            else (excitation, outer_moment)
        )

    def _rates(self, excitation: Array, outer_moment: Array, motion: Motion) -> Motion:
        """Return the time derivatives of a motion."""
        position, velocity, activation = motion
        mechanism = self._mechanism
        mechanism.put(position, velocity)
        force = self._fibers.tendon_force(mechanism.path_lengths(), mechanism.path_speeds(), activation)
        acceleration = mechanism.acceleration(mechanism.muscle_moments(force) + outer_moment)
        return Motion(velocity, acceleration, activation_rate(activation, excitation, self._rise, self._fall))


def with_stops(description: Description) -> Description:
    """Add a soft stop at both ends of the range of every angle that has none."""
    present = {stop.name for stop in description.stops}
    added = [
        _stop(number, coordinate)
        for number, coordinate in enumerate(description.coordinates)
        if coordinate.rotates and stop_of(coordinate.name) not in present
    ]
    return replace(description, stops=(*description.stops, *added))


def _stop(number: int, coordinate: FreeCoordinate) -> Stop:
    degree = math.radians(1.0)
    stiffness, low, high = STIFFNESS / degree, coordinate.low, coordinate.high
    law, name = line(number), stop_of(coordinate.name)
    return Stop(name, law, low, high, stiffness, stiffness, DAMPING / degree, TRANSITION * degree)
