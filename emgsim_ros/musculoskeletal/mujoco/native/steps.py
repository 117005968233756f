"""Steps of one model in machine code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....errors import InvalidInput
from ...description import Description
from ...dynamics import DynamicState
from ..compile import CompiledModel
from ..mechanism import Mechanism
from ..stepping import Motion
from .implicit import linearly_implicit_euler
from .motion import contact_forces, euler, rates
from .tables import crossing_tables, muscle_tables, passive_tables, path_tables, sphere_tables, system_of

Array = NDArray[np.float64]


class NativeSteps:
    """Moves a model whose joint axes are its free coordinates.

    Args:
        description: The model.
        compiled: The same model, compiled.
        mechanism: Its state, which the steps change.
    """

    def __init__(self, description: Description, compiled: CompiledModel, mechanism: Mechanism) -> None:
        assert mechanism.order is not None
        self._mechanism = mechanism  # keeps the data to which the views belong
        self._free, self._muscles = len(description.coordinates), len(description.muscles)
        self._tables = (
            system_of(compiled.model, mechanism.data, mechanism.order),
            muscle_tables(description.fibers),
            path_tables(compiled),
            passive_tables(description, mechanism.passive),
            sphere_tables(mechanism.contacts, mechanism.sphere_body, mechanism.sphere_centre),
        )
        self._crossings = crossing_tables(compiled.model, self._tables[2])

    def euler(
        self, state: DynamicState, excitation: Array, outer_moment: Array, count: int, step: float, semi_explicit: bool
    ) -> Motion:
        """Return the motion after ``count`` Euler steps of ``step`` s.

        In the first explicit step the inputs of ``state`` act; see `DynamicState`.

        Raises:
            InvalidInput: An array does not have one number per muscle or per free coordinate.
        """
        motion, inputs = self._copied(state), self._inputs(excitation, outer_moment)
        first = inputs if semi_explicit else self._inputs(state.excitation, state.outer_moment)
        euler(*self._tables, *motion, inputs, first, count, step, semi_explicit)
        return motion

    def linearly_implicit_euler(
        self, state: DynamicState, excitation: Array, outer_moment: Array, count: int, step: float
    ) -> Motion:
        """Return the motion after ``count`` linearly implicit Euler steps of ``step`` s.

        Raises:
            InvalidInput: An array does not have one number per muscle or per free coordinate.
        """
        motion, inputs = self._copied(state), self._inputs(excitation, outer_moment)
        system, muscles, paths, passive, spheres = self._tables
        tables = (system, muscles, paths, self._crossings, passive, spheres)
        linearly_implicit_euler(*tables, *motion, *inputs, count, step)
        return motion

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere in the state of the mechanism, [contacts, 3] N."""
        self._mechanism.move()
        forces: Array = contact_forces(self._tables[0], self._tables[-1])
        return forces

    def rates(self, excitation: Array, outer_moment: Array, motion: Motion) -> Motion:
        """Return the time derivatives of a motion."""
        motion = Motion(*(self._checked(name, values) for name, values in motion._asdict().items()))
        faster, rising = np.empty_like(motion.velocity), np.empty_like(motion.activation)
        rates(*self._tables, *motion, *self._inputs(excitation, outer_moment), faster, rising)
        return Motion(motion.velocity, faster, rising)

    def _copied(self, state: DynamicState) -> Motion:
        return Motion(
            self._checked("position", state.position).copy(),
            self._checked("velocity", state.velocity).copy(),
            self._checked("activation", state.activation).copy(),
        )

    def _inputs(self, excitation: Array, outer_moment: Array) -> tuple[Array, Array]:
        return self._checked("excitation", excitation), self._checked("outer moment", outer_moment)

    def _checked(self, what: str, values: Array) -> Array:
        """Return values in the form in which compiled code reads them; it does not check their number itself."""
        count = self._muscles if what in ("activation", "excitation") else self._free
        if values.shape != (count,):
            raise InvalidInput(what, values.shape, f"an array of {count} numbers")
        return np.ascontiguousarray(values, dtype=np.float64)
