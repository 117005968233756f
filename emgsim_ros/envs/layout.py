"""What an observation holds: named parts of a vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """A part of an observation: its name, the names of its numbers, their unit, and what it is divided by."""

    name: str
    members: tuple[str, ...]
    unit: str
    scale: float = 1.0


class ObservationLayout:
    """The order in which an observation's parts stand.

    Numbers are divided by their part's scale, so that networks see them of one size.

    Args:
        parts: In order.

    Attributes:
        parts: In order.
        size: Of the vector.
        names: [size] ``part.member`` of every number.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self.names = tuple(f"{part.name}.{member}" for part in parts for member in part.members)
        self.size = len(self.names)

    def vector(self, values: Mapping[str, Array]) -> NDArray[np.float32]:
        """[size] from the parts' values."""
        scaled = [np.asarray(values[part.name], dtype=float) / part.scale for part in self.parts]
        return np.concatenate(scaled).astype(np.float32)

    def by_name(self, vector: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """The parts of a vector."""
        ends = np.cumsum([len(part.members) for part in self.parts])
        return dict(zip([part.name for part in self.parts], np.split(vector, ends[:-1]), strict=True))
