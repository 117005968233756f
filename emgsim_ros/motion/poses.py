"""Named poses: joint angles by coordinate name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.yaml_files import read_yaml, require_mapping, require_number


@dataclass(frozen=True)
class Poses:
    """A table of poses.

    Attributes:
        coordinates: [coordinates] joint coordinate names.
        angles: [coordinates] joint angles of each pose by name, rad.
    """

    coordinates: tuple[str, ...]
    angles: Mapping[str, NDArray[np.float64]]

    def angle(self, expression: str) -> NDArray[np.float64]:
        """Return the [coordinates] joint angles (rad) of a pose or of a sum of poses such as ``grasp+flex``.

        Raises:
            InvalidInput: The table has no such pose.
        """
        total = np.zeros(len(self.coordinates))
        for name in expression.split("+"):
            if name.strip() not in self.angles:
                raise InvalidInput("pose", name.strip(), "one of " + ", ".join(self.angles))
            total = total + self.angles[name.strip()]
        return total

    def vector(self, values: Mapping[str, float], field: str) -> NDArray[np.float64]:
        """Return [coordinates] values from a mapping by coordinate name; coordinates left out are 0.

        Raises:
            InvalidInput: The table has no such coordinate, or a value is not a number.
        """
        vector = np.zeros(len(self.coordinates))
        for name, value in values.items():
            if name not in self.coordinates:
                raise InvalidInput(f"{field}: coordinate", name, "one of " + ", ".join(self.coordinates))
            vector[self.coordinates.index(name)] = require_number(value, f"{field}: {name}")
        return vector


def load_poses(path: Path) -> Poses:
    """Read a pose table, which contains ``coordinates`` (a list) and ``poses`` (name: {coordinate: degrees}).

    Raises:
        InvalidInput: The file is unreadable, or a pose contains an unknown coordinate.
    """
    content = require_mapping(read_yaml(path), str(path), ("coordinates", "poses"))
    empty = Poses(tuple(content["coordinates"]), {})
    poses = require_mapping(content["poses"], f"{path}: poses")
    return Poses(
        empty.coordinates,
        {name: np.radians(empty.vector(values or {}, f"{path}: pose {name!r}")) for name, values in poses.items()},
    )
