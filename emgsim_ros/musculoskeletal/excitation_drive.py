"""The excitation drive: joints move by the muscles, under excitations from outside alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..motion import MotionTarget
from ..simulation_time import NANOSECONDS
from .drive import Drive
from .forward_dynamics import DynamicState, ForwardDynamics
from .model import MusculoskeletalModel
from .state import MusculoskeletalState

Array = NDArray[np.float64]


class ExcitationDrive(Drive):
    """Moves a model by excitations from outside; the target's load acts, its angles only set the start.

    Args:
        model, rate, start: As for :class:`Drive`.
    """

    def __init__(self, model: MusculoskeletalModel, rate: int, start: int = 0) -> None:
        super().__init__(model, rate, start)
        self._forward: ForwardDynamics | None = None

    def step(self, target: MotionTarget, extra_excitation: Array, co_contraction: float) -> MusculoskeletalState:
        """See :meth:`Drive.step`; ``co_contraction`` is every muscle's tone."""
        model, dt = self._model, self._period / NANOSECONDS
        angles, _, load = self._on_coordinates(target)
        if self._forward is None:
            tone = np.full(len(model.muscles), co_contraction)
            self._forward = ForwardDynamics(model.path, DynamicState.at_rest(angles, tone), model.low, model.high)
        now = self._forward.state
        model.set_pose(now.position, now.velocity)
        fibers, arms = model.fibers(), model.moment_arms()
        excitation = np.clip(co_contraction + extra_excitation, 0.0, 1.0)
        sound = self._forward.advance(excitation, -load, dt)
        self.problem = None if sound else f"step at {self.next_stamp / NANOSECONDS:.3f} s went wrong; last pose kept"
        return self._finish_step(now.position, now.velocity, excitation, now.activation, fibers, arms)
