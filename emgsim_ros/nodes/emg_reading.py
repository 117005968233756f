"""The blocks of EMG in the messages on /emg/hd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import PointCloud2

from ..signals.emg_points import points_of
from .reading import ArrayReader


@dataclass(frozen=True)
class ReceivedBlock:
    """A block of EMG.

    Attributes:
        stamp: Time of the first sample, ns.
        frame: Frame of the electrodes' positions.
        emg: [samples, electrodes] mV.
    """

    stamp: int
    frame: str
    emg: NDArray[np.float32]


class BlockReader:
    """Reads blocks of EMG from serialised messages."""

    def __init__(self) -> None:
        self._reader = ArrayReader(PointCloud2, "data")
        self._checked: PointCloud2 | None = None  # the message that `_type` was taken from
        self._type = np.dtype(np.float32)

    def read(self, data: bytes) -> ReceivedBlock:
        """Return the block of a serialised PointCloud2.

        Raises:
            InvalidInput: The message has other fields or another point size than /emg/hd.
        """
        message = self._reader.read(data)
        if message.same is not self._checked:
            self._type = points_of(message.same).dtype
            self._checked = message.same
        points: NDArray = message.arrays[0].view(self._type)
        return ReceivedBlock(message.stamp, message.same.header.frame_id, points["emg"].T)
