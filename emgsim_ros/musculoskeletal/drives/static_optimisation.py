"""Static optimisation: the distribution of joint moments among the muscles.

The sum of squared activations is minimised (the criterion of Crowninshield & Brand 1981). Errors of the moments are
allowed at a cost, so moments that the muscles cannot exert have a solution too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from ..fibers import Fibers
from .box_least_squares import box_least_squares
from .compiled import compiled

Array = NDArray[np.float64]

MOMENT_SCALE = 0.01  # N m; a moment error of this size costs as much as an activation of 1


class StaticOptimisation:
    """Distributes moments in step after step of a movement.

    The muscles that are at a bound in one step are mostly those of the next, which makes the search short. The result
    is that of `static_optimisation`, whatever the steps before were.
    """

    def __init__(self) -> None:
        self._side: NDArray[np.int64] | None = None

    def activations(
        self, arms: Array, fibers: Fibers, moments: Array, preferred: float | Array, lowest: Array, highest: Array
    ) -> Array:
        """Compute muscle activations that exert the joint moments.

        The arguments are those of `static_optimisation`; each may have a first axis, for steps that follow each other.

        Returns:
            [muscles] or [steps, muscles] activations within the bounds.

        Raises:
            ValueError: A moment is not finite.
        """
        shape = (*moments.shape[:-1], arms.shape[-1])
        matrices = arms * fibers.active_force[..., None, :] / MOMENT_SCALE
        needed = (moments - (arms @ fibers.passive_force[..., None])[..., 0]) / MOMENT_SCALE
        matrices = matrices.reshape(-1, *arms.shape[-2:])
        needed = np.asarray_chkfinite(needed, order="C").reshape(-1, moments.shape[-1])
        count, muscles = len(matrices), shape[-1]
        bounds = np.empty((3, *shape))
        bounds[0], bounds[1], bounds[2] = preferred, lowest, highest
        wish, low, high = bounds.reshape(3, count, muscles)
        if self._side is None or len(self._side) != muscles:
            self._side = np.zeros(muscles, dtype=np.int64)
        solve = box_least_squares if count == 1 else compiled(box_least_squares)
        found, solved, self._side = solve(matrices, needed, wish, low, high, self._side)
        for number in np.flatnonzero(~solved):
            found[number] = _slow(matrices[number], needed[number], wish[number], low[number], high[number])
        return np.minimum(np.maximum(found, low), high).reshape(shape)


def static_optimisation(
    arms: Array, fibers: Fibers, moments: Array, preferred: float | Array, lowest: Array, highest: Array
) -> Array:
    """Compute muscle activations that exert the joint moments.

    Args:
        arms: [coordinates, muscles] moment arms, m.
        fibers: Active and passive forces of the muscles in the present pose.
        moments: [coordinates] moments that the muscles have to exert, N m.
        preferred: Activation with zero cost: the level of co-contraction, of all muscles or [muscles].
        lowest: [muscles] lower bound of the activation, 0 or more.
        highest: [muscles] upper bound of the activation, not below ``lowest``.

    Returns:
        [muscles] activations within the bounds.
    """
    return StaticOptimisation().activations(arms, fibers, moments, preferred, lowest, highest)


def _slow(matrix: Array, needed: Array, preferred: Array, lowest: Array, highest: Array) -> Array:
    """Solve one problem by a slower method, which always ends."""
    every = np.vstack([matrix, np.eye(len(preferred))])
    bounds = (lowest, np.maximum(highest, lowest + 1e-9))  # the solver requires a distance between the bounds
    return lsq_linear(every, np.concatenate([needed, preferred]), bounds=bounds, method="bvls").x
