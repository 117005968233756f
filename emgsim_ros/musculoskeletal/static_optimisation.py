"""Which muscles share a set of joint moments: static optimisation.

Crowninshield & Brand (1981): of all activations that make the moments, the least sum of squares,

    minimise  sum (a - floor)^2 + weight * |(arms @ (active * a + passive) - moments) / scale|^2,   floor <= a <= 1

The moments enter as a heavily weighted term instead of a constraint, so that moments beyond the muscles'
strength give the nearest moments that they can make.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

Array = NDArray[np.float64]

MOMENT_SCALE = 0.03  # N m, an error in the moments that weighs as much as a whole activation
LARGEST_ACTIVATION = 1.0


def static_optimisation(arms: Array, active_force: Array, passive_force: Array, moments: Array, floor: float) -> Array:
    """Muscle activations that make the joint moments.

    Args:
        arms: [coordinates, muscles] moment arms, m.
        active_force: [muscles] force along the tendon per unit of activation, N.
        passive_force: [muscles] force along the tendon at no activation, N.
        moments: [coordinates] moments that the muscles have to make, N m.
        floor: Least activation of every muscle (co-contraction), 0 to below 1.

    Returns:
        [muscles] activations, floor to 1.
    """
    muscles = len(active_force)
    effect = arms * active_force / MOMENT_SCALE
    needed = (moments - arms @ passive_force) / MOMENT_SCALE
    matrix = np.vstack([effect, np.eye(muscles)])
    right = np.concatenate([needed, np.full(muscles, floor)])
    solution = lsq_linear(matrix, right, bounds=(floor, LARGEST_ACTIVATION), method="bvls")
    return np.clip(solution.x, floor, LARGEST_ACTIVATION)
