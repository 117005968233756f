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
    """A grid of electrodes: rows along the limb, columns evenly around it or side by side in a patch.

    Electrode ``row * columns + column`` lies in the given row and column; row 0 is the most proximal. The columns of
    a grid around the limb divide the circumference evenly, from ``angle`` on. The columns of a patch are
    ``column_spacing`` apart on the skin, and ``angle`` is the middle of the patch.

    Attributes:
        rows, columns: Number of electrodes along and around the limb.
        spacing: Distance between rows, m.
        diameter: Diameter of an electrode, m.
        radius: Radius of the skin surface, m.
        column_spacing: Distance between the columns of a patch, along the skin, m; None for a grid around the limb.
        angle: Angle of the first column of a grid around the limb, or of the middle of a patch, rad.
        height: Position of the grid's middle along the limb, proximal positive, m.

    Raises:
        InvalidInput: A patch whose columns are not above 0 m apart or that does not fit around the limb.
    """

    rows: int
    columns: int
    spacing: float
    diameter: float
    radius: float
    column_spacing: float | None = None
    angle: float = 0.0
    height: float = 0.0

    def __post_init__(self) -> None:
        if self.column_spacing is None:
            return
        widest = 2 * np.pi * self.radius / self.columns
        if not 0 < self.column_spacing <= widest:
            expected = f"above 0 and at most {widest:.4g} m, so that {self.columns} columns fit around the limb"
            raise InvalidInput("electrodes: column_spacing", self.column_spacing, expected)

    @property
    def closed(self) -> bool:
        """Whether the grid surrounds the limb, so that its first and last columns are neighbours."""
        return self.column_spacing is None

    @property
    def count(self) -> int:
        """Number of electrodes."""
        return self.rows * self.columns

    @property
    def heights(self) -> Array:
        """[rows] position along the limb, proximal positive, m."""
        return self.height + ((self.rows - 1) / 2 - np.arange(float(self.rows))) * self.spacing

    @property
    def angles(self) -> Array:
        """[columns] angle around the arm, rad."""
        if self.column_spacing is None:
            return 2 * np.pi * np.arange(self.columns) / self.columns + self.angle
        steps = np.arange(float(self.columns)) - (self.columns - 1) / 2
        return self.angle + steps * self.column_spacing / self.radius

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
