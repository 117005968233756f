"""References: what the potential of every electrode is measured against.

An amplifier records differences. Its second input is an electrode elsewhere on the limb, which lies in the field of the
same motor units, or the mean of all electrodes (common average). A reference therefore takes part of the EMG away from
all channels alike. It also adds its own noise to all of them.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..muap.limb.electrodes import ElectrodeGrid
from ..parameters import EmgParameters

LARGEST_DISC = 0.008  # m; the largest electrode that the trained generator computes, so wider ones are made of several
AROUND = 32  # discs of a strap around the limb; their mean is without the angular orders 1 to 31


class Reference(Protocol):
    """What the electrodes of a grid are measured against.

    Attributes:
        electrode: Discs on the skin that are connected to one reference electrode; None without such an electrode.
    """

    electrode: ElectrodeGrid | None

    def apply(self, potentials: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return potentials against the reference.

        Args:
            potentials: [..., electrodes] potentials against a distant point; the last one is that of the reference
                electrode, if there is one.

        Returns:
            [..., electrodes of the grid] in the same unit.
        """
        ...


class Distant:
    """A point outside the field of the muscles: the potentials themselves.

    Args:
        grid: The electrodes.
        parameters: Of the EMG.
    """

    electrode: ElectrodeGrid | None = None

    def __init__(self, grid: ElectrodeGrid, parameters: EmgParameters) -> None:
        pass

    def apply(self, potentials: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Reference`."""
        return potentials


class CommonAverage(Distant):
    """The mean of all electrodes of the grid, as computed by some amplifiers and by many analyses."""

    def apply(self, potentials: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Reference`."""
        return potentials - potentials.mean(axis=-1, keepdims=True)


class SingleElectrode:
    """One electrode on the limb.

    A disc of up to 8 mm; a wider electrode is the mean of such discs side by side, in a square of its width.

    Args:
        grid: The electrodes.
        parameters: Of the EMG; ``reference_position``, ``reference_angle`` and ``reference_diameter`` place it.
    """

    def __init__(self, grid: ElectrodeGrid, parameters: EmgParameters) -> None:
        discs, size = _discs(parameters)
        self.electrode = ElectrodeGrid(
            rows=discs,
            columns=discs,
            spacing=size,
            diameter=size,
            radius=grid.radius,
            column_spacing=size,
            angle=2 * math.pi * parameters.reference_angle,
            height=parameters.reference_position * 1e-3,
        )

    def apply(self, potentials: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Reference`."""
        return potentials[..., :-1] - potentials[..., -1:]


class Strap(SingleElectrode):
    """A conducting band around the limb, such as a wet wrist strap: the mean of the skin's potential under it.

    Args:
        grid: The electrodes.
        parameters: Of the EMG; ``reference_position`` is the middle of the strap and ``reference_diameter`` its width.

    Raises:
        InvalidInput: The strap lies over electrodes of the grid.
    """

    def __init__(self, grid: ElectrodeGrid, parameters: EmgParameters) -> None:
        bands, size = _discs(parameters)
        position = parameters.reference_position * 1e-3
        self.electrode = ElectrodeGrid(bands, AROUND, size, size, grid.radius, height=position)
        least = (np.ptp(grid.heights) + grid.diameter + bands * size) / 2
        if abs(position - grid.height) < least:
            expected = f"at least {least * 1e3:.4g} mm from the grid's middle, so that the strap lies beside the grid"
            raise InvalidInput("reference_position", parameters.reference_position, expected)


def _discs(parameters: EmgParameters) -> tuple[int, float]:
    """Return the number of discs that make up the width of the reference electrode, and their diameter, m."""
    width = parameters.reference_diameter * 1e-3
    count = math.ceil(width / LARGEST_DISC - 1e-9)
    return count, width / count
