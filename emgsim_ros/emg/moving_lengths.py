"""Lengths and conduction velocities of muscle fibres, in the steps in which potentials follow them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..motor_units.fatigue import LOSS
from ..muap.bank import RELATIVE_LENGTHS

SHORTEST, LONGEST = float(RELATIVE_LENGTHS[0]), float(RELATIVE_LENGTHS[-1])
LEAST_SLOWING = 1 - LOSS  # factor of the conduction velocity in a fully fatigued muscle
STEP = 0.002  # step to which lengths and velocities are rounded; smaller changes do not change the potentials


@dataclass(frozen=True)
class Move:
    """The lengths and conduction velocities of the fibres from a sample on.

    Attributes:
        sample: Number of the sample within a block; the discharges from here on have the new potentials.
        relative_lengths: [muscles] relative fibre lengths.
        slowing: [muscles] factors of the conduction velocities.
    """

    sample: int
    relative_lengths: NDArray[np.float64]
    slowing: NDArray[np.float64]


def in_steps(relative_lengths: ArrayLike, slowing: ArrayLike) -> NDArray[np.int64]:
    """Return relative lengths and factors of the conduction velocities, each [muscles], as [muscles, 2] steps.

    Values outside the range of the bank (lengths), or of `LEAST_SLOWING` to 1, are clipped to it.
    """
    lengths = np.clip(relative_lengths, SHORTEST, LONGEST)
    return np.rint(np.stack([lengths, np.clip(slowing, LEAST_SLOWING, 1.0)], axis=-1) / STEP).astype(np.int64)


def longest_potential(samples: int) -> int:
    """Return the greatest number of samples of a potential that has this number at relative length 1."""
    length, slowing = in_steps(LONGEST, LEAST_SLOWING).tolist()
    return math.ceil(samples * (length / slowing))
