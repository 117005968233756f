"""Static optimisation: which muscles make the moments that are asked for.

Least squares of activation (the sum of squared activations of Crowninshield & Brand 1981, with errors in the
moments allowed at a price, so that an impossible demand has an answer too).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear, nnls

from ..opensim.fibers import Fibers

Array = NDArray[np.float64]

ROUNDS = 8  # of looking for upper bounds, before a slower solver takes over
SLACK = 1e-9  # of the gradient at an upper bound
MOMENT_SCALE = 0.01  # N m, an error in the moments that weighs as much as a whole activation


def static_optimisation(
    arms: Array, fibers: Fibers, moments: Array, preferred: float, lowest: Array, highest: Array
) -> Array:
    """Muscle activations that make the joint moments.

    Args:
        arms: [coordinates, muscles] moment arms, m.
        fibers: What the muscles can do in the present pose.
        moments: [coordinates] moments that the muscles have to make, N m.
        preferred: Activation that costs nothing: the level of co-contraction.
        lowest: [muscles] least activation, 0 or more.
        highest: [muscles] greatest activation, not below ``lowest``.

    Returns:
        [muscles] activations within the bounds.
    """
    muscles = len(lowest)
    matrix = np.vstack([arms * fibers.active_force / MOMENT_SCALE, np.eye(muscles)])
    needed = (moments - arms @ fibers.passive_force) / MOMENT_SCALE
    right = np.concatenate([needed, np.full(muscles, preferred)])
    activation = _bounded_least_squares(matrix, right, lowest, highest)
    return np.clip(activation, lowest, highest)


def _bounded_least_squares(matrix: Array, right: Array, lowest: Array, highest: Array) -> Array:
    """x that minimises ``|matrix x - right|`` within the bounds.

    Non-negative least squares takes care of the lower bounds an order faster than a solver for both; the few upper
    bounds that matter are found by holding violators there, and letting those go again that want to.
    """
    held = np.zeros(len(lowest), dtype=bool)
    for _ in range(ROUNDS):
        x = np.where(held, highest, lowest)
        if not held.all():
            x[~held] += nnls(matrix[:, ~held], right - matrix @ x)[0]
        over = ~held & (x > highest)
        unwilling = held & (matrix.T @ (matrix @ x - right) > SLACK)
        if not over.any() and not unwilling.any():
            return x
        held = (held | over) & ~unwilling
    bounds = (lowest, np.maximum(highest, lowest + 1e-9))  # the solver wants room between them
    return lsq_linear(matrix, right, bounds=bounds, method="bvls").x
