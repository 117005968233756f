"""Lengths and moment arms of all muscles at once.

For paths of via points, both are computed from the points and the Jacobian of the system instead of one OpenSim call
per muscle: a moment arm is the moment of a tension of 1 N, and the Jacobian converts the torques and forces of this
tension on the bodies to moments of the joints. Paths that wrap or move are evaluated by OpenSim, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .fixed_points import FixedPoints, numbers_of, via_points
from .joints import Joints
from .runtime import opensim

Array = NDArray[np.float64]


class MusclePaths:
    """The paths of a model's muscles in its present pose.

    Args:
        model: A prepared model whose system is initialised; it has to outlive this object.
        muscles: The muscles of the model.
        joints: The joints of the model.
    """

    def __init__(self, model: opensim.Model, muscles: Sequence[opensim.Muscle], joints: Joints) -> None:
        self._model, self._muscles, self._joints = model, muscles, joints
        via = {number: points for number, muscle in enumerate(muscles) if (points := via_points(muscle))}
        self._others = [number for number in range(len(muscles)) if number not in via]
        self._points = FixedPoints([point for points in via.values() for point in points])
        owner = np.repeat(list(via), [len(points) for points in via.values()]).astype(int)
        pairs = [(a, b) for a, b in pairwise(range(len(owner))) if owner[a] == owner[b]]
        self._ends = np.array(pairs, dtype=int).reshape(-1, 2).T
        # [muscles, segments] 1 where a segment belongs to a muscle, else 0
        self._of_muscle = (np.arange(len(muscles))[:, None] == owner[self._ends[0]]).astype(float)
        self._owner = owner
        body = self._points.body
        self._crossing = body[self._ends[0]] != body[self._ends[1]]  # tension within one body moves nothing
        self._pulled = self._ends[:, self._crossing].ravel()  # start points of these segments, then their end points
        muscle = owner[self._pulled][:, None]
        # Where the six numbers of the wrench at each of these points are added, in a [muscles, bodies, 6] array.
        bodies = int(body.max(initial=0)) + 1
        self._wrenches = (len(muscles), 6 * bodies)
        self._added_to = ((muscle * bodies + body[self._pulled][:, None]) * 6 + np.arange(6)).ravel()
        self._jacobian = opensim.Matrix()

    @property
    def disturbs_velocities(self) -> bool:
        """Whether `moment_arms` changes the velocities of the state."""
        return bool(self._others)

    def update(self, state: opensim.State) -> None:
        """Read the pose from a state that is realised to Position."""
        self._places, self._offsets = self._points.in_ground(state)
        start, end = self._ends
        step = self._places[end] - self._places[start]
        self._segments = np.sqrt(np.square(step).sum(axis=1))
        self._along = step / self._segments[:, None]

    def lengths(self, state: opensim.State) -> Array:
        """Return the lengths of the paths, [muscles] m."""
        lengths = self._of_muscle @ self._segments
        for number in self._others:
            lengths[number] = self._muscles[number].getLength(state)
        return lengths

    def moment_arms(self, state: opensim.State, position: Array) -> Array:
        """Return the moment arms, [free coordinates, muscles] m: minus the lengthening per radian.

        The velocities of the state are lost if `disturbs_velocities` is true.
        """
        self._model.getMatterSubsystem().calcSystemJacobian(state, self._jacobian)
        along = self._along[self._crossing]
        wrench = np.empty((len(self._pulled), 6))  # torque about the origin of the body, and force
        wrench[:, 3:] = np.concatenate([along, -along])
        wrench[:, :3] = _cross(self._offsets[self._pulled], wrench[:, 3:])
        shape = self._wrenches
        pull = np.bincount(self._added_to, wrench.ravel(), minlength=shape[0] * shape[1]).reshape(shape)
        per_speed = pull @ self._jacobian.to_numpy()[: shape[1]]
        arms = self._joints.speeds_per_free(position, state.getNU()).T @ per_speed.T
        if self._others:
            self._fill_others(state, position, arms)
        return np.ascontiguousarray(arms)

    def lines(self, state: opensim.State) -> list[Array]:
        """Return, for each muscle, its path points in the ground frame, [points, 3] m."""
        return [
            _current_path(muscle, state) if number in self._others else self._places[self._owner == number]
            for number, muscle in enumerate(self._muscles)
        ]

    def _fill_others(self, state: opensim.State, position: Array, arms: Array) -> None:
        """Fill in the moment arms of wrapping and moving paths: lengthening speeds while one joint turns at 1 rad/s."""
        for joint in range(len(arms)):
            self._joints.turn(state, position, joint, 0.0)
        for joint, row in enumerate(arms):
            self._joints.turn(state, position, joint, 1.0)
            self._model.realizeVelocity(state)
            row[self._others] = [-self._muscles[number].getLengtheningSpeed(state) for number in self._others]
            self._joints.turn(state, position, joint, 0.0)


def _cross(a: Array, b: Array) -> Array:
    """Return the cross products of the rows of two [n, 3] arrays; numpy's own function is slow."""
    (ax, ay, az), (bx, by, bz) = a.T, b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def _current_path(muscle: opensim.Muscle, state: opensim.State) -> Array:
    path = opensim.GeometryPath.safeDownCast(muscle.get_path())
    if path is None:  # a path given by functions has no points
        return np.zeros((0, 3))
    points = path.getCurrentPath(state)
    return np.array([numbers_of(points.get(i).getLocationInGround(state)) for i in range(points.getSize())])
