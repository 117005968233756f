"""Serialised messages of the graph, created without ROS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..signals.emg_points import FRAME, EmgPoints
from ..signals.simulation_time import NANOSECONDS
from .message_types import typestore

FLOAT32 = 7  # sensor_msgs/PointField


class EmgMessages:
    """Creates /emg/info, /emg/hd and joint states for one set of electrodes, serialised as CDR.

    Args:
        positions: [electrodes, 3] positions of the electrodes, m.
        sample_rate: Sampling rate, Hz.
        block_length: Number of samples of a block.
        rows: Number of electrodes along the arm.
        frame: Frame of the positions and of the joint states.
    """

    INFO, CLOUD, JOINTS = "emgsim_ros/msg/EmgInfo", "sensor_msgs/msg/PointCloud2", "sensor_msgs/msg/JointState"

    def __init__(
        self,
        positions: NDArray[np.float64],
        sample_rate: int,
        block_length: int,
        rows: int = 1,
        frame: str = FRAME,
    ) -> None:
        self._store, self._frame = typestore(), frame
        self._points = EmgPoints(positions, block_length)
        self._electrodes, self._rate, self._length, self._rows = len(positions), sample_rate, block_length, rows

    def info(self) -> bytes:
        """Return an EmgInfo message for /emg/info, with stamp 0."""
        message = self._store.types[self.INFO](
            header=self._header(0),
            sample_rate=float(self._rate),
            unit="mV",
            montage="monopolar",
            rows=self._rows,
            columns=self._electrodes // self._rows,
            block_length=self._length,
            muscle_name=[],
            motor_units=np.zeros(0, np.uint32),
            seed=0,
        )
        return bytes(self._store.serialize_cdr(message, self.INFO))

    def cloud(self, stamp: int, emg: NDArray[np.float32]) -> bytes:
        """Return a PointCloud2 message for /emg/hd.

        Args:
            stamp: Time of the first sample, ns.
            emg: [samples, electrodes] EMG, mV.
        """
        points = self._points.of(emg)
        field = self._store.types["sensor_msgs/msg/PointField"]
        fields = [field(name, offset, FLOAT32, count) for name, offset, count in self._points.fields]
        message = self._store.types[self.CLOUD](
            header=self._header(stamp),
            height=1,
            width=len(points),
            fields=fields,
            is_bigendian=False,
            point_step=points.itemsize,
            row_step=points.nbytes,
            data=np.frombuffer(points.tobytes(), np.uint8),
            is_dense=True,
        )
        return bytes(self._store.serialize_cdr(message, self.CLOUD))

    def joints(self, stamp: int, names: Sequence[str], position: NDArray[np.float64]) -> bytes:
        """Return a JointState message.

        Args:
            stamp: Time of the state, ns.
            names: [joints] names.
            position: [joints] angles, rad.
        """
        nothing = np.zeros(0)
        message = self._store.types[self.JOINTS](self._header(stamp), list(names), position, nothing, nothing)
        return bytes(self._store.serialize_cdr(message, self.JOINTS))

    def _header(self, stamp: int) -> Any:
        time = self._store.types["builtin_interfaces/msg/Time"](stamp // NANOSECONDS, stamp % NANOSECONDS)
        return self._store.types["std_msgs/msg/Header"](time, self._frame)
