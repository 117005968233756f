"""Quantities of a whole OpenSim model in a given state: locations of points, centre of mass, ground forces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..engine import BodyPoint
from .fixed_points import FixedPoints, numbers_of
from .runtime import opensim

Array = NDArray[np.float64]

REMEMBERED = 64  # lists of points whose bodies are remembered


class Measures:
    """Measures a model.

    Args:
        model: The model; its system is initialised, and it has to outlive this object.
    """

    def __init__(self, model: opensim.Model) -> None:
        self._model = model
        # Drives and environments ask for the same few lists of points in every step.
        self._found: dict[tuple, FixedPoints] = {}
        forces = model.getForceSet()
        every = [opensim.SmoothSphereHalfSpaceForce.safeDownCast(forces.get(i)) for i in range(forces.getSize())]
        self._contacts = [contact for contact in every if contact is not None]

    def places(self, state: opensim.State, points: Sequence[BodyPoint]) -> Array:
        """Return the locations of points of bodies in the ground frame, [points, 3] m."""
        self._model.realizePosition(state)
        key = tuple((body, tuple(place)) for body, place in points)
        if key not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            bodies = self._model.getBodySet()
            self._found[key] = FixedPoints([(bodies.get(body), place) for body, place in points])
        return self._found[key].in_ground(state)[0]

    def mass_centre(self, state: opensim.State) -> tuple[Array, Array]:
        """Return the location (m) and the velocity (m/s) of the centre of mass, [3] each."""
        self._model.realizeVelocity(state)
        place = self._model.calcMassCenterPosition(state)
        return np.array(numbers_of(place)), np.array(numbers_of(self._model.calcMassCenterVelocity(state)))

    def ground_forces(self, state: opensim.State) -> Array:
        """Return the force of the ground on every contact sphere, [contacts, 3] N."""
        self._model.realizeDynamics(state)
        values = [contact.getRecordValues(state) for contact in self._contacts]
        return np.array([[value.get(axis) for axis in range(3)] for value in values]).reshape(-1, 3)

    def mass(self, state: opensim.State) -> float:
        """Return the mass of the whole model, kg."""
        return float(self._model.getTotalMass(state))
