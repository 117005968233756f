"""The base class of all drives: the clock, the check of targets and the assembly of states."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ...motion import MotionTarget, MotionTargets
from ...signals.simulation_time import NANOSECONDS
from ..dynamics import DynamicState
from ..engine import MuscleModel
from ..fibers import Fibers
from ..state import MusculoskeletalState, MusculoskeletalStates
from .coordination import Coordination
from .drive_state import DriveState
from .effort import Effort
from .holding import holding_activation
from .reference import JointMotion, follow

Array = NDArray[np.float64]


class Drive(ABC):
    """Moves a model in steps of a fixed rate.

    Args:
        model: The model; the drive changes its pose in every step.
        rate: Steps per second of simulation time, Hz.
        natural_frequency: Natural frequency with which the joints approach their target, rad/s.

    Attributes:
        problem: Description of the failure of the last step; None if it did not fail.

    Raises:
        InvalidInput: The period of the rate is not a whole number of nanoseconds.
    """

    def __init__(self, model: MuscleModel, rate: int, natural_frequency: float) -> None:
        if NANOSECONDS % rate:
            raise InvalidInput("musculoskeletal: parameter 'rate'", rate, "a period of whole nanoseconds")
        self._model = model
        self._period = NANOSECONDS // rate
        self._frequency = natural_frequency
        self._coordination = Coordination(model)
        self._next = 0
        self._reference: JointMotion | None = None
        self._voluntary = np.zeros(len(model.muscles))
        self._correction = np.zeros(len(model.rest))
        self._order_of: tuple[str, ...] = ()
        self._order = np.zeros(0, dtype=int)  # of the coordinates that the last target had
        self.problem: str | None = None

    def begin(self, step: int) -> None:
        """Set the number of the next step; its time is ``step / rate``."""
        self._next = step

    @property
    def next_stamp(self) -> int:
        """Simulation time of the next step, ns."""
        return self._next * self._period

    @property
    def period(self) -> int:
        """Simulation time between two steps, ns."""
        return self._period

    def step(self, target: MotionTarget, extra_excitation: Array, effort: Effort) -> MusculoskeletalState:
        """Return the state at `next_stamp` and advance by one period.

        Args:
            target: Desired joint angles at `next_stamp`; missing coordinates have their default. The joints start at
                the first target.
            extra_excitation: [muscles] excitation that is added to that of the drive, 0 to 1.
            effort: Limits of the activations, and what the person adds to the moments.
        """
        angles, speeds, load = self._on_coordinates(target)
        if self._reference is None:
            self.reset(angles, effort)
        else:
            self._reference = follow(self._reference, angles, speeds, self._frequency, self._period / NANOSECONDS)
        return self._move(load, extra_excitation, effort)

    @property
    def computes_many(self) -> bool:
        """Whether `steps` computes many steps at once, several times as fast as one by one."""
        return False

    def steps(self, targets: MotionTargets, extra_excitation: Array, effort: Effort) -> MusculoskeletalStates:
        """Make one step for each target, when all are available beforehand; see `step`.

        Args:
            targets: The targets of the next steps, 1 or more.
            extra_excitation: [muscles] as for `step`, or [steps, muscles].
            effort: As for `step`.

        Returns:
            The states of the steps. They equal those of single steps; if `computes_many`, up to rounding (1e-9).
        """
        extra = np.broadcast_to(extra_excitation, (len(targets), len(self._model.muscles)))
        made = [self.step(target, one, effort) for target, one in zip(targets, extra, strict=True)]
        return MusculoskeletalStates.of(made)

    def reset(self, position: Array, effort: Effort) -> None:
        """Set the joints to rest at ``position`` ([coordinates] rad), held by the muscles; the clock continues."""
        bounded = np.clip(position, self._model.low, self._model.high)
        activation = self._activation_at_rest(bounded, effort)
        dynamics, reference = DynamicState.at_rest(bounded, activation), JointMotion.at_rest(bounded)
        none = np.zeros_like(bounded)
        self.restore(DriveState(self._model.coordinates, self._model.muscles, dynamics, reference, none, activation))

    def save(self) -> DriveState:
        """Return the present state.

        Raises:
            InvalidInput: The drive has not made a step yet.
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
        """Continue from ``state`` exactly like the drive that saved it; the clock continues from its present time.

        Raises:
            InvalidInput: The state belongs to another model.
        """
        for kind in ("coordinates", "muscles"):
            given, own = getattr(state, kind), getattr(self._model, kind)
            if given != own:
                raise InvalidInput(f"state: {kind}", ", ".join(given), "those of the model: " + ", ".join(own))
        self._reference, self._correction, self._voluntary = state.reference, state.correction, state.voluntary
        self._put(state.dynamics)

    def _activation_at_rest(self, position: Array, effort: Effort) -> Array:
        """Return the activation with which the joints start from rest at ``position`` (rad), [muscles] 0 to 1."""
        return holding_activation(self._model, position, effort)

    @abstractmethod
    def _move(self, load: Array, extra_excitation: Array, effort: Effort) -> MusculoskeletalState:
        """Make the step and return its state; ``load`` ([coordinates] N m) is held by the muscles."""

    @abstractmethod
    def _dynamic_state(self) -> DynamicState:
        """Return the present state of the joints and muscles."""

    @abstractmethod
    def _put(self, state: DynamicState) -> None:
        """Set the state of the joints and muscles."""

    def check_target(self, target: MotionTarget) -> None:
        """Reject a target that this model cannot follow.

        Raises:
            InvalidInput: A coordinate is unknown or repeated, an array has the wrong length, or a value is not finite.
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
            if not np.isfinite(values).all():
                name, value = next(
                    (n, v) for n, v in zip(target.coordinates, values, strict=True) if not np.isfinite(v)
                )
                raise InvalidInput(f"{field}: {kind} of {name!r}", float(value), "a finite number")

    def _on_coordinates(self, target: MotionTarget | MotionTargets) -> tuple[Array, Array, Array]:
        """Return the angles within the joint ranges, the velocities and the loads of targets.

        Returns:
            [coordinates] each for one target, [targets, coordinates] for several.
        """
        model, names = self._model, target.coordinates
        if names != self._order_of:
            self._order_of, self._order = names, np.array([model.coordinates.index(name) for name in names], dtype=int)
        shape = (*target.position.shape[:-1], len(model.rest))
        angles, speeds, load = np.empty(shape), np.zeros(shape), np.zeros(shape)
        angles[:] = model.rest
        for values, given in ((angles, target.position), (speeds, target.velocity), (load, target.load)):
            values[..., self._order] = given
        bounded = np.minimum(np.maximum(angles, model.low), model.high)
        speeds[bounded != angles] = 0.0
        return bounded, speeds, load

    def _finish_step(
        self, position: Array, velocity: Array, excitation: Array, activation: Array, fibers: Fibers, arms: Array
    ) -> MusculoskeletalState:
        """Return the state of this step and advance the clock to the next step."""
        joints, muscles = (position[None], velocity[None]), (excitation[None], activation[None])
        return self._finish_steps(*joints, *muscles, fibers[None], arms[None])[0]

    def _finish_steps(
        self, position: Array, velocity: Array, excitation: Array, activation: Array, fibers: Fibers, arms: Array
    ) -> MusculoskeletalStates:
        """Return the states of the next steps ([steps, ...] arrays) and advance the clock beyond them."""
        force = activation * fibers.active_force + fibers.passive_force
        stamps = (self._next + np.arange(len(position), dtype=np.int64)) * self._period
        self._next += len(position)
        return MusculoskeletalStates(
            stamp=stamps,
            coordinates=self._model.coordinates,
            muscles=self._model.muscles,
            position=position,
            velocity=velocity,
            moment=(arms @ force[..., None])[..., 0],
            excitation=excitation,
            activation=activation,
            fiber_length=fibers.length,
            relative_fiber_length=fibers.length / self._model.reference_fiber_length,
            fiber_velocity=fibers.velocity,
            tendon_force=force,
        )
