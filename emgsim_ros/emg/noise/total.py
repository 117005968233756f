"""The sum of the noise parts that the parameters name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...parts import build_part
from .part import Noise
from .site import RecordingSite

PIECE = 128  # samples that are computed together; fewer are mostly overhead, more would leave the processor's cache


class ElectrodeNoise:
    """The sum of several noise parts, computed `PIECE` samples at a time.

    Args:
        electrodes: Number of electrodes.
        parts: What is added up.
    """

    def __init__(self, electrodes: int, parts: Sequence[Noise]) -> None:
        self._parts = tuple(parts)
        self._made = np.zeros((0, electrodes), np.float32)  # samples that have been computed and not yet returned
        self._next = 0  # number of the first of them

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on; see `Noise`."""
        if first != self._next:
            self._made, self._next = self._made[:0], first
        pieces = [self._made]
        for start in range(first + len(self._made), first + count, PIECE):
            piece = np.zeros((PIECE, self._made.shape[1]), np.float32)
            for part in self._parts:
                piece += part.samples(start, PIECE)
            pieces.append(piece)
        made = np.concatenate(pieces) if len(pieces) > 1 else self._made
        self._made, self._next = made[count:], first + count
        return made[:count]


def electrode_noise(site: RecordingSite) -> ElectrodeNoise:
    """The noise that the parameters of a site name.

    Raises:
        InvalidInput: An unknown noise part, or an option that it does not have.
    """
    parameters = site.parameters
    made = [build_part("noise", name, site, options=parameters.options) for name in parameters.noise]
    return ElectrodeNoise(site.electrodes, [part for part in made if part is not None])
