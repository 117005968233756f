"""The kinematic drive: joint angles are prescribed; muscle excitations, fibres and forces are computed from them.

In each step the joints follow the target, and inverse dynamics gives the moments that the muscles must exert, to which
the resistance of the posture is added. Static optimisation distributes them among the muscles, and inverse activation
dynamics gives the excitations. Excitations of other sources (stimulation, a policy) are added; they do not move the
joints.

Nothing feeds back to the joints, so many steps can be computed at once if their targets exist. Single steps run the
same functions; with many, what depends on the step before runs in machine code.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...motion import MotionTargets
from ...signals.simulation_time import NANOSECONDS
from ..dynamics import DynamicState
from ..mechanics import Mechanics, many_poses, mechanics
from ..state import MusculoskeletalState, MusculoskeletalStates
from .drive import Drive
from .effort import Effort
from .reference import JointMotion, follow_many
from .requested_activation import request

Array = NDArray[np.float64]


class KinematicDrive(Drive):
    """Moves the joints along the targets; the arguments are those of `Drive`."""

    _activation: Array

    @property
    def computes_many(self) -> bool:
        """Whether `steps` computes many steps at once: if the engine can, and no subclass changes the single step."""
        own = type(self).step is Drive.step and type(self)._move is KinematicDrive._move
        return own and many_poses(self._model) is not None

    def steps(self, targets: MotionTargets, extra_excitation: Array, effort: Effort) -> MusculoskeletalStates:
        """See `Drive.steps`."""
        if not self.computes_many:
            return super().steps(targets, extra_excitation, effort)
        angles, speeds, load = self._on_coordinates(targets)
        motion = self._motion(angles, speeds, effort)
        self._reference = JointMotion(motion.position[-1], motion.velocity[-1], motion.acceleration[-1])
        extra = np.broadcast_to(extra_excitation, (len(load), len(self._model.muscles)))
        return self._make(motion, load, extra, effort)

    def _motion(self, angles: Array, speeds: Array, effort: Effort) -> JointMotion:
        """Return the joint motion in the next steps, [steps, coordinates], for targets within the joint ranges."""
        first = self._reference is None
        if first:
            self.reset(angles[0], effort)
        assert self._reference is not None
        start, dt = self._reference, self._period / NANOSECONDS
        motion = follow_many(start, angles[first:], speeds[first:], self._frequency, dt)
        if not first:
            return motion
        return JointMotion(
            np.vstack([start.position, motion.position]),
            np.vstack([start.velocity, motion.velocity]),
            np.vstack([start.acceleration, motion.acceleration]),
        )

    def _move(self, load: Array, extra_excitation: Array, effort: Effort) -> MusculoskeletalState:
        assert self._reference is not None
        now = self._reference
        motion = JointMotion(now.position[None], now.velocity[None], now.acceleration[None])
        return self._make(motion, load[None], extra_excitation[None], effort)[0]

    def _make(self, motion: JointMotion, load: Array, extra: Array, effort: Effort) -> MusculoskeletalStates:
        """Return the states along a motion; all arrays are [steps, coordinates or muscles]."""
        found, coordination = self._mechanics(motion), self._coordination
        position, velocity, arms, fibers = motion.position, motion.velocity, found.arms, found.fibers
        held = load + coordination.resistance(position, velocity, arms, fibers, found.places, effort)
        muscles = len(self._model.muscles)
        lowest, highest = np.zeros(muscles), np.full(muscles, effort.maximal)
        wanted = coordination.activation(
            position, velocity, found.moments + held, arms, fibers, effort, lowest, highest
        )
        excitation, activation, self._voluntary = request(
            self._voluntary, self._activation, wanted, extra, self._period / NANOSECONDS
        )
        self._activation = activation[-1]
        return self._finish_steps(position, velocity, excitation, activation, fibers, arms)

    def _mechanics(self, motion: JointMotion) -> Mechanics:
        points = self._coordination.points
        poses = motion.position, motion.velocity, motion.acceleration
        many = many_poses(self._model) if len(motion.position) > 1 else None
        return mechanics(self._model, *poses, points) if many is None else many.mechanics(*poses, points)

    def _dynamic_state(self) -> DynamicState:
        assert self._reference is not None
        none = np.zeros_like(self._reference.position)
        return DynamicState(
            self._reference.position, self._reference.velocity, self._activation, self._activation, none
        )

    def _put(self, state: DynamicState) -> None:
        self._activation = state.activation
