"""The sum of the noise parts that the parameters name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...parts import build_part
from .part import Noise
from .site import RecordingSite

PIECE = 128  # samples that are added up together; more would leave the processor's cache


class ElectrodeNoise:
    """The sum of several noise parts.

    Args:
        electrodes: Number of electrodes.
        parts: What is added up.
    """

    def __init__(self, electrodes: int, parts: Sequence[Noise]) -> None:
        self._electrodes, self._parts = electrodes, tuple(parts)

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on; see `Noise`."""
        total = np.zeros((count, self._electrodes), dtype=np.float32)
        for start in range(0, count, PIECE):
            piece = total[start : start + PIECE]
            for part in self._parts:
                piece += part.samples(first + start, len(piece))
        return total


def electrode_noise(site: RecordingSite) -> ElectrodeNoise:
    """The noise that the parameters of a site name.

    Raises:
        InvalidInput: An unknown noise part, or an option that it does not have.
    """
    parameters = site.parameters
    made = [build_part("noise", name, site, options=parameters.options) for name in parameters.noise]
    return ElectrodeNoise(site.electrodes, [part for part in made if part is not None])
