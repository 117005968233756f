"""Bones and muscles as RViz markers."""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import Point
from numpy.typing import NDArray
from std_msgs.msg import ColorRGBA, Header
from visualization_msgs.msg import Marker, MarkerArray

from ..musculoskeletal import MusculoskeletalState
from .stamps import header

BONE_WIDTH = 0.006  # m
MUSCLE_WIDTH = 0.003  # m
BONE_COLOUR = ColorRGBA(r=0.93, g=0.90, b=0.82, a=1.0)


def musculoskeletal_markers(
    state: MusculoskeletalState, bones: NDArray[np.float64], muscles: list[NDArray[np.float64]], frame: str
) -> MarkerArray:
    """Bones as one list of lines, each muscle as a line from blue (activation 0) to red (1).

    Args:
        state: For the stamp and the activations.
        bones: [bones, 2, 3] ends, m.
        muscles: Per muscle [points, 3], m.
        frame: Frame of the places.
    """
    time = header(state.stamp, frame)
    skeleton = _line(time, "bones", 0, Marker.LINE_LIST, bones.reshape(-1, 3), BONE_WIDTH, BONE_COLOUR)
    lines = [
        _line(time, "muscles", number, Marker.LINE_STRIP, points, MUSCLE_WIDTH, _activation_colour(activation))
        for number, (points, activation) in enumerate(zip(muscles, state.activation, strict=True))
    ]
    return MarkerArray(markers=[skeleton, *lines])


def _line(
    time: Header,
    namespace: str,
    number: int,
    kind: int,
    points: NDArray[np.float64],
    width: float,
    colour: ColorRGBA,
) -> Marker:
    marker = Marker(header=time, ns=namespace, id=number, type=kind, action=Marker.ADD, color=colour)
    marker.scale.x = width
    marker.pose.orientation.w = 1.0
    marker.points = [Point(x=x, y=y, z=z) for x, y, z in points.tolist()]
    return marker


def _activation_colour(activation: float) -> ColorRGBA:
    share = float(np.clip(activation, 0.0, 1.0))
    return ColorRGBA(r=share, g=0.1, b=1.0 - share, a=1.0)
