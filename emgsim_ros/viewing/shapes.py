"""Markers on the page: bones, muscles coloured by activation, and the true and the estimated hand."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import rerun as rr
from numpy.typing import NDArray

from ..signals.simulation_time import stamp_of
from .page import Page, colours

LINE_LIST = 5  # visualization_msgs/Marker: pairs of points; LINE_STRIP is 4


class ShapesView:
    """Shows a MarkerArray of lines.

    Args:
        page: Page on which the view is drawn.
        entity: Parent entity of the markers; their namespaces are its children.
    """

    def __init__(self, page: Page, entity: str) -> None:
        self._page, self._entity = page, entity

    def take(self, message: Any) -> None:
        """Show the lines of a MarkerArray message."""
        together = defaultdict(list)
        for marker in message.markers:
            together[marker.ns].append(marker)
        for namespace, markers in together.items():
            strips, shades = [], []
            for marker in markers:
                lines = _lines(marker)
                strips += lines
                shades += [(marker.color.r, marker.color.g, marker.color.b)] * len(lines)
            stamp = stamp_of(markers[0])
            radius = markers[0].scale.x / 2
            drawn = rr.LineStrips3D(strips, colors=colours(shades), radii=radius)
            self._page.log(f"{self._entity}/{namespace}", stamp, drawn)


def _lines(marker: Any) -> list[NDArray[np.float64]]:
    points = np.array([(point.x, point.y, point.z) for point in marker.points]).reshape(-1, 3)
    return list(points.reshape(-1, 2, 3)) if marker.type == LINE_LIST else [points]
