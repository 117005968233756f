"""The kinematic drive: joint angles are given; muscle excitations, fibres and forces follow.

Each step: the joints follow the target, inverse dynamics gives the moments that the muscles must make,
static optimisation shares them among the muscles, inverse activation dynamics gives their excitation.
Excitations from elsewhere (stimulation, a policy) are added to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..motion import MotionTarget
from ..simulation_time import NANOSECONDS
from .activation import activation_after, excitation_for
from .model import MusculoskeletalModel
from .reference import CriticallyDampedReference
from .static_optimisation import static_optimisation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MusculoskeletalState:
    """Joints and muscles at one instant.

    Attributes:
        stamp: Simulation time, ns.
        coordinates, muscles: Names.
        position, velocity, moment: [coordinates] rad, rad/s, N m (moment the muscles make).
        excitation, activation: [muscles] 0 to 1.
        fiber_length, fiber_velocity, tendon_force: [muscles] m, m/s, N.
    """

    stamp: int
    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    position: Array
    velocity: Array
    moment: Array
    excitation: Array
    activation: Array
    fiber_length: Array
    fiber_velocity: Array
    tendon_force: Array


class KinematicDrive:
    """Steps a model along its targets at a fixed rate.

    Args:
        model: The model; the drive is its only user.
        rate: Steps per second of simulation time, Hz.
        natural_frequency: Of the joints' approach to their target, rad/s.
        start: Number of the first step; its time is ``start / rate``.
    """

    def __init__(self, model: MusculoskeletalModel, rate: int, natural_frequency: float, start: int = 0) -> None:
        if NANOSECONDS % rate:
            raise InvalidInput("musculoskeletal: parameter 'rate'", rate, "a rate whose period is whole nanoseconds")
        self._model = model
        self._period = NANOSECONDS // rate
        self._natural_frequency = natural_frequency
        self._next = start
        self._reference: CriticallyDampedReference | None = None
        self._activation: Array | None = None

    @property
    def next_stamp(self) -> int:
        """Simulation time of the next step, ns."""
        return self._next * self._period

    def check_target(self, target: MotionTarget) -> None:
        """Refuse a target that this model cannot follow.

        Raises:
            InvalidInput: Unknown or doubled coordinate, wrong array length, or a value that is not finite.
        """
        field = "motion target"
        if len(set(target.coordinates)) != len(target.coordinates):
            raise InvalidInput(f"{field}: names", target.coordinates, "each coordinate once")
        for name in target.coordinates:
            if name not in self._model.coordinates:
                raise InvalidInput(f"{field}: joint", name, "one of " + ", ".join(self._model.coordinates))
        for kind in ("position", "velocity", "load"):
            values = getattr(target, kind)
            if len(values) != len(target.coordinates):
                raise InvalidInput(
                    f"{field}: {kind} length", len(values), f"{len(target.coordinates)}, as many as names"
                )
            for name, value in zip(target.coordinates, values, strict=True):
                if not np.isfinite(value):
                    raise InvalidInput(f"{field}: {kind} of {name!r}", float(value), "a finite number")

    def step(self, target: MotionTarget, extra_excitation: Array, co_contraction: float) -> MusculoskeletalState:
        """The state at :attr:`next_stamp`, and advance by one period.

        Args:
            target: Where the joints should be now; coordinates left out rest at their default.
            extra_excitation: [muscles] excitation added to the drive's.
            co_contraction: Least activation of every muscle.
        """
        model, dt = self._model, self._period / NANOSECONDS
        angles, speeds, load = self._on_coordinates(target)
        if self._reference is None:
            self._reference = CriticallyDampedReference(angles, self._natural_frequency)
        else:
            self._reference.follow(angles, speeds, dt)
        joints = self._reference
        model.set_pose(joints.position, joints.velocity)
        moments = model.moments_needed(joints.acceleration) + load
        fibers = model.fibers()
        arms = model.moment_arms()
        wanted = static_optimisation(arms, fibers.active_force, fibers.passive_force, moments, co_contraction)
        if self._activation is None:
            self._activation = wanted
        excitation = np.clip(excitation_for(self._activation, wanted, dt) + extra_excitation, 0.0, 1.0)
        self._activation = activation_after(self._activation, excitation, dt)
        force = self._activation * fibers.active_force + fibers.passive_force
        state = MusculoskeletalState(
            stamp=self.next_stamp,
            coordinates=model.coordinates,
            muscles=model.muscles,
            position=joints.position,
            velocity=joints.velocity,
            moment=arms @ force,
            excitation=excitation,
            activation=self._activation,
            fiber_length=fibers.length,
            fiber_velocity=fibers.velocity,
            tendon_force=force,
        )
        self._next += 1
        return state

    def _on_coordinates(self, target: MotionTarget) -> tuple[Array, Array, Array]:
        model = self._model
        angles, speeds, load = model.rest.copy(), np.zeros(len(model.rest)), np.zeros(len(model.rest))
        order = [model.coordinates.index(name) for name in target.coordinates]
        angles[order], speeds[order], load[order] = target.position, target.velocity, target.load
        bounded = np.clip(angles, model.low, model.high)
        speeds[bounded != angles] = 0.0
        return bounded, speeds, load
