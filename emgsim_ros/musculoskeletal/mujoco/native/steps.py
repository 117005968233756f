"""Steps of one model in machine code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...description import Description
from ...dynamics import DynamicState
from ..compile import CompiledModel
from ..mechanism import Mechanism
from ..stepping import Motion
from .motion import contact_forces, euler, rates
from .tables import muscle_tables, passive_tables, path_tables, sphere_tables, system_of

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
        self._tables = (
            system_of(compiled.model, mechanism.data, mechanism.order),
            muscle_tables(description.fibers),
            path_tables(compiled),
            passive_tables(description, mechanism.passive),
            sphere_tables(mechanism.contacts, mechanism.sphere_body, mechanism.sphere_centre),
        )

    def euler(
        self, state: DynamicState, excitation: Array, outer_moment: Array, count: int, step: float, semi_explicit: bool
    ) -> Motion:
        """Return the motion after ``count`` Euler steps of ``step`` s; in the first, the inputs of ``state`` act."""
        motion = Motion(state.position.copy(), state.velocity.copy(), state.activation.copy())
        first = (_numbers(state.excitation), _numbers(state.outer_moment))
        inputs = (_numbers(excitation), _numbers(outer_moment))
        if not semi_explicit:
            euler(*self._tables, *motion, inputs, first, count, step, False)
        else:
            euler(*self._tables, *motion, inputs, inputs, count, step, True)
        return motion

    def ground_forces(self) -> Array:
        """Return the force of the ground on every contact sphere in the state of the mechanism, [contacts, 3] N."""
        self._mechanism.move()
        forces: Array = contact_forces(self._tables[0], self._tables[-1])
        return forces

    def rates(self, excitation: Array, outer_moment: Array, motion: Motion) -> Motion:
        """Return the time derivatives of a motion."""
        faster, rising = np.empty_like(motion.velocity), np.empty_like(motion.activation)
        rates(*self._tables, *motion, _numbers(excitation), _numbers(outer_moment), faster, rising)
        return Motion(motion.velocity, faster, rising)


def _numbers(values: Array) -> Array:
    return np.ascontiguousarray(values, dtype=np.float64)
