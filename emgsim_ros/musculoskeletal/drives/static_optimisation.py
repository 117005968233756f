"""Static optimisation: the distribution of joint moments among the muscles.

The sum of squared activations is minimised (the criterion of Crowninshield & Brand 1981). Errors of the moments are
allowed at a cost, so moments that the muscles cannot exert have a solution too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear, nnls

from ..fibers import Fibers

Array = NDArray[np.float64]

ROUNDS = 8  # iterations of the search for active upper bounds, before a slower solver is used
SLACK = 1e-9  # tolerance of the gradient at an upper bound
MOMENT_SCALE = 0.01  # N m; a moment error of this size costs as much as an activation of 1


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
    muscles = len(lowest)
    matrix = np.vstack([arms * fibers.active_force / MOMENT_SCALE, np.eye(muscles)])
    needed = (moments - arms @ fibers.passive_force) / MOMENT_SCALE
    right = np.concatenate([needed, np.broadcast_to(preferred, muscles)])
    activation = _bounded_least_squares(matrix, right, lowest, highest)
    return np.clip(activation, lowest, highest)


def _bounded_least_squares(matrix: Array, right: Array, lowest: Array, highest: Array) -> Array:
    """Return the x that minimises ``|matrix x - right|`` within the bounds.

    Non-negative least squares imposes the lower bounds an order of magnitude faster than a solver for both bounds. The
    few active upper bounds are found iteratively: variables above their bound are fixed at it, and a fixed variable is
    released when the gradient points back into the range.
    """
    fixed = np.zeros(len(lowest), dtype=bool)
    for _ in range(ROUNDS):
        x = np.where(fixed, highest, lowest)
        if not fixed.all():
            x[~fixed] += nnls(matrix[:, ~fixed], right - matrix @ x)[0]
        over = ~fixed & (x > highest)
        released = fixed & (matrix.T @ (matrix @ x - right) > SLACK)
        if not over.any() and not released.any():
            return x
        fixed = (fixed | over) & ~released
    bounds = (lowest, np.maximum(highest, lowest + 1e-9))  # the solver requires a distance between the bounds
    return lsq_linear(matrix, right, bounds=bounds, method="bvls").x
