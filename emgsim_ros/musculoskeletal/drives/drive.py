"""What all drives share: their clock, the check of targets, the bookkeeping of a step."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ...motion import MotionTarget
from ...signals.simulation_time import NANOSECONDS
from ..opensim.fibers import Fibers
from ..opensim.forward_dynamics import DynamicState
from ..opensim.model import MusculoskeletalModel
from ..state import MusculoskeletalState
from .drive_state import DriveState
from .effort import Effort
from .holding import holding_activation
from .reference import JointMotion, follow

Array = NDArray[np.float64]


class Drive(ABC):
    """Steps a model at a fixed rate.

    Args:
        model: The model; the drive is its only user.
        rate: Steps per second of simulation time, Hz.
        natural_frequency: Of the joints' approach to their target, rad/s.

    Attributes:
        problem: What went wrong in the last step, if anything.

    Raises:
        InvalidInput: A rate whose period is not a whole number of nanoseconds.
    """

    def __init__(self, model: MusculoskeletalModel, rate: int, natural_frequency: float) -> None:
        if NANOSECONDS % rate:
            raise InvalidInput("musculoskeletal: parameter 'rate'", rate, "a rate whose period is whole nanoseconds")
        self._model = model
        self._period = NANOSECONDS // rate
        self._frequency = natural_frequency
        self._next = 0
        self._reference: JointMotion | None = None
        self._voluntary = np.zeros(len(model.muscles))
        self._correction = np.zeros(len(model.rest))
        self.problem: str | None = None

    def begin(self, step: int) -> None:
        """Let the next step be number ``step``; its time is ``step / rate``."""
        self._next = step

    @property
    def next_stamp(self) -> int:
        """Simulation time of the next step, ns."""
        return self._next * self._period

    def step(self, target: MotionTarget, extra_excitation: Array, effort: Effort) -> MusculoskeletalState:
        """The state at :attr:`next_stamp`, and advance by one period.

        Args:
            target: Where the joints should be now; coordinates left out rest at their default. The first target is
                where the joints start.
            extra_excitation: [muscles] excitation added to the drive's.
            effort: What the drive may ask of the muscles.
        """
        angles, speeds, load = self._on_coordinates(target)
        if self._reference is None:
            self.reset(angles, effort)
        else:
            self._reference = follow(self._reference, angles, speeds, self._frequency, self._period / NANOSECONDS)
        return self._move(load, extra_excitation, effort)

    def reset(self, position: Array, effort: Effort) -> None:
        """Put the joints to rest at ``position`` ([coordinates] rad), held there by the muscles. The clock goes on."""
        bounded = np.clip(position, self._model.low, self._model.high)
        activation = self._activation_at_rest(bounded, effort)
        dynamics, reference = DynamicState.at_rest(bounded, activation), JointMotion.at_rest(bounded)
        none = np.zeros_like(bounded)
        self.restore(DriveState(self._model.coordinates, self._model.muscles, dynamics, reference, none, activation))

    def save(self) -> DriveState:
        """The present state.

        Raises:
            InvalidInput: There was no step yet.
        """
        if self._reference is None:
            raise InvalidInput("state", "none", "a drive that has made its first step")
        return DriveState(
            self._model.coordinates,
            self._model.muscles,
            self._dynamic_state(),
            self._reference,
            self._correction,
            self._voluntary,
        )

    def restore(self, state: DriveState) -> None:
        """Go on from ``state`` exactly as the drive that saved it; the clock goes on from where it is.

        Raises:
            InvalidInput: It belongs to another model.
        """
        for kind in ("coordinates", "muscles"):
            given, own = getattr(state, kind), getattr(self._model, kind)
            if given != own:
                raise InvalidInput(f"state: {kind}", ", ".join(given), "those of the model: " + ", ".join(own))
        self._reference, self._correction, self._voluntary = state.reference, state.correction, state.voluntary
        self._put(state.dynamics)

    def _activation_at_rest(self, position: Array, effort: Effort) -> Array:
        """[muscles] activation with which the joints start from rest at ``position`` (rad)."""
        return holding_activation(self._model, position, effort)

    @abstractmethod
    def _move(self, load: Array, extra_excitation: Array, effort: Effort) -> MusculoskeletalState:
        """Make the step, under ``load`` ([coordinates] N m to hold)."""

    @abstractmethod
    def _dynamic_state(self) -> DynamicState:
        """Joints and muscles now."""

    @abstractmethod
    def _put(self, state: DynamicState) -> None:
        """Set joints and muscles."""

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

    def _on_coordinates(self, target: MotionTarget) -> tuple[Array, Array, Array]:
        """[coordinates] angles within the joint ranges, velocities and loads of a target."""
        model = self._model
        angles, speeds, load = model.rest.copy(), np.zeros(len(model.rest)), np.zeros(len(model.rest))
        order = [model.coordinates.index(name) for name in target.coordinates]
        angles[order], speeds[order], load[order] = target.position, target.velocity, target.load
        bounded = np.clip(angles, model.low, model.high)
        speeds[bounded != angles] = 0.0
        return bounded, speeds, load

    def _finish_step(
        self, position: Array, velocity: Array, excitation: Array, activation: Array, fibers: Fibers, arms: Array
    ) -> MusculoskeletalState:
        """The state of this step; the clock moves on to the next."""
        force = activation * fibers.active_force + fibers.passive_force
        state = MusculoskeletalState(
            stamp=self.next_stamp,
            coordinates=self._model.coordinates,
            muscles=self._model.muscles,
            position=position,
            velocity=velocity,
            moment=arms @ force,
            excitation=excitation,
            activation=activation,
            fiber_length=fibers.length,
            relative_fiber_length=fibers.length / self._model.reference_fiber_length,
            fiber_velocity=fibers.velocity,
            tendon_force=force,
        )
        self._next += 1
        return state
