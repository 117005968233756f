"""The kinematic drive: joint angles are prescribed; muscle excitations, fibres and forces are computed from them.

In each step the joints follow the target, and inverse dynamics gives the moments that the muscles must exert, to which
the resistance of the posture is added. Static optimisation distributes them among the muscles, and inverse activation
dynamics gives the excitations. Excitations of other sources (stimulation, a policy) are added; they do not move the
joints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...signals.simulation_time import NANOSECONDS
from ..activation import activation_after, excitation_for
from ..dynamics import DynamicState
from ..state import MusculoskeletalState
from .drive import Drive
from .effort import Effort

Array = NDArray[np.float64]


class KinematicDrive(Drive):
    """Moves the joints along the targets; the arguments are those of `Drive`."""

    _activation: Array

    def _move(self, load: Array, extra_excitation: Array, effort: Effort) -> MusculoskeletalState:
        model, dt = self._model, self._period / NANOSECONDS
        assert self._reference is not None
        joints = self._reference
        model.set_pose(joints.position, joints.velocity)
        fibers, arms = model.fibers(), model.moment_arms()
        held = load + self._coordination.resistance(joints.position, joints.velocity, arms, fibers, effort)
        moments = model.moments_needed(joints.acceleration) + held
        lowest, highest = np.zeros(len(model.muscles)), np.full(len(model.muscles), effort.maximal)
        wanted = self._coordination.activation(
            joints.position, joints.velocity, moments, arms, fibers, effort, lowest, highest
        )
        voluntary = excitation_for(self._voluntary, wanted, dt)
        excitation = np.clip(voluntary + extra_excitation, 0.0, 1.0)
        self._voluntary = activation_after(self._voluntary, voluntary, dt)
        self._activation = activation_after(self._activation, excitation, dt)
        return self._finish_step(joints.position, joints.velocity, excitation, self._activation, fibers, arms)

    def _dynamic_state(self) -> DynamicState:
        assert self._reference is not None
        none = np.zeros_like(self._reference.position)
        return DynamicState(
            self._reference.position, self._reference.velocity, self._activation, self._activation, none
        )

    def _put(self, state: DynamicState) -> None:
        self._activation = state.activation
