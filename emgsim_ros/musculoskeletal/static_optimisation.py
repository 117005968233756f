"""Static optimisation: which muscles make the moments that are asked for.

Least squares of activation (the sum of squared activations of Crowninshield & Brand 1981, with errors in the
moments allowed at a price, so that an impossible demand has an answer too).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear, nnls

from .model import Fibers

Array = NDArray[np.float64]

MOMENT_SCALE = 0.003  # N m, an error in the moments that weighs as much as a whole activation


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
    above, _ = nnls(matrix, right - matrix @ lowest)  # an order faster; the upper bounds seldom matter
    activation = lowest + above
    if (activation > highest).any():
        bounds = (lowest, np.maximum(highest, lowest + 1e-9))  # the solver wants room between them
        activation = lsq_linear(matrix, right, bounds=bounds, method="bvls").x
    return np.clip(activation, lowest, highest)
