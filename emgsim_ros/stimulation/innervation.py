"""Innervation of the muscles by the segments of the spinal cord."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.yaml_files import read_yaml, require_mapping, require_number

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Innervation:
    """An innervation table.

    Attributes:
        shares: For each muscle (without its side), the share of its motoneurons in each segment; the shares of a muscle
            sum to 1.
        antagonists: Pairs of muscles whose afferents inhibit each other.
        names: Pattern of a muscle's full name, with {muscle} and {side}.
        latency: Conduction time from the roots to the muscles, s.
    """

    shares: Mapping[str, Mapping[str, float]]
    antagonists: tuple[tuple[str, str], ...]
    names: str
    latency: float

    def muscles(self, sides: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Return (muscle, side) of every muscle, all muscles of one side before those of the next."""
        return tuple((muscle, side) for side in sides for muscle in self.shares)

    def full_names(self, sides: Sequence[str]) -> tuple[str, ...]:
        """Return the names of all muscles as in the musculoskeletal model."""
        return tuple(self.names.format(muscle=muscle, side=side) for muscle, side in self.muscles(sides))


def load_innervation(path: Path) -> Innervation:
    """Read an innervation table from a file such as config/innervation/leg.yaml; shares are scaled to sum to 1.

    Raises:
        InvalidInput: The file is unreadable, a key is missing, a share is not above 0, or an antagonist is unknown.
    """
    content = require_mapping(read_yaml(path), str(path), ("muscles", "antagonists", "names", "latency"))
    shares = {}
    for muscle, row in require_mapping(content["muscles"], f"{path}: muscles").items():
        field = f"{path}: {muscle}"
        values = {
            segment: require_number(v, f"{field}: {segment}") for segment, v in require_mapping(row, field).items()
        }
        if not values or min(values.values()) <= 0:
            raise InvalidInput(field, row, "segments with shares above 0")
        shares[str(muscle)] = {segment: value / sum(values.values()) for segment, value in values.items()}
    pairs = tuple((str(first), str(second)) for first, second in content["antagonists"])
    for muscle in (name for pair in pairs for name in pair):
        if muscle not in shares:
            raise InvalidInput(f"{path}: antagonists: muscle", muscle, "one of " + ", ".join(shares))
    return Innervation(shares, pairs, str(content["names"]), require_number(content["latency"], f"{path}: latency"))
