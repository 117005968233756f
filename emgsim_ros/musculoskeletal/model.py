"""An OpenSim model seen through arrays: pose in; path lengths, moment arms, fibre and inverse dynamics out.

OpenSim objects never leave this module. They are held for as long as the model lives: proxies that outlive
their Model crash the interpreter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .joints import Joints
from .lines import ModelLines
from .opensim_runtime import opensim
from .preparation import read_model

Array = NDArray[np.float64]

POSES_TRIED = 5
NO_ARM = 1e-9  # m, a muscle whose arm is smaller in every pose tried does not cross the joint


@dataclass(frozen=True)
class Fibers:
    """Fibres of all muscles at one instant; every array is [muscles].

    Attributes:
        length: Fibre length, m.
        velocity: Fibre lengthening velocity, m/s.
        active_force: Force along the tendon per unit of activation, N.
        passive_force: Force along the tendon at no activation, N.
    """

    length: Array
    velocity: Array
    active_force: Array
    passive_force: Array


class MusculoskeletalModel:
    """A loaded OpenSim model; tendons are rigid, coupled joints follow the free ones.

    Args:
        path: The .osim file.

    Attributes:
        path: The .osim file.
        coordinates: Names of the free coordinates.
        muscles: Names of the muscles.
        low, high: [coordinates] ranges, rad.
        rest: [coordinates] default pose, rad.
        reference_fiber_length: [muscles] fibre length in the reference pose, m; at first the default pose.

    Raises:
        InvalidInput: The file is missing, or OpenSim or this package cannot use it; see :func:`.read_model`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._model = read_model(path)
        self._joints = Joints(self._model)
        muscle_set = self._model.getMuscles()
        self._muscles = [muscle_set.get(i) for i in range(muscle_set.getSize())]
        self.coordinates, free = self._joints.names, self._joints.free
        self.muscles = tuple(m.getName() for m in self._muscles)
        self.low = np.array([c.getRangeMin() for c in free])
        self.high = np.array([c.getRangeMax() for c in free])
        self.rest = np.array([c.getDefaultValue() for c in free])
        self._max_force = np.array([m.getMaxIsometricForce() for m in self._muscles])
        self._state = self._model.initSystem()
        self._joints.find_speeds(self._state)
        self._inverse_dynamics = opensim.InverseDynamicsSolver(self._model)
        for muscle in self._muscles:  # inverse dynamics asks what the muscles must do, so they must not act
            muscle.setAppliesForce(self._state, False)
        self._lines = ModelLines(self._model, self._muscles)
        self._crossing = self._find_crossing_muscles()
        self.refer_to(self.rest)

    def refer_to(self, position: Array) -> None:
        """Make ``position`` ([coordinates] rad) the reference pose of fibre lengths."""
        self.set_pose(position, np.zeros(len(self.rest)))
        self.reference_fiber_length = self.fibers().length

    def set_pose(self, position: Array, velocity: Array) -> None:
        """Put the model at joint angles (rad) and velocities (rad/s), each [coordinates]."""
        self._position, self._velocity = position, velocity
        self._joints.put(self._state, position, velocity)
        self._model.realizeDynamics(self._state)

    def fibers(self) -> Fibers:
        """The fibres in the present pose."""
        state = self._state
        rows = np.array(
            [
                (
                    muscle.getFiberLength(state),
                    muscle.getFiberVelocity(state),
                    muscle.getActiveForceLengthMultiplier(state) * muscle.getForceVelocityMultiplier(state),
                    muscle.getPassiveForceMultiplier(state),
                    muscle.getCosPennationAngle(state),
                )
                for muscle in self._muscles
            ]
        )
        length, velocity, active, passive, cosine = rows.T
        return Fibers(length, velocity, self._max_force * active * cosine, self._max_force * passive * cosine)

    def moments_needed(self, acceleration: Array) -> Array:
        """[coordinates] moments (N m) the muscles must make for ``acceleration`` (rad/s^2) in the present pose.

        Gravity, inertia and the passive joints are accounted for (OpenSim's InverseDynamicsSolver).
        """
        count = self._state.getNU()
        every = self._joints.accelerations(self._position, self._velocity, acceleration, count)
        return self._joints.moments(self._inverse_dynamics.solve(self._state, every), self._position)

    def moment_arms(self) -> Array:
        """[coordinates, muscles] moment arms (m) in the present pose: minus the lengthening per radian.

        By unit speeds: the path's lengthening speed while one coordinate turns at 1 rad/s. The pose's
        velocities are lost; call :meth:`set_pose` again before asking for fibres.
        """
        arms = np.zeros((len(self.coordinates), len(self.muscles)))
        for joint in range(len(arms)):
            self._joints.turn(self._state, self._position, joint, 0.0)
        for joint, (row, crossing) in enumerate(zip(arms, self._crossing, strict=True)):
            self._joints.turn(self._state, self._position, joint, 1.0)
            self._model.realizeVelocity(self._state)
            row[crossing] = [-self._muscles[index].getLengtheningSpeed(self._state) for index in crossing]
            self._joints.turn(self._state, self._position, joint, 0.0)
        return arms

    def _find_crossing_muscles(self) -> list[list[int]]:
        """Per coordinate the muscles that it can lengthen, found in random poses; only these are asked later."""
        everything = list(range(len(self._muscles)))
        self._crossing = [everything for _ in self.coordinates]
        draws = np.random.default_rng(0).uniform(self.low, self.high, (POSES_TRIED, len(self.low)))
        largest = np.zeros((len(self.coordinates), len(self._muscles)))
        for pose in draws:
            self.set_pose(pose, 0 * pose)
            largest = np.maximum(largest, np.abs(self.moment_arms()))
        return [np.flatnonzero(row > NO_ARM).tolist() for row in largest]

    def muscle_lines(self) -> list[Array]:
        """Per muscle its path points [points, 3] in the ground frame (m), in the present pose."""
        return self._lines.muscles(self._state)

    def bone_lines(self) -> Array:
        """[bones, 2, 3] ends of every bone in the ground frame (m), in the present pose."""
        return self._lines.bones(self._state)
