"""The muscle fibres of a model at one instant; the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fibers:
    """Fibres of all muscles at one instant; every array is [muscles], or [steps, muscles] for many instants.

    Attributes:
        length: Fibre length, m.
        velocity: Fibre lengthening velocity, m/s.
        active_force: Force along the tendon per unit of activation, N.
        passive_force: Force along the tendon at zero activation, N.
    """

    length: Array
    velocity: Array
    active_force: Array
    passive_force: Array

    def __getitem__(self, steps: Any) -> Fibers:
        """Return the fibres at some of many instants; ``steps`` is an index of their arrays."""
        return Fibers(self.length[steps], self.velocity[steps], self.active_force[steps], self.passive_force[steps])
