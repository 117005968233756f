"""Montages: what an amplifier makes of the potentials under its electrodes.

Spatial filters of electrode grids, weights from the most proximal electrode on: single differential (1, -1) and double
differential (-1, 2, -1) along the arm; the Laplacian, or normal double differentiating filter, adds the neighbours
around the arm (Reucher, Rau & Silny 1987). The columns close around the arm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..parameters.emg import MONTAGES

ROWS_TAKEN = dict(zip(MONTAGES, (0, 1, 2, 2), strict=True))


class Montage:
    """A spatial filter over a grid.

    Args:
        kind: A montage, as in the parameter of the emg node.
        rows, columns: Of the electrodes, along and around the arm.

    Attributes:
        rows, columns: Of the channels that come out.

    Raises:
        InvalidInput: Too few electrodes for the filter.
    """

    def __init__(self, kind: str, rows: int, columns: int) -> None:
        if rows <= ROWS_TAKEN[kind]:
            raise InvalidInput("rows", rows, f"{ROWS_TAKEN[kind] + 1} or more for the montage {kind}")
        if kind == "laplacian" and columns < 3:
            raise InvalidInput("columns", columns, "3 or more for the montage laplacian")
        self._kind, self._electrodes = kind, (rows, columns)
        self.rows, self.columns = rows - ROWS_TAKEN[kind], columns

    def apply(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """[samples, channels] of [samples, electrodes], same unit."""
        if self._kind == "monopolar":
            return emg
        grid = emg.reshape(-1, *self._electrodes)
        if self._kind == "single_differential":
            filtered = grid[:, :-1] - grid[:, 1:]
        else:
            filtered = 2 * grid[:, 1:-1] - grid[:, :-2] - grid[:, 2:]
        if self._kind == "laplacian":
            middle = grid[:, 1:-1]
            filtered = filtered + 2 * middle - np.roll(middle, 1, axis=2) - np.roll(middle, -1, axis=2)
        return filtered.reshape(len(emg), -1)

    def positions(self, electrodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """[channels, 3] places of the channels: the middle of the electrodes behind each."""
        grid = electrodes.reshape(*self._electrodes, 3)
        if self._kind == "monopolar":
            return electrodes
        middle = (grid[:-1] + grid[1:]) / 2 if self._kind == "single_differential" else grid[1:-1]
        return middle.reshape(-1, 3)
