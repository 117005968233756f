"""The points of /emg/hd: the layout of an electrode in the message, for both writing and reading."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput

FRAME = "forearm"
FIELDS = ("x", "y", "z", "rms", "emg")
LEADING_FIELDS = len(FIELDS) - 1  # number of values of a point before its samples
FLOAT = np.dtype("<f4")


def point_type(block_length: int) -> np.dtype:
    """Return the type of one electrode: x, y, z (m), rms (mV) and ``block_length`` samples of emg (mV)."""
    return np.dtype([("x", FLOAT), ("y", FLOAT), ("z", FLOAT), ("rms", FLOAT), ("emg", FLOAT, (block_length,))])


def fields_of(block_length: int) -> list[tuple[str, int, int]]:
    """Return name, offset within a point (bytes) and number of values of each field of an electrode."""
    offsets = point_type(block_length).fields
    assert offsets is not None
    return [(name, int(offsets[name][1]), block_length if name == "emg" else 1) for name in FIELDS]


class EmgPoints:
    """The points of one electrode layout, filled block by block.

    Args:
        positions: [electrodes, 3] positions, m.
        block_length: Number of samples per block.
        memory: [bytes] where the points are written, such as the data of a message; default memory of their own.

    Attributes:
        type: Type of a point.
        fields: Name, offset within a point (bytes) and number of values of each field.
    """

    def __init__(
        self, positions: NDArray[np.float64], block_length: int, memory: NDArray[np.uint8] | None = None
    ) -> None:
        self.type, self.fields = point_type(block_length), fields_of(block_length)
        self._points = np.zeros(len(positions), self.type) if memory is None else memory.view(self.type)
        self._points[:] = np.zeros(1, self.type)
        for axis, values in zip("xyz", positions.T, strict=True):
            self._points[axis] = values

    def of(self, emg: NDArray[np.float32]) -> NDArray:
        """Return the [electrodes] points of [samples, electrodes] EMG (mV); the next call overwrites them."""
        self._points["emg"] = emg.T
        self._points["rms"] = np.sqrt(np.mean(np.square(emg), axis=0))
        return self._points


def points_of(cloud: Any) -> NDArray:
    """Return an /emg/hd message, from rclpy or a bag, as an [electrodes] array with the fields x, y, z, rms and emg.

    Raises:
        InvalidInput: The message has other fields or another point size.
    """
    counts = {field.name: field.count for field in cloud.fields}
    if set(counts) != set(FIELDS):
        raise InvalidInput("/emg/hd: fields", sorted(counts), ", ".join(FIELDS))
    kind = point_type(counts["emg"])
    if cloud.point_step != kind.itemsize:
        raise InvalidInput("/emg/hd: point_step", cloud.point_step, f"{kind.itemsize} bytes")
    return np.frombuffer(cloud.data, dtype=kind)
