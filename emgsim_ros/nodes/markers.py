"""Bones and muscles as RViz markers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from visualization_msgs.msg import Marker, MarkerArray

from ..figures.muscle_colours import muscle_colours
from ..musculoskeletal import MusculoskeletalState
from ..musculoskeletal.opensim.bones import BONE_COLOUR
from .line_markers import line, opaque
from .serialised import Blanks, SerialisedMessage

BONE_WIDTH = 0.006  # m
MUSCLE_WIDTH = 0.003  # m
LAYOUTS = 64  # kept layouts: a path may gain and lose points on a wrapping surface


class MusculoskeletalMarkers:
    """Bones as one list of lines, each muscle as a line from blue (activation 0) to red (1).

    Args:
        frame: Frame of the positions.
    """

    def __init__(self, frame: str) -> None:
        self._frame = frame
        self._layout = lru_cache(maxsize=LAYOUTS)(self._made)

    def serialised(
        self, state: MusculoskeletalState, bones: NDArray[np.float64], muscles: list[NDArray[np.float64]]
    ) -> bytes:
        """Return the MarkerArray of one instant, serialised.

        Args:
            state: For the stamp and the activations.
            bones: [bones, 2, 3] ends, m.
            muscles: [points, 3] path of each muscle, m.
        """
        layout = self._layout(2 * len(bones), tuple(map(len, muscles)))
        points = np.concatenate((bones.reshape(-1, 3), *muscles)).ravel()
        return layout.filled(state.stamp, points, muscle_colours(state.activation).ravel())

    def _made(self, bone_points: int, muscle_points: tuple[int, ...]) -> SerialisedMessage:
        """Return the message for paths with given numbers of points."""
        blanks = Blanks()
        bones = line(blanks, self._frame, "bones", 0, Marker.LINE_LIST, BONE_WIDTH, bone_points)
        bones.color = opaque(*BONE_COLOUR)
        markers = [bones]
        for number, count in enumerate(muscle_points):
            muscle = line(blanks, self._frame, "muscles", number, Marker.LINE_STRIP, MUSCLE_WIDTH, count)
            muscle.color = opaque(*blanks.singles(3))
            markers.append(muscle)
        return SerialisedMessage(MarkerArray(markers=markers), blanks)
