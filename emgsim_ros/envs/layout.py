"""The layout of an observation: named parts of a vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """A part of an observation.

    Attributes:
        name: Name of the part.
        members: Names of its numbers.
        unit: Unit of its numbers before they are divided by the scale.
        scale: Divisor that brings the numbers to the order of 1.
    """

    name: str
    members: tuple[str, ...]
    unit: str
    scale: float = 1.0


class ObservationLayout:
    """The order of the parts of an observation.

    Every number is divided by the scale of its part, so that all inputs of a network have a similar size.

    Args:
        parts: The parts, in order.

    Attributes:
        parts: As given.
        size: Length of the vector.
        names: [size] ``part.member`` for every number.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self.names = tuple(f"{part.name}.{member}" for part in parts for member in part.members)
        self.size = len(self.names)
        self._scales = np.repeat([part.scale for part in self.parts], [len(part.members) for part in self.parts])

    def vector(self, values: Mapping[str, Array]) -> NDArray[np.float32]:
        """Return the vector [size] for the values of all parts, given by name in their units."""
        every = np.concatenate([values[part.name] for part in self.parts])
        return (every / self._scales).astype(np.float32)

    def by_name(self, vector: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Split a vector into its parts, by name."""
        ends = np.cumsum([len(part.members) for part in self.parts])
        return dict(zip([part.name for part in self.parts], np.split(vector, ends[:-1]), strict=True))
