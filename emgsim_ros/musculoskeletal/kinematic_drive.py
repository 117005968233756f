"""The kinematic drive: joint angles are given; muscle excitations, fibres and forces follow.

Each step: the joints follow the target, inverse dynamics gives the moments that the muscles must make,
static optimisation shares them among the muscles, inverse activation dynamics gives their excitation.
Excitations from elsewhere (stimulation, a policy) are added to it; they do not move the joints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..motion import MotionTarget
from ..simulation_time import NANOSECONDS
from .activation import activation_after, excitation_for
from .drive import Drive
from .model import MusculoskeletalModel
from .reference import CriticallyDampedReference
from .state import MusculoskeletalState
from .static_optimisation import static_optimisation

Array = NDArray[np.float64]


class KinematicDrive(Drive):
    """Moves a model along its targets.

    Args:
        model, rate, start: As for :class:`Drive`.
        natural_frequency: Of the joints' approach to their target, rad/s.
    """

    def __init__(self, model: MusculoskeletalModel, rate: int, natural_frequency: float, start: int = 0) -> None:
        super().__init__(model, rate, start)
        self._natural_frequency = natural_frequency
        self._reference: CriticallyDampedReference | None = None
        self._activation: Array | None = None

    def step(self, target: MotionTarget, extra_excitation: Array, co_contraction: float) -> MusculoskeletalState:
        """See :meth:`Drive.step`."""
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
        return self._finish_step(joints.position, joints.velocity, excitation, self._activation, fibers, arms)
