"""Electrodes on the skin: any layout, and the grid of the forearm graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from .anatomy import Placement

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ElectrodeLayout:
    """Disc electrodes anywhere on the skin.

    Attributes:
        angles: [electrodes] angle around the arm, rad.
        heights: [electrodes] position along the arm, proximal positive, m.
        diameter: Of an electrode, m.

    Raises:
        InvalidInput: Angles and heights of different shapes or not finite, no electrode, a negative diameter.
    """

    angles: Array
    heights: Array
    diameter: float

    def __post_init__(self) -> None:
        if self.angles.shape != self.heights.shape or self.angles.ndim != 1 or not len(self.angles):
            found = (self.angles.shape, self.heights.shape)
            raise InvalidInput("electrodes: shapes of angles and heights", found, "(electrodes,) twice")
        if not (np.isfinite(self.angles).all() and np.isfinite(self.heights).all()):
            raise InvalidInput("electrodes: angles and heights", "NaN or infinite", "finite numbers")
        if not self.diameter >= 0:
            raise InvalidInput("electrodes: diameter", self.diameter, "0 m or more")


@dataclass(frozen=True)
class ElectrodeGrid:
    """Rows along the forearm, columns evenly around it.

    Electrode ``row * columns + column`` lies at angle ``column / columns`` of the circumference; row 0 is the
    most proximal.

    Attributes:
        rows, columns: Number of electrodes along and around the arm.
        spacing: Distance between rows, m.
        diameter: Diameter of an electrode, m.
        radius: Radius of the skin surface, m.
    """

    rows: int
    columns: int
    spacing: float
    diameter: float
    radius: float

    @property
    def count(self) -> int:
        """Number of electrodes."""
        return self.rows * self.columns

    @property
    def heights(self) -> Array:
        """[rows] position along the arm from the grid's middle, proximal positive, m."""
        return ((self.rows - 1) / 2 - np.arange(float(self.rows))) * self.spacing

    @property
    def angles(self) -> Array:
        """[columns] angle around the arm, rad."""
        return 2 * np.pi * np.arange(self.columns) / self.columns

    @property
    def layout(self) -> ElectrodeLayout:
        """The electrodes one by one."""
        angles, heights = np.tile(self.angles, self.rows), np.repeat(self.heights, self.columns)
        return ElectrodeLayout(angles, heights, self.diameter)

    def positions(self, placement: Placement) -> Array:
        """[electrodes, 3] positions in the model's frame ``forearm``, m."""
        axis = np.array(placement.axis) / np.linalg.norm(placement.axis)
        zero = np.array(placement.angle_zero) - np.dot(placement.angle_zero, axis) * axis
        zero /= np.linalg.norm(zero)
        quarter = np.cross(zero, axis)  # angles grow from the palm over the thumb's side to the back
        around = np.cos(self.angles)[:, None] * zero + np.sin(self.angles)[:, None] * quarter
        along = self.heights[:, None] * axis
        grid = np.array(placement.origin) + along[:, None, :] + self.radius * around[None, :, :]
        return grid.reshape(-1, 3)
