"""A model in one state: what MuJoCo computes of it, by free coordinates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..description import BodyPlace, Description
from ..engine import BodyPoint
from ..path_functions import PathFunctions
from .compile import CompiledModel
from .ground_contact import FAR, GroundContacts
from .passive_forces import PassiveForces
from .runtime import mujoco

Array = NDArray[np.float64]

REMEMBERED = 64  # lists of points whose bodies are remembered


class Mechanism:
    """The bodies, joints and muscle paths of a model in one state.

    Args:
        description: The model.
        compiled: The same model, compiled.

    Attributes:
        data: The state in MuJoCo.
        order: [free] number of the axis of each free coordinate, if the axes of the joints are the free coordinates;
            None for models with coupled or constant axes.
        passive, contacts: The forces of the joints and of the ground.
        sphere_body, sphere_centre: MuJoCo body of each contact sphere, and its centre in it ([contacts, 3] m).
        mass: kg.
    """

    def __init__(self, description: Description, compiled: CompiledModel) -> None:
        self._compiled, self._axes = compiled, compiled.axes
        self._model, self.data = compiled.model, mujoco.MjData(compiled.model)
        free = len(description.coordinates)
        self.passive = PassiveForces(description.springs, description.stops, free)
        self.contacts = GroundContacts(description.contacts)
        spheres = [compiled.local(BodyPlace(one.body, one.centre)) for one in description.contacts]
        self.sphere_body = np.array([body for body, _ in spheres], dtype=int)
        self.sphere_centre = np.array([centre for _, centre in spheres]).reshape(-1, 3)
        self._on_points = np.array([number for number, path in enumerate(description.paths) if path], dtype=int)
        self._functions = PathFunctions(description.functions, len(description.muscles), free)
        self._muscle = np.repeat(self._on_points, self._model.ten_J_rownnz)
        self._axis = self._model.ten_J_colind[: len(self._muscle)].copy()
        self._jacobian = np.zeros((len(description.muscles), self._model.nv))
        self._inertia = np.zeros((self._model.nv, self._model.nv))
        self.order = _order_of(self._axes.constant)
        self._full, self._row = np.zeros(self._model.nv), np.zeros((1, self._model.nv))
        # Drives and environments ask for the same few lists of points in every step.
        self._found: dict[tuple, tuple[NDArray[np.int64], Array]] = {}
        self.mass = float(self._model.body_mass.sum())

    def put(self, position: Array, velocity: Array) -> None:
        """Set positions (rad) and velocities (rad/s) of the free coordinates; locations and path lengths follow."""
        self._position, self._velocity, data = position, velocity, self.data
        if self.order is not None:
            data.qpos[self.order], data.qvel[self.order] = position, velocity
        else:
            self._slopes = self._axes.slopes(position)
            data.qpos[:], data.qvel[:] = self._axes.values(position), self._slopes @ velocity
        mujoco.mj_fwdKinematics(self._model, data)
        self._jacobian[self._muscle, self._axis] = data.ten_J
        if self._functions:
            self._function_lengths, self._function_slopes = self._functions.at(position)
        self._moving = False

    def path_lengths(self) -> Array:
        """Return the lengths of the muscle paths, [muscles] m."""
        if not self._functions:
            return self.data.ten_length.copy()
        lengths = self._function_lengths.copy()
        lengths[self._on_points] = self.data.ten_length
        return lengths

    def path_speeds(self) -> Array:
        """Return the lengthening speeds of the muscle paths, [muscles] m/s."""
        speeds: Array = self._jacobian @ self.data.qvel
        return speeds + self._function_slopes @ self._velocity if self._functions else speeds

    def moment_arms(self) -> Array:
        """Return the moment arms, [free coordinates, muscles] m: minus the lengthening per radian."""
        slopes = self._per_free(self._jacobian)
        return np.ascontiguousarray(-(slopes + self._function_slopes if self._functions else slopes).T)

    def muscle_moments(self, force: Array) -> Array:
        """Return the moments of muscle forces ([muscles] N) on the free coordinates, [free] N m."""
        moments = -self._per_free(force @ self._jacobian)
        return moments - force @ self._function_slopes if self._functions else moments

    def inverse_dynamics(self, acceleration: Array) -> Array:
        """Return the moments for accelerations of the free coordinates (rad/s^2), [free] N m.

        The passive forces and the ground are taken into account; muscles exert nothing.
        """
        self.move()
        if self.order is not None:
            self.data.qacc[self.order] = acceleration
        else:
            self.data.qacc[:] = self._slopes @ acceleration + self._axes.bends(self._position, self._velocity)
        mujoco.mj_rne(self._model, self.data, 1, self._full)
        moments = self._per_free(self._full - self._contact_moments())
        return moments - self.passive.moments(self._position, self._velocity)

    def acceleration(self, moments: Array) -> Array:
        """Return the accelerations of the free coordinates (rad/s^2) under moments on them, [free] each.

        The passive forces and the ground act as well; ``moments`` contains those of the muscles.
        """
        self.move()
        applied = moments + self.passive.moments(self._position, self._velocity)
        mujoco.mj_makeM(self._model, self.data)
        mujoco.mj_rne(self._model, self.data, 0, self._full)
        outer = self._contact_moments() - self._full
        if self.order is not None:
            return self._solve_tree(applied, outer)
        mujoco.mj_fullM(self._model, self.data, self._inertia)
        bends = self._axes.bends(self._position, self._velocity)
        inertia = self._slopes.T @ self._inertia @ self._slopes
        return np.linalg.solve(inertia, applied + self._per_free(outer - self._inertia @ bends)).astype(np.float64)

    def _solve_tree(self, applied: Array, outer: Array) -> Array:
        """Return the accelerations if the axes are the free coordinates, by MuJoCo's factorisation of the inertia."""
        outer[self.order] += applied
        mujoco.mj_factorM(self._model, self.data)
        mujoco.mj_solveM(self._model, self.data, self._row, outer[None])
        accelerations: Array = self._row[0, self.order]
        return accelerations

    def _per_free(self, values: Array) -> Array:
        """Convert derivatives with respect to the axes ([..., axes]) to those with respect to the free coordinates."""
        converted: Array = values[..., self.order] if self.order is not None else values @ self._slopes
        return converted

    def kinetic_energy(self) -> float:
        """Return the kinetic energy, J."""
        mujoco.mj_makeM(self._model, self.data)
        mujoco.mj_mulM(self._model, self.data, self._full, self.data.qvel)
        return 0.5 * float(self._full @ self.data.qvel)

    def potential_energy(self) -> float:
        """Return the potential energy in gravity, J; 0 with the centre of mass in the origin."""
        return -self.mass * float(self._model.opt.gravity @ self.data.subtree_com[0])

    def mass_centre(self) -> tuple[Array, Array]:
        """Return the location (m) and the velocity (m/s) of the centre of mass, [3] each."""
        self.move()
        mujoco.mj_subtreeVel(self._model, self.data)
        return self.data.subtree_com[0].copy(), self.data.subtree_linvel[0].copy()

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere, [contacts, 3] N."""
        self.move()
        return self._pressed()[1]

    def site_lines(self) -> list[Array]:
        """Return the via points of each muscle in the ground frame, [points, 3] m."""
        return [self.data.site_xpos[sites] for sites in self._compiled.sites]

    def numbered(self, points: Sequence[BodyPlace]) -> tuple[NDArray[np.int64], Array]:
        """Return the MuJoCo bodies ([points]) and the places in their frames ([points, 3] m) of points of bodies."""
        for point in points:
            if point.body not in self._compiled.frames:
                raise InvalidInput("body", point.body, "one of " + ", ".join(self._compiled.frames))
        found = [self._compiled.local(point) for point in points]
        return np.array([body for body, _ in found], dtype=int), np.array([place for _, place in found]).reshape(-1, 3)

    def in_ground(self, bodies: NDArray[np.int64], places: Array) -> Array:
        """Return points that `numbered` has located in bodies, in the ground frame, [points, 3] m."""
        turns = self.data.xmat[bodies].reshape(-1, 3, 3)
        return self.data.xpos[bodies] + (turns @ places[:, :, None])[:, :, 0]

    def places(self, points: Sequence[BodyPoint]) -> Array:
        """Return the locations of points of bodies in the ground frame, [points, 3] m."""
        key = tuple((body, *place) for body, place in points)
        if key not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[key] = self.numbered([BodyPlace(body, np.array(place)) for body, place in points])
        return self.in_ground(*self._found[key])

    def move(self) -> None:
        """Compute the velocities of the bodies, once per state."""
        if not self._moving:
            mujoco.mj_comVel(self._model, self.data)
            self._moving = True

    def _contact_moments(self) -> Array | float:
        """Return the moments of the ground on the axes of all joints, [axes] N m."""
        if not len(self.sphere_body):
            return 0.0
        points, forces = self._pressed()
        if not forces.any():
            return 0.0
        moments, nothing = np.zeros(self._model.nv), np.zeros(3)
        for body, point, force in zip(self.sphere_body, points, forces, strict=True):
            mujoco.mj_applyFT(self._model, self.data, force, nothing, point, body, moments)
        return moments

    def _pressed(self) -> tuple[Array, Array]:
        """Return the points at which the ground acts on the spheres, and the forces, [contacts, 3] m and N each."""
        centres = self.in_ground(self.sphere_body, self.sphere_centre)
        depth = self.contacts.depth(centres)
        if (depth < -FAR).all():
            return centres, np.zeros_like(centres)
        points = self.contacts.points(centres, depth)
        data, body = self.data, self.sphere_body
        # Spatial velocities of MuJoCo are about the centre of mass of the tree.
        turning, moving = data.cvel[body, :3], data.cvel[body, 3:]
        offset = points - data.subtree_com[self._model.body_rootid[body]]
        return points, self.contacts.forces(depth, moving + _cross(turning, offset))


def _cross(a: Array, b: Array) -> Array:
    """Return the cross products of the rows of two [n, 3] arrays; numpy's own function is slow."""
    (ax, ay, az), (bx, by, bz) = a.T, b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def _order_of(slopes: Array | None) -> NDArray[np.int64] | None:
    """Return the axis of each free coordinate if the axes are the free coordinates themselves, else None."""
    if slopes is None or slopes.shape[0] != slopes.shape[1]:
        return None
    order = np.argmax(slopes, axis=0)
    return order if np.array_equal(slopes[order], np.eye(len(slopes))) else None
