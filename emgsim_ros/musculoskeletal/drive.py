"""What all drives share: their clock, the check of targets, the bookkeeping of a step."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..motion import MotionTarget
from ..simulation_time import NANOSECONDS
from .model import Fibers, MusculoskeletalModel
from .state import MusculoskeletalState

Array = NDArray[np.float64]


class Drive(ABC):
    """Steps a model at a fixed rate.

    Args:
        model: The model; the drive is its only user.
        rate: Steps per second of simulation time, Hz.
        start: Number of the first step; its time is ``start / rate``.

    Attributes:
        problem: What went wrong in the last step, if anything.

    Raises:
        InvalidInput: A rate whose period is not a whole number of nanoseconds.
    """

    def __init__(self, model: MusculoskeletalModel, rate: int, start: int = 0) -> None:
        if NANOSECONDS % rate:
            raise InvalidInput("musculoskeletal: parameter 'rate'", rate, "a rate whose period is whole nanoseconds")
        self._model = model
        self._period = NANOSECONDS // rate
        self._next = start
        self.problem: str | None = None

    @property
    def next_stamp(self) -> int:
        """Simulation time of the next step, ns."""
        return self._next * self._period

    @abstractmethod
    def step(self, target: MotionTarget, extra_excitation: Array, co_contraction: float) -> MusculoskeletalState:
        """The state at :attr:`next_stamp`, and advance by one period.

        Args:
            target: Where the joints should be now; coordinates left out rest at their default.
            extra_excitation: [muscles] excitation added to the drive's.
            co_contraction: Least activation of every muscle.
        """

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
            fiber_velocity=fibers.velocity,
            tendon_force=force,
        )
        self._next += 1
        return state
