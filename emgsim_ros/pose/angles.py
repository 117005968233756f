"""Names of the hand's joint angles in decoders and sessions, and the model coordinates to which they correspond."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..sessions.pose_session import ANGLE_NAMES

_JOINTS = {"fe": "flexion", "aa": "abduction"}
WRIST_NAMES = ("wrist_fe", "wrist_deviation")
HAND_NAMES = (*ANGLE_NAMES, *WRIST_NAMES)  # 22: emg2pose's 20 and the wrist's two


def coordinate_of(angle: str) -> str:
    """Return the model coordinate of an angle, such as ``little_pip_flexion`` for ``pinky_pip_fe``.

    Raises:
        InvalidInput: The name is not among `HAND_NAMES`.
    """
    if angle not in HAND_NAMES:
        raise InvalidInput("angle", angle, "one of " + ", ".join(HAND_NAMES))
    stem, _, motion = angle.replace("pinky", "little").rpartition("_")
    return f"{stem}_{_JOINTS.get(motion, motion)}"


def columns_of(angles: Sequence[str], coordinates: Sequence[str]) -> NDArray[np.int64]:
    """Return the [angles] positions of angles among the coordinates of a model.

    Args:
        angles: [angles] names.
        coordinates: [coordinates] names of the model's coordinates.

    Raises:
        InvalidInput: The model lacks the coordinate of an angle.
    """
    missing = [name for name in angles if coordinate_of(name) not in coordinates]
    if missing:
        raise InvalidInput("model: coordinates", list(coordinates), f"{coordinate_of(missing[0])!r} among them")
    return np.array([list(coordinates).index(coordinate_of(name)) for name in angles])
