"""The estimated and the true hand as RViz markers, side by side."""

from __future__ import annotations

import numpy as np
import torch
from geometry_msgs.msg import Point
from numpy.typing import NDArray
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from ..pose.kinematics import HandKinematics
from .stamps import header

Array = NDArray[np.float64]

WIDTH = 0.006  # m
HANDS = {"estimated": (0.1, 0.45, 0.9), "true": (0.85, 0.85, 0.8)}  # and their colours


class HandMarkers:
    """Draws each hand as a list of lines from landmark to landmark.

    Args:
        kinematics: Of the hand.
        frame: Frame of the positions.
        beside: How far (m) the estimated hand lies beside the true one, to the thumb's side.
    """

    def __init__(self, kinematics: HandKinematics, frame: str, beside: float) -> None:
        self._kinematics, self._frame = kinematics, frame
        self._offset = np.array([beside, 0.0, 0.0])
        self._links = kinematics.links()

    def message(self, stamp: int, estimated: Array, true: Array | None) -> MarkerArray:
        """The markers of one instant.

        Args:
            stamp: ns.
            estimated, true: [coordinates] joint angles, rad; None if not known.
        """
        hands = {"estimated": (estimated, self._offset), "true": (true, np.zeros(3))}
        made = [
            self._marker(stamp, number, name, angles, offset)
            for number, (name, (angles, offset)) in enumerate(hands.items())
            if angles is not None
        ]
        return MarkerArray(markers=made)

    def _marker(self, stamp: int, number: int, name: str, angles: Array, offset: Array) -> Marker:
        marker = Marker(header=header(stamp, self._frame), ns=name, id=number, type=Marker.LINE_LIST)
        marker.scale.x = WIDTH
        marker.pose.orientation.w = 1.0
        red, green, blue = HANDS[name]
        marker.color = ColorRGBA(r=red, g=green, b=blue, a=1.0)
        places = self._kinematics(torch.from_numpy(angles)).numpy() + offset
        ends = places[np.array(self._links).ravel()]
        marker.points = [Point(x=x, y=y, z=z) for x, y, z in ends.tolist()]
        return marker
