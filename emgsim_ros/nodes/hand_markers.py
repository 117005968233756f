"""The estimated and the true hand as RViz markers, side by side."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from visualization_msgs.msg import Marker, MarkerArray

from ..pose.kinematics import HandKinematics
from .line_markers import line, opaque
from .serialised import Blanks, SerialisedMessage

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
        self._offsets = np.array([[beside, 0.0, 0.0], [0.0, 0.0, 0.0]])
        self._ends = np.array(kinematics.links()).ravel()
        self._layout = cache(self._made)

    def serialised(self, stamp: int, estimated: Array, true: Array | None) -> bytes:
        """Return the MarkerArray of one instant, serialised.

        Args:
            stamp: ns.
            estimated, true: [coordinates] joint angles, rad; None if not known.
        """
        angles = np.stack([estimated] if true is None else [estimated, true])
        places = self._kinematics.positions(angles) + self._offsets[: len(angles), None]
        return self._layout(len(angles)).filled(stamp, places[:, self._ends].ravel())

    def _made(self, hands: int) -> SerialisedMessage:
        """Return the message with the first of the hands, or both."""
        blanks, markers = Blanks(), []
        for number, (name, colour) in enumerate(list(HANDS.items())[:hands]):
            marker = line(blanks, self._frame, name, number, Marker.LINE_LIST, WIDTH, len(self._ends))
            marker.color = opaque(*colour)
            markers.append(marker)
        return SerialisedMessage(MarkerArray(markers=markers), blanks)
