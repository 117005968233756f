"""Conversion of joint-state messages to motion targets."""

from __future__ import annotations

import numpy as np
from sensor_msgs.msg import JointState

from ..errors import InvalidInput
from ..motion import MotionTarget
from .stamps import to_stamp


def to_target(message: JointState) -> MotionTarget:
    """Return the target in a message; a missing velocity or effort (load) counts as 0.

    Raises:
        InvalidInput: An array whose length is neither 0 nor that of the names.
    """
    count = len(message.name)

    def values(field: str) -> np.ndarray:
        given = np.array(getattr(message, field), dtype=float)
        if len(given) == 0 and field != "position":
            return np.zeros(count)
        if len(given) != count:
            raise InvalidInput(f"motion target: {field} length", len(given), f"{count}, as many as names")
        return given

    return MotionTarget(
        to_stamp(message.header.stamp), tuple(message.name), values("position"), values("velocity"), values("effort")
    )
