"""The mechanics of one model in many poses, in machine code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....errors import InvalidInput
from ...description import BodyPlace, Description
from ...engine import BodyPoint
from ...mechanics import Mechanics
from ...rigid_tendons import RigidTendonFibers
from ..compile import CompiledModel
from ..mechanism import Mechanism
from .mechanics import measure_poses
from .tables import Points, crossing_tables, passive_tables, path_tables, sphere_tables, system_of

Array = NDArray[np.float64]


class NativePoses:
    """Computes what `musculoskeletal.mechanics.ManyPoses` requires, for models whose axes are the free coordinates.

    Args:
        description: The model.
        compiled: The same model, compiled.
    """

    def __init__(self, description: Description, compiled: CompiledModel) -> None:
        mechanism = Mechanism(description, compiled)  # a state of its own, so that the model keeps its pose
        assert mechanism.order is not None
        self._mechanism, self._fibers = mechanism, RigidTendonFibers(description.fibers)
        self._free, self._muscles = len(description.coordinates), len(description.muscles)
        paths = path_tables(compiled)
        self._tables = (
            system_of(compiled.model, mechanism.data, mechanism.order),
            paths,
            crossing_tables(compiled.model, paths),
            passive_tables(description, mechanism.passive),
            sphere_tables(mechanism.contacts, mechanism.sphere_body, mechanism.sphere_centre),
        )

    def mechanics(
        self, position: Array, velocity: Array, acceleration: Array, points: Sequence[BodyPoint]
    ) -> Mechanics:
        """See `musculoskeletal.mechanics.ManyPoses`.

        Raises:
            InvalidInput: The arrays differ in their shapes, or do not have one column per free coordinate.
        """
        count = len(position)
        motion = [
            self._checked(name, values, count)
            for name, values in (("position", position), ("velocity", velocity), ("acceleration", acceleration))
        ]
        bodies, places = self._mechanism.numbered([BodyPlace(body, np.array(place)) for body, place in points])
        lengths, speeds = np.empty((count, self._muscles)), np.empty((count, self._muscles))
        arms, moments = np.zeros((count, self._free, self._muscles)), np.empty((count, self._free))
        found = np.empty((count, len(points), 3))
        located = Points(bodies.astype(np.int64), places)
        tables = (*self._tables, located, self._mechanism.data.qacc)
        measure: Any = measure_poses
        measure(*tables, *motion, lengths, speeds, arms, moments, found)
        return Mechanics(self._fibers.at(lengths, speeds), arms, moments, found)

    def _checked(self, what: str, values: Array, count: int) -> Array:
        """Return values in the form in which compiled code reads them; it does not check their number itself."""
        if values.shape != (count, self._free):
            raise InvalidInput(what, values.shape, f"an array of {count} x {self._free} numbers")
        return np.ascontiguousarray(values, dtype=np.float64)
