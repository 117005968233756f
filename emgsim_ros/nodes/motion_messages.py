"""The targets in joint-state messages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import JointState

from ..errors import InvalidInput
from ..motion import MotionTarget
from .reading import ArrayReader


class TargetReader:
    """Reads targets from serialised messages."""

    def __init__(self) -> None:
        self._reader = ArrayReader(JointState, "position", "velocity", "effort")

    def read(self, data: bytes) -> MotionTarget:
        """Return the target in a serialised JointState; a missing velocity or effort (load) counts as 0.

        Raises:
            InvalidInput: An array whose length is neither 0 nor that of the names.
        """
        message = self._reader.read(data)
        names = tuple(message.same.name)
        position, velocity, load = message.arrays
        return MotionTarget(
            message.stamp,
            names,
            _values("position", position, len(names)),
            _values("velocity", velocity, len(names)) if len(velocity) else np.zeros(len(names)),
            _values("effort", load, len(names)) if len(load) else np.zeros(len(names)),
        )


def _values(field: str, given: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    if len(given) != count:
        raise InvalidInput(f"motion target: {field} length", len(given), f"{count}, as many as names")
    return given.astype(float)
