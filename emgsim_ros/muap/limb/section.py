"""The area that the fibres of a muscle fill in sections through the limb."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .anatomy import ForearmAnatomy
from .motor_unit import draw_motor_units

Array = NDArray[np.float64]


def section_area(anatomy: ForearmAnatomy, muscle: str, heights: Array, seed: int = 1) -> Array:
    """Return the [heights] area (m^2) that a muscle's fibres fill in the sections at ``heights`` (m) along the limb.

    Args:
        anatomy: Anatomy of the limb.
        muscle: Name of the muscle.
        heights: [heights] positions relative to the middle of the grid, proximal positive, m.
        seed: Seed of the motor units.

    Raises:
        InvalidInput: The anatomy has no such muscle.
    """
    total = np.zeros(len(heights))
    for unit in draw_motor_units(anatomy, muscle, anatomy.territory(muscle).motor_units, seed):
        along = heights - unit.innervation_zone
        total += unit.fibers * ((along < unit.proximal) & (along > -unit.distal))
    return total / anatomy.fiber.density
