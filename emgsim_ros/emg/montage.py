"""Montages: the channels that an amplifier forms from the potentials under its electrodes.

Spatial filters over an electrode grid, with weights from the most proximal electrode on: single differential (1, -1)
and double differential (-1, 2, -1) along the limb; the Laplacian, or normal double differentiating filter, also
subtracts the neighbours around the limb (Reucher, Rau & Silny 1987). The first and last columns of a grid that
surrounds the limb are neighbours; those of a patch have one neighbour only and form no Laplacian channel.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..muap.limb.electrodes import ElectrodeGrid


class Montage(Protocol):
    """A spatial filter over an electrode grid.

    Attributes:
        rows, columns: Channels along and around the limb.
        differential: Whether a potential that all electrodes share cancels in every channel, so that the reference has
            no effect. A montage without this attribute depends on the reference.
    """

    rows: int
    columns: int

    def apply(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """[samples, channels] of [samples, electrodes], in the same unit."""
        ...

    def positions(self, electrodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """[channels, 3] positions of the channels: the middle of the electrodes that form each."""
        ...


class Monopolar:
    """Each electrode against the reference: the potentials themselves.

    Args:
        grid: The electrodes.
    """

    differential = False

    def __init__(self, grid: ElectrodeGrid) -> None:
        self.rows, self.columns = grid.rows, grid.columns

    def apply(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Montage`."""
        return emg

    def positions(self, electrodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Montage`."""
        return electrodes


class SingleDifferential:
    """Differences of neighbours along the limb; one row fewer than electrodes.

    Args:
        grid: The electrodes.

    Raises:
        InvalidInput: Fewer than two rows.
    """

    differential = True

    def __init__(self, grid: ElectrodeGrid) -> None:
        _require_rows("single_differential", grid.rows, 2)
        self.rows, self.columns = grid.rows - 1, grid.columns

    def apply(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Montage`."""
        grid = emg.reshape(len(emg), self.rows + 1, self.columns)
        return (grid[:, :-1] - grid[:, 1:]).reshape(len(emg), -1)

    def positions(self, electrodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Montage`."""
        grid = electrodes.reshape(self.rows + 1, self.columns, 3)
        return ((grid[:-1] + grid[1:]) / 2).reshape(-1, 3)


class DoubleDifferential:
    """Second differences along the limb; two rows fewer than electrodes.

    Args:
        grid: The electrodes.

    Raises:
        InvalidInput: Fewer than three rows.
    """

    differential = True
    _NAME = "double_differential"

    def __init__(self, grid: ElectrodeGrid) -> None:
        _require_rows(self._NAME, grid.rows, 3)
        self._columns = grid.columns
        self.rows, self.columns = grid.rows - 2, grid.columns

    def apply(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Montage`."""
        return self._filtered(emg.reshape(len(emg), self.rows + 2, self._columns)).reshape(len(emg), -1)

    def positions(self, electrodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Montage`."""
        return electrodes.reshape(self.rows + 2, self._columns, 3)[1:-1].reshape(-1, 3)

    def _filtered(self, grid: NDArray[np.float32]) -> NDArray[np.float32]:
        return 2 * grid[:, 1:-1] - grid[:, :-2] - grid[:, 2:]


class Laplacian(DoubleDifferential):
    """Second differences along and around the limb; two rows fewer than electrodes, of a patch two columns fewer too.

    Args:
        grid: The electrodes.

    Raises:
        InvalidInput: Fewer than three rows or columns.
    """

    _NAME = "laplacian"

    def __init__(self, grid: ElectrodeGrid) -> None:
        super().__init__(grid)
        if grid.columns < 3:
            raise InvalidInput("columns", grid.columns, "3 or more for the montage laplacian")
        self._closed = grid.closed
        if not self._closed:
            self.columns = grid.columns - 2

    def positions(self, electrodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Montage`."""
        middle = super().positions(electrodes).reshape(self.rows, self._columns, 3)
        return (middle if self._closed else middle[:, 1:-1]).reshape(-1, 3)

    def _filtered(self, grid: NDArray[np.float32]) -> NDArray[np.float32]:
        middle = grid[:, 1:-1]
        along = super()._filtered(grid)
        every = along + 2 * middle - np.roll(middle, 1, axis=2) - np.roll(middle, -1, axis=2)
        return every if self._closed else every[:, :, 1:-1]  # the roll joins the edges, which only a closed grid does


def _require_rows(montage: str, rows: int, least: int) -> None:
    if rows < least:
        raise InvalidInput("rows", rows, f"{least} or more for the montage {montage}")
