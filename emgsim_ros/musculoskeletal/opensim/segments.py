"""Mass distribution of body segments for which the tables have a mass only: a uniform cylinder around the bone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...files.model_tables import BodyRow, BoneRow

Array = NDArray[np.float64]

DENSITY = 1100.0  # kg/m^3, of a limb (unverified; it determines the radius of the cylinder only)
KNOWN = 1e-9  # kg m^2; smaller inertias in a table are those of a point mass


@dataclass(frozen=True)
class Segment:
    """The distribution of the mass of a segment.

    Attributes:
        centre: [3] centre of mass in the frame of the body, m.
        inertia: [3, 3] about the centre of mass, kg m^2.
    """

    centre: Array
    inertia: Array


def segment(row: BodyRow, bones: Sequence[BoneRow]) -> Segment:
    """Return the segment of a body: that of the table if it has an inertia, else a cylinder around the longest bone.

    Args:
        row: The body.
        bones: The bones of this body.
    """
    table = Segment(np.array(row.centre), np.diag(row.inertia))
    if max(row.inertia) > KNOWN or not bones:
        return table
    start, end = max(((np.array(one.start), np.array(one.end)) for one in bones), key=_length)
    length = _length((start, end))
    along = (end - start) / length
    square = row.mass / (np.pi * DENSITY * length)  # of the radius
    axial, across = row.mass * square / 2, row.mass * (3 * square + length**2) / 12
    turned = np.outer(along, along)
    return Segment((start + end) / 2, across * (np.eye(3) - turned) + axial * turned)


def _length(ends: tuple[Array, Array]) -> float:
    return float(np.linalg.norm(ends[1] - ends[0]))
