"""The transforms of bodies, read from OpenSim's memory at once.

Calls for each of the twelve numbers of every transform take an eighth of a kinematic step. A ``Transform`` of Simbody
is a rotation matrix, column after column, followed by the origin, so its numbers are copied from its address.
Whether this holds for the library at hand is checked once; otherwise the numbers are read one by one.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .runtime import opensim

Array = NDArray[np.float64]

NUMBERS = 12  # of a transform


class BodyTransforms:
    """The transforms of some bodies to the ground frame.

    Args:
        bodies: The bodies, which have to outlive this object.
    """

    def __init__(self, bodies: Sequence[opensim.PhysicalFrame]) -> None:
        self._bodies = list(bodies)
        self._numbers = np.empty((len(self._bodies), NUMBERS))

    def read(self, state: opensim.State) -> tuple[Array, Array]:
        """Return the rotations [bodies, 3, 3] and the origins [bodies, 3] m of the bodies."""
        if layout_is_known():
            _copy([body.getTransformInGround(state) for body in self._bodies], self._numbers)
        else:
            for row, body in zip(self._numbers, self._bodies, strict=True):
                row[:] = _one_by_one(body.getTransformInGround(state))
        return np.ascontiguousarray(self._numbers[:, :9].reshape(-1, 3, 3).swapaxes(1, 2)), self._numbers[:, 9:].copy()


@cache
def layout_is_known() -> bool:
    """Return whether a transform of the library at hand lies in memory as described above."""
    rotation = opensim.Rotation()
    rotation.setRotationFromAngleAboutNonUnitVector(0.3, opensim.Vec3(1.0, 2.0, 3.0))  # nine different numbers
    transform = opensim.Transform(rotation, opensim.Vec3(4.0, 5.0, 6.0))
    copied = np.empty((1, NUMBERS))
    _copy([transform], copied)
    return copied[0].tolist() == _one_by_one(transform)


def _copy(transforms: Sequence[opensim.Transform], numbers: Array) -> None:
    """Copy transforms into the rows of a contiguous [transforms, `NUMBERS`] array."""
    row, size = numbers.ctypes.data, numbers.itemsize * NUMBERS
    for transform in transforms:
        ctypes.memmove(row, int(transform.this), size)
        row += size


def _one_by_one(transform: opensim.Transform) -> list[float]:
    turn, origin = transform.R().asMat33(), transform.p()
    turned = [turn.get(row, column) for column in range(3) for row in range(3)]
    return [*turned, *(origin.get(axis) for axis in range(3))]
