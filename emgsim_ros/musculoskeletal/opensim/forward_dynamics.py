"""Forward dynamics: excitations and outer moments in, the motion that follows out.

One OpenSim Manager rolls on from step to step, by default with explicit Euler steps of 1.25 ms, which never stall.
Every step is checked: if a value is not finite, or a joint leaves its range by far, the last good state is put back
and the joints stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .fixed_points import numbers_of
from .joints import Joints
from .preparation import read_model, shorten_paths
from .runtime import opensim

Array = NDArray[np.float64]
BodyPoint = tuple[str, tuple[float, float, float]]  # a body and a place in its frame, m

LIMIT_STIFFNESS = 0.15  # N m per degree beyond the joint range
LIMIT_DAMPING = 0.0015  # N m s per degree, beyond the range only
LIMIT_TRANSITION = 5.0  # degrees over which the stiffness sets in
FARTHEST_BEYOND = np.radians(60.0)  # a joint this far outside its range means that the step went wrong
ROTATIONAL = 1  # OpenSim's number of a coordinate that is an angle
FASTEST = 200.0  # rad/s, likewise


@dataclass(frozen=True)
class Integrator:
    """How the motion is integrated.

    Attributes:
        method: One of OpenSim's: ExplicitEuler, SemiExplicitEuler2, RungeKuttaMerson, ...
        step: Fixed step, s; 0 lets the method choose its steps by ``accuracy``.
        accuracy: Relative accuracy of the adaptive methods.
    """

    method: str = "ExplicitEuler"
    step: float = 0.00125
    accuracy: float = 1e-6

    def apply(self, manager: opensim.Manager) -> None:
        """Set an OpenSim Manager up accordingly."""
        manager.setIntegratorMethod(getattr(opensim.Manager, f"IntegratorMethod_{self.method}"))
        if self.step > 0:
            manager.setIntegratorFixedStepSize(self.step)
        else:
            manager.setIntegratorAccuracy(self.accuracy)


@dataclass(frozen=True)
class DynamicState:
    """All that determines the motion to come.

    Attributes:
        position, velocity: [coordinates] rad, rad/s.
        activation: [muscles] 0 to 1.
        excitation: [muscles] input of the step that led here; it still acts at the very start of the next.
        outer_moment: [coordinates] likewise, N m.
    """

    position: Array
    velocity: Array
    activation: Array
    excitation: Array
    outer_moment: Array

    @staticmethod
    def at_rest(position: Array, activation: Array) -> DynamicState:
        """Standing still in a pose (rad), excited as far as activated, nothing pushing."""
        return DynamicState(position, np.zeros_like(position), activation, activation, np.zeros_like(position))

    def is_sound(self, low: Array, high: Array) -> bool:
        """Finite, and no joint far outside its range (rad) or absurdly fast."""
        values = np.concatenate([self.position, self.velocity, self.activation])
        return bool(
            np.isfinite(values).all()
            and (self.position > low - FARTHEST_BEYOND).all()
            and (self.position < high + FARTHEST_BEYOND).all()
            and (np.abs(self.velocity) < FASTEST).all()
        )


def stop_of(coordinate: opensim.Coordinate) -> str:
    """Name of the soft stop at both ends of a joint's range; a model may bring its own."""
    return f"{coordinate.getName()}_stop"


class ForwardDynamics:
    """A model that moves by its muscles.

    Args:
        path: The .osim file.
        state: Where it starts.
        low, high: [coordinates] joint ranges, rad.
        integrator: Default explicit Euler steps of 1.25 ms.

    Attributes:
        state: The present state.
    """

    def __init__(
        self, path: Path, state: DynamicState, low: Array, high: Array, integrator: Integrator | None = None
    ) -> None:
        self._low, self._high = low, high
        self._integrator = integrator or Integrator()
        self._model = read_model(path)
        shorten_paths(self._model)
        self._joints = Joints(self._model)
        muscles = self._model.getMuscles()
        self._muscles = [muscles.get(i) for i in range(muscles.getSize())]
        forces = self._model.getForceSet()
        every = [opensim.SmoothSphereHalfSpaceForce.safeDownCast(forces.get(i)) for i in range(forces.getSize())]
        self._contacts = [contact for contact in every if contact is not None]
        loads = [self._add_joint_parts(coordinate) for coordinate in self._joints.free]
        self._controller = self._add_controller([*self._muscles, *loads])
        self._system_state = self._model.initSystem()
        functions = self._controller.get_ControlFunctions()  # only from here on: initSystem replaces them
        self._inputs = [opensim.Constant.safeDownCast(functions.get(i)) for i in range(functions.getSize())]
        self._manager: opensim.Manager | None = None
        self.state = state
        self.restore(state)

    def restore(self, state: DynamicState) -> None:
        """Put the model into a state; it goes on from there as it did the first time."""
        self._set_inputs(state.excitation, state.outer_moment)
        self._joints.put(self._system_state, state.position, state.velocity)
        for muscle, activation in zip(self._muscles, state.activation, strict=True):
            muscle.setActivation(self._system_state, float(activation))
        self._system_state.setTime(0.0)
        manager = opensim.Manager(self._model)
        manager.setWriteToStorage(False)  # all three would grow without bound
        manager.setPerformAnalyses(False)
        manager.setRecordStatesTrajectory(False)
        self._integrator.apply(manager)
        manager.initialize(self._system_state)
        self._manager, self._time, self.state = manager, 0.0, state
        self._now = self._system_state

    def advance(self, excitation: Array, outer_moment: Array, duration: float) -> bool:
        """Integrate over ``duration`` s of constant inputs.

        Args:
            excitation: [muscles] 0 to 1.
            outer_moment: [coordinates] moments of the surroundings on the joints, N m.
            duration: s.

        Returns:
            Whether the step was sound; if not, the last good pose stands, at rest.
        """
        self._set_inputs(excitation, outer_moment)
        self._time += duration
        assert self._manager is not None
        try:
            self._now = self._manager.integrate(self._time)
            new = self._read(self._now, excitation, outer_moment)
            sound = new.is_sound(self._low, self._high)
        except RuntimeError:
            sound = False
        if sound:
            self.state = new
        else:
            self.restore(DynamicState.at_rest(self.state.position, self.state.activation))
        return sound

    def places(self, points: Sequence[BodyPoint]) -> Array:
        """[points, 3] where points of bodies are now, m."""
        self._model.realizePosition(self._now)
        bodies = self._model.getBodySet()
        found = [bodies.get(b).findStationLocationInGround(self._now, opensim.Vec3(*p)) for b, p in points]
        return np.array([numbers_of(place) for place in found]).reshape(-1, 3)

    def mass_centre(self) -> tuple[Array, Array]:
        """Place (m) and velocity (m/s) of the centre of mass, [3] each."""
        self._model.realizeVelocity(self._now)
        place = self._model.calcMassCenterPosition(self._now)
        return np.array(numbers_of(place)), np.array(numbers_of(self._model.calcMassCenterVelocity(self._now)))

    def ground_forces(self) -> Array:
        """[contacts, 3] force of the ground on every ball that may touch it, N."""
        self._model.realizeDynamics(self._now)
        values = [contact.getRecordValues(self._now) for contact in self._contacts]
        return np.array([[value.get(axis) for axis in range(3)] for value in values]).reshape(-1, 3)

    def energy(self) -> float:
        """Kinetic energy and that in gravity, J."""
        self._model.realizeDynamics(self._now)
        place, _ = self.mass_centre()
        mass = self._model.getTotalMass(self._now)
        down = np.array(numbers_of(self._model.getGravity()))
        return float(self._model.calcKineticEnergy(self._now) - mass * down @ place)

    @property
    def mass(self) -> float:
        """Of the whole model, kg."""
        return float(self._model.getTotalMass(self._now))

    def _set_inputs(self, excitation: Array, outer_moment: Array) -> None:
        for function, value in zip(self._inputs, np.concatenate([excitation, outer_moment]), strict=True):
            function.setValue(float(value))

    def _read(self, system_state: opensim.State, excitation: Array, outer_moment: Array) -> DynamicState:
        return DynamicState(
            np.array([coordinate.getValue(system_state) for coordinate in self._joints.free]),
            np.array([coordinate.getSpeedValue(system_state) for coordinate in self._joints.free]),
            np.array([muscle.getActivation(system_state) for muscle in self._muscles]),
            excitation.copy(),
            outer_moment.copy(),
        )

    def _add_joint_parts(self, coordinate: opensim.Coordinate) -> opensim.CoordinateActuator:
        """A soft stop at both ends of the range, and an actuator for the moment of the surroundings."""
        if coordinate.getMotionType() == ROTATIONAL and not self._model.getForceSet().contains(stop_of(coordinate)):
            self._add_stop(coordinate)
        actuator = opensim.CoordinateActuator(coordinate.getName())
        actuator.setName(f"{coordinate.getName()}_load")
        actuator.setOptimalForce(1.0)
        self._model.addForce(actuator)
        return actuator

    def _add_stop(self, coordinate: opensim.Coordinate) -> None:
        name = coordinate.getName()
        stop = opensim.CoordinateLimitForce(
            name,
            float(np.degrees(coordinate.getRangeMax())),
            LIMIT_STIFFNESS,
            float(np.degrees(coordinate.getRangeMin())),
            LIMIT_STIFFNESS,
            LIMIT_DAMPING,
            LIMIT_TRANSITION,
        )
        stop.setName(stop_of(coordinate))
        self._model.addForce(stop)

    def _add_controller(self, actuators: list[opensim.Actuator]) -> opensim.PrescribedController:
        """One constant function per actuator, whose value is its control in the next step."""
        controller = opensim.PrescribedController()
        controller.setName("inputs")
        for actuator in actuators:
            controller.addActuator(actuator)
        self._model.addController(controller)
        for actuator in actuators:
            controller.prescribeControlForActuator(actuator.getName(), opensim.Constant(0.0))
        self._model.finalizeConnections()
        return controller
