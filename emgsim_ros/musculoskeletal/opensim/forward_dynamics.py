"""Forward dynamics in OpenSim: the motion that follows from excitations and outer moments.

One OpenSim Manager integrates from step to step, by default with explicit Euler steps of 1.25 ms, which never stall.
Every step is checked: if a value is not finite, or a joint is far outside its range, the last good pose is restored
and the joints stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..dynamics import DynamicState, Integrator
from ..engine import BodyPoint
from ..joint_stops import DAMPING, STIFFNESS, TRANSITION, stop_of
from .fixed_points import numbers_of
from .joints import ROTATIONAL, Joints
from .measures import Measures
from .preparation import read_model, shorten_paths
from .runtime import opensim

__all__ = ["DynamicState", "ForwardDynamics", "Integrator"]

Array = NDArray[np.float64]


class ForwardDynamics:
    """An OpenSim model that is moved by its muscles; the methods are those of `musculoskeletal.engine.ForwardDynamics`.

    Args:
        path: The .osim file.
        state: The initial state.
        low, high: [coordinates] joint ranges, rad.
        integrator: How the motion is integrated; default explicit Euler steps of 1.25 ms.

    Attributes:
        state: The present state.

    Raises:
        InvalidInput: The file cannot be used; see `read_model`.
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
        loads = [self._add_joint_parts(coordinate) for coordinate in self._joints.free]
        self._controller = self._add_controller([*self._muscles, *loads])
        self._system_state = self._model.initSystem()
        self._measures = Measures(self._model)
        functions = self._controller.get_ControlFunctions()  # after initSystem, which replaces the functions
        self._inputs = [opensim.Constant.safeDownCast(functions.get(i)) for i in range(functions.getSize())]
        self._manager: opensim.Manager | None = None
        self.state = state
        self.restore(state)

    def restore(self, state: DynamicState) -> None:
        """Continue from ``state``; the subsequent motion is the same as after the first time in this state."""
        self._set_inputs(state.excitation, state.outer_moment)
        self._joints.put(self._system_state, state.position, state.velocity)
        for muscle, activation in zip(self._muscles, state.activation, strict=True):
            muscle.setActivation(self._system_state, float(activation))
        self._system_state.setTime(0.0)
        manager = opensim.Manager(self._model)
        manager.setWriteToStorage(False)  # this and the next two records would grow without bound
        manager.setPerformAnalyses(False)
        manager.setRecordStatesTrajectory(False)
        _set_integrator(manager, self._integrator)
        manager.initialize(self._system_state)
        self._manager, self._time, self.state = manager, 0.0, state
        self._now = self._system_state

    def advance(self, excitation: Array, outer_moment: Array, duration: float) -> bool:
        """Integrate over ``duration`` s with constant inputs.

        Args:
            excitation: [muscles] 0 to 1.
            outer_moment: [coordinates] moments of the surroundings on the joints, N m.
            duration: s.

        Returns:
            Whether the new state is sound. If it is not, the model is at rest in the last sound pose.
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
        """Return the present places of points of bodies in the ground frame, [points, 3] m."""
        return self._measures.places(self._now, points)

    def mass_centre(self) -> tuple[Array, Array]:
        """Return the place (m) and the velocity (m/s) of the centre of mass, [3] each."""
        return self._measures.mass_centre(self._now)

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere, [contacts, 3] N."""
        return self._measures.ground_forces(self._now)

    def energy(self) -> float:
        """Return the sum of the kinetic energy and the potential energy in gravity, J."""
        self._model.realizeDynamics(self._now)
        place, _ = self.mass_centre()
        mass = self.mass
        down = np.array(numbers_of(self._model.getGravity()))
        return float(self._model.calcKineticEnergy(self._now) - mass * down @ place)

    @property
    def mass(self) -> float:
        """Mass of the whole model, kg."""
        return self._measures.mass(self._now)

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
        """Add a soft stop at both ends of the range and an actuator for the outer moment; return the actuator."""
        if coordinate.getMotionType() == ROTATIONAL and not self._model.getForceSet().contains(
            stop_of(coordinate.getName())
        ):
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
            STIFFNESS,
            float(np.degrees(coordinate.getRangeMin())),
            STIFFNESS,
            DAMPING,
            TRANSITION,
        )
        stop.setName(stop_of(name))
        self._model.addForce(stop)

    def _add_controller(self, actuators: list[opensim.Actuator]) -> opensim.PrescribedController:
        """Add a controller with one constant function per actuator, whose value is the control in the next step."""
        controller = opensim.PrescribedController()
        controller.setName("inputs")
        for actuator in actuators:
            controller.addActuator(actuator)
        self._model.addController(controller)
        for actuator in actuators:
            controller.prescribeControlForActuator(actuator.getName(), opensim.Constant(0.0))
        self._model.finalizeConnections()
        return controller


def _set_integrator(manager: opensim.Manager, integrator: Integrator) -> None:
    manager.setIntegratorMethod(getattr(opensim.Manager, f"IntegratorMethod_{integrator.method}"))
    if integrator.step > 0:
        manager.setIntegratorFixedStepSize(integrator.step)
    else:
        manager.setIntegratorAccuracy(integrator.accuracy)
