"""Bones and muscles as RViz markers."""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import Point
from numpy.typing import NDArray
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from ..figures.muscle_colours import muscle_colours
from ..musculoskeletal import MusculoskeletalState
from ..musculoskeletal.opensim.bones import BONE_COLOUR
from .stamps import header

BONE_WIDTH = 0.006  # m
MUSCLE_WIDTH = 0.003  # m


class MusculoskeletalMarkers:
    """Bones as one list of lines, each muscle as a line from blue (activation 0) to red (1).

    The messages are created once and changed in place, because creating some hundred of them is slow in Python.

    Args:
        frame: Frame of the positions.
        muscles: Number of muscles.
    """

    def __init__(self, frame: str, muscles: int) -> None:
        self._frame = frame
        self._skeleton = _line("bones", 0, Marker.LINE_LIST, BONE_WIDTH, _opaque(*BONE_COLOUR))
        self._lines = [
            _line("muscles", number, Marker.LINE_STRIP, MUSCLE_WIDTH, _opaque(0.0, 0.0, 0.0))
            for number in range(muscles)
        ]
        self._array = MarkerArray(markers=[self._skeleton, *self._lines])

    def message(
        self, state: MusculoskeletalState, bones: NDArray[np.float64], muscles: list[NDArray[np.float64]]
    ) -> MarkerArray:
        """The markers of one instant; valid until the next call.

        Args:
            state: For the stamp and the activations.
            bones: [bones, 2, 3] ends, m.
            muscles: [points, 3] path of each muscle, m.
        """
        time = header(state.stamp, self._frame)
        for marker in self._array.markers:
            marker.header = time
        _place(self._skeleton, bones.reshape(-1, 3))
        colours = muscle_colours(state.activation).tolist()
        for marker, points, (red, green, blue) in zip(self._lines, muscles, colours, strict=True):
            _place(marker, points)
            marker.color.r, marker.color.g, marker.color.b = red, green, blue
        return self._array


def _line(namespace: str, number: int, kind: int, width: float, colour: ColorRGBA) -> Marker:
    marker = Marker(ns=namespace, id=number, type=kind, action=Marker.ADD, color=colour)
    marker.scale.x = width
    marker.pose.orientation.w = 1.0
    return marker


def _opaque(red: float, green: float, blue: float) -> ColorRGBA:
    return ColorRGBA(r=red, g=green, b=blue, a=1.0)


def _place(marker: Marker, points: NDArray[np.float64]) -> None:
    if len(marker.points) != len(points):  # a path may gain and lose points on a wrapping surface
        marker.points = [Point() for _ in points]
    for point, (x, y, z) in zip(marker.points, points.tolist(), strict=True):
        point.x, point.y, point.z = x, y, z
