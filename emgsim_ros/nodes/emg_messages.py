"""The messages on /emg/hd, in serialised form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import PointCloud2, PointField

from ..emg import EmgBlock
from ..signals.emg_points import FRAME, EmgPoints, fields_of, point_type
from .serialised import Blanks, SerialisedMessage


class EmgClouds:
    """Creates /emg/hd messages for one electrode layout: one point per electrode.

    Args:
        positions: [electrodes, 3], m.
        block_length: Samples per block.
        frame: Of the positions.
    """

    def __init__(self, positions: NDArray[np.float64], block_length: int, frame: str = FRAME) -> None:
        blanks, point = Blanks(), point_type(block_length).itemsize
        size = point * len(positions)
        cloud = PointCloud2(
            header=blanks.header(frame),
            height=1,
            width=len(positions),
            fields=[
                PointField(name=name, offset=offset, datatype=PointField.FLOAT32, count=count)
                for name, offset, count in fields_of(block_length)
            ],
            is_bigendian=False,
            point_step=point,
            row_step=size,
            data=blanks.data(size),
            is_dense=True,
        )
        self._message = SerialisedMessage(cloud, blanks)
        self._points = EmgPoints(positions, block_length, self._message.data)

    def serialised(self, block: EmgBlock) -> bytes:
        """Return a block as a PointCloud2, serialised."""
        self._points.of(block.emg)  # writes into the message
        return self._message.filled(block.stamp)
