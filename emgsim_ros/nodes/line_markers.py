"""RViz markers that consist of lines, as parts of serialised messages."""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import Point
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker

from .serialised import Blanks


def line(blanks: Blanks, frame: str, namespace: str, number: int, kind: int, width: float, points: int) -> Marker:
    """Return a marker of lines whose stamp and points are marked.

    Args:
        blanks: Deals out the marks.
        frame: Frame of the points.
        namespace, number: Name of the marker.
        kind: ``Marker.LINE_LIST`` or ``Marker.LINE_STRIP``.
        width: Width of the lines, m.
        points: Number of points.
    """
    marker = Marker(header=blanks.header(frame), ns=namespace, id=number, type=kind, action=Marker.ADD)
    marker.scale.x = width
    marker.pose.orientation.w = 1.0
    marker.points = [Point(x=x, y=y, z=z) for x, y, z in np.reshape(blanks.doubles(3 * points), (-1, 3)).tolist()]
    return marker


def opaque(red: float, green: float, blue: float) -> ColorRGBA:
    """Return a colour that hides what is behind it."""
    return ColorRGBA(r=red, g=green, b=blue, a=1.0)
