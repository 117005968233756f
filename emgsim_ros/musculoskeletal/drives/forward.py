"""Drives with forward dynamics: the muscles move the joints."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from ...signals.simulation_time import NANOSECONDS
from ..activation import activation_after, excitation_for
from ..dynamics import DynamicState
from ..engine import ForwardDynamics
from ..fibers import Fibers
from ..state import MusculoskeletalState
from .computed_torque import moments_for
from .drive import Drive
from .effort import Effort

Array = NDArray[np.float64]


CORRECTION_TIME = 0.5  # s; time constant of the correction of a lasting joint error
LARGEST_CORRECTION = 0.4  # rad; limit of this correction


class ForwardDrive(Drive):
    """Moves a model by voluntary and additional excitations; the load of the target acts as an outer moment."""

    _forward: ForwardDynamics | None = None

    def _move(self, load: Array, extra_excitation: Array, effort: Effort) -> MusculoskeletalState:
        model, dt = self._model, self._period / NANOSECONDS
        now = self._dynamic_state()
        model.set_pose(now.position, now.velocity)
        fibers, arms = model.fibers(), model.moment_arms()
        held = load + self._resistance(arms, fibers, effort)
        voluntary = self._voluntary_excitation(now, held, effort)
        self._voluntary = activation_after(self._voluntary, voluntary, dt)
        excitation = np.clip(voluntary + extra_excitation, 0.0, 1.0)
        assert self._forward is not None
        sound = self._forward.advance(excitation, -held, dt)
        self.problem = None if sound else f"step at {self.next_stamp / NANOSECONDS:.3f} s failed; last pose kept"
        return self._finish_step(now.position, now.velocity, excitation, now.activation, fibers, arms)

    def _resistance(self, arms: Array, fibers: Fibers, effort: Effort) -> Array:
        """Return the moments of tissue against which the posture is held, [coordinates] N m; changes the pose."""
        return np.zeros_like(self._model.rest)

    @abstractmethod
    def _voluntary_excitation(self, now: DynamicState, load: Array, effort: Effort) -> Array:
        """Return the excitation of the drive itself, [muscles] 0 to 1."""

    def _dynamic_state(self) -> DynamicState:
        assert self._forward is not None
        return self._forward.state

    def _put(self, state: DynamicState) -> None:
        if self._forward is None:
            self._forward = self._model.forward_dynamics(state)
        else:
            self._forward.restore(state)


class ExcitationDrive(ForwardDrive):
    """Moves a model by the additional excitations alone; the targets give only the initial pose and the loads."""

    def _voluntary_excitation(self, now: DynamicState, load: Array, effort: Effort) -> Array:
        return np.zeros(len(self._model.muscles))

    def _activation_at_rest(self, position: Array, effort: Effort) -> Array:
        return np.zeros(len(self._model.muscles))


class TrackingDrive(ForwardDrive):
    """Follows its targets by its muscles: computed torque and static optimisation (Thelen et al. 2003).

    The desired acceleration of the joints is that of their reference plus feedback of angle and velocity and a slow
    correction of lasting errors. Inverse dynamics gives the moments for this acceleration; static optimisation gives
    the activations, among those that activation dynamics can reach within the step. The reachable activations follow
    from the drive's own excitations only; additional excitations (stimulation) act on the drive through the joint
    motion.
    """

    def _voluntary_excitation(self, now: DynamicState, load: Array, effort: Effort) -> Array:
        model, dt, w = self._model, self._period / NANOSECONDS, self._frequency
        assert self._reference is not None
        wanted = self._reference
        error = wanted.position - now.position
        grown = self._correction + error * dt / CORRECTION_TIME
        self._correction = np.clip(grown, -LARGEST_CORRECTION, LARGEST_CORRECTION)
        acceleration = (
            wanted.acceleration + 2 * w * (wanted.velocity - now.velocity) + w**2 * (error + self._correction)
        )
        lowest, fastest = (activation_after(self._voluntary, np.full(len(model.muscles), u), dt) for u in (0.0, 1.0))
        highest = np.maximum(np.minimum(fastest, effort.maximal), lowest)
        moments = moments_for(model, now.position, now.velocity, acceleration, dt) + load
        activation = self._coordination.activation(
            now.position, now.velocity, moments, model.moment_arms(), model.fibers(), effort, lowest, highest
        )
        return excitation_for(self._voluntary, activation, dt)

    def _resistance(self, arms: Array, fibers: Fibers, effort: Effort) -> Array:
        # The resistance of the planned posture: a moment that followed the present angles would be a stiff spring that
        # is held for a whole step.
        assert self._reference is not None
        planned = self._reference
        self._model.set_pose(planned.position, planned.velocity)
        places = self._model.places(self._coordination.points)
        return self._coordination.resistance(planned.position, planned.velocity, arms, fibers, places, effort)
