"""The points of /emg/hd: how an electrode stands in the message, wherever the message is made or read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput

FRAME = "forearm"
FIELDS = ("x", "y", "z", "rms", "emg")
LEADING_FIELDS = len(FIELDS) - 1  # numbers of a point before its samples
FLOAT = np.dtype("<f4")


def point_type(block_length: int) -> np.dtype:
    """One electrode: x, y, z (m), rms (mV), emg (mV, ``block_length`` samples)."""
    return np.dtype([("x", FLOAT), ("y", FLOAT), ("z", FLOAT), ("rms", FLOAT), ("emg", FLOAT, (block_length,))])


class EmgPoints:
    """The points of one electrode layout, block after block.

    Args:
        positions: [electrodes, 3], m.
        block_length: Samples per block.

    Attributes:
        type: Of a point.
        fields: For each field its name, offset in a point (bytes) and count.
    """

    def __init__(self, positions: NDArray[np.float64], block_length: int) -> None:
        self.type = point_type(block_length)
        self._points = np.zeros(len(positions), self.type)
        for axis, values in zip("xyz", positions.T, strict=True):
            self._points[axis] = values
        offsets = self.type.fields
        assert offsets is not None
        self.fields = [(name, int(offsets[name][1]), block_length if name == "emg" else 1) for name in FIELDS]

    def of(self, emg: NDArray[np.float32]) -> NDArray:
        """[electrodes] points of [samples, electrodes] EMG (mV); valid until the next call."""
        self._points["emg"] = emg.T
        self._points["rms"] = np.sqrt(np.mean(np.square(emg), axis=0))
        return self._points


def points_of(cloud: Any) -> NDArray:
    """[electrodes] structured array with fields x, y, z, rms, emg of an /emg/hd message, from rclpy or a bag.

    Raises:
        InvalidInput: The message has other fields.
    """
    counts = {field.name: field.count for field in cloud.fields}
    if set(counts) != set(FIELDS):
        raise InvalidInput("/emg/hd: fields", sorted(counts), ", ".join(FIELDS))
    kind = point_type(counts["emg"])
    if cloud.point_step != kind.itemsize:
        raise InvalidInput("/emg/hd: point_step", cloud.point_step, f"{kind.itemsize} bytes")
    return np.frombuffer(cloud.data, dtype=kind)
