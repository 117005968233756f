"""Conversion of EMG blocks to messages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import PointCloud2, PointField

from emgsim_ros.msg import MotorUnitSpikes

from ..emg import EmgBlock
from ..signals.emg_points import FRAME, EmgPoints
from .stamps import header


class EmgClouds:
    """Creates /emg/hd messages for one electrode layout.

    Args:
        positions: [electrodes, 3], m.
        block_length: Samples per block.
        frame: Of the positions.
    """

    def __init__(self, positions: NDArray[np.float64], block_length: int, frame: str = FRAME) -> None:
        self._frame = frame
        self._points = EmgPoints(positions, block_length)
        self._fields = [
            PointField(name=name, offset=offset, datatype=PointField.FLOAT32, count=count)
            for name, offset, count in self._points.fields
        ]

    def message(self, block: EmgBlock) -> PointCloud2:
        """Return a block as one point per electrode."""
        points = self._points.of(block.emg)
        cloud = PointCloud2(
            header=header(block.stamp, self._frame),
            height=1,
            width=len(points),
            fields=self._fields,
            is_bigendian=False,
            point_step=points.itemsize,
            row_step=points.nbytes,
            is_dense=True,
        )
        cloud.data = points.tobytes()
        return cloud


def spikes_message(block: EmgBlock, muscles: tuple[str, ...], sample_rate: int, block_length: int) -> MotorUnitSpikes:
    """Return the motor-unit discharges of a block as a message."""
    return MotorUnitSpikes(
        header=header(block.stamp),
        sample_rate=float(sample_rate),
        block_length=block_length,
        muscle_name=list(muscles),
        muscle=block.spike_muscle.tolist(),
        unit=block.spike_unit.tolist(),
        sample=block.spike_sample.tolist(),
    )
