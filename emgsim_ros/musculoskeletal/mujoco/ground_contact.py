"""Contact of spheres with the ground: OpenSim's SmoothSphereHalfSpaceForce (Serrancoli et al. 2019) for all spheres.

The formulas are those of Simbody's ``SmoothSphereHalfSpaceForceImpl``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..description import GroundContact

Array = NDArray[np.float64]

FAR = 0.06  # m above the ground; there the smoothed force is below 1e-15 of that at the same depth


class GroundContacts:
    """The contact spheres of a model.

    Args:
        contacts: The contacts.

    Attributes:
        normal, plane: [contacts, 3] normals of the planes, which point into the ground, and points of the planes, m.
    """

    def __init__(self, contacts: Sequence[GroundContact]) -> None:
        self._radius = np.array([one.radius for one in contacts])
        self.normal = np.array([one.normal for one in contacts]).reshape(-1, 3)
        self.plane = np.array([one.plane for one in contacts]).reshape(-1, 3)
        strain_modulus = np.array([one.stiffness for one in contacts])
        stiffness = 0.5 * np.cbrt(strain_modulus) ** 2
        self._hertz = 4 / 3 * stiffness * np.sqrt(self._radius * stiffness)
        self._dissipation = np.array([one.dissipation for one in contacts])
        self._release = 2 / (3 * np.maximum(self._dissipation, 1e-12))
        self._static, self._dynamic, self._viscous = np.array([one.friction for one in contacts]).reshape(-1, 3).T
        self._transition = np.array([one.transition_speed for one in contacts])
        self._least = np.array([one.least_force for one in contacts])
        self._hertz_smoothing = np.array([one.hertz_smoothing for one in contacts])
        self._damping_smoothing = np.array([one.damping_smoothing for one in contacts])

    def parameters(self) -> Array:
        """Return the parameters of the law in the order in which compiled code reads them, [contacts, 11]."""
        columns = (
            self._radius,
            self._hertz,
            self._dissipation,
            self._release,
            self._static,
            self._dynamic,
            self._viscous,
            self._transition,
            self._least,
            self._hertz_smoothing,
            self._damping_smoothing,
        )
        return np.stack(columns, axis=1).reshape(-1, len(columns))

    def depth(self, centres: Array) -> Array:
        """Return how deep the spheres are in the ground (m; negative above it), for their centres [contacts, 3] m."""
        depth: Array = self._radius + ((centres - self.plane) * self.normal).sum(axis=1)
        return depth

    def points(self, centres: Array, depth: Array) -> Array:
        """Return the points at which the forces act, midway between the two surfaces, [contacts, 3] m."""
        points: Array = centres + (self._radius - 0.5 * depth)[:, None] * self.normal
        return points

    def forces(self, depth: Array, velocity: Array) -> Array:
        """Return the forces of the ground on the spheres.

        Args:
            depth: [contacts] m.
            velocity: [contacts, 3] velocities of the points of the bodies at which the forces act, m/s.

        Returns:
            [contacts, 3] N.
        """
        into = (velocity * self.normal).sum(axis=1)
        along = velocity - into[:, None] * self.normal
        # A smooth Hertz force, and the smooth dissipation of Hunt and Crossley.
        hertz = self._hertz * (np.square(depth) + self._least) ** 0.75
        hertz *= 0.5 + 0.5 * np.tanh(self._hertz_smoothing * depth)
        damped = 0.5 + 0.5 * np.tanh(self._damping_smoothing * (into + self._release))
        pressure = hertz * (1 + 1.5 * self._dissipation * into) * damped
        slip = np.sqrt(np.square(along).sum(axis=1) + self._least)
        relative = slip / self._transition
        coefficient = self._dynamic + 2 * (self._static - self._dynamic) / (1 + np.square(relative))
        friction = pressure * (np.minimum(relative, 1.0) * coefficient + self._viscous * slip)
        return -(pressure[:, None] * self.normal + (friction / slip)[:, None] * along)
