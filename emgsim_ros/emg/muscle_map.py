"""The mapping from muscles of the musculoskeletal model to muscles of the EMG anatomy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.yaml_files import read_yaml, require_mapping, require_number

Array = NDArray[np.float64]


class MuscleMap:
    """A mapping in which the excitation of an EMG muscle is the weighted mean of those of its model muscles.

    Args:
        shares: For each EMG muscle, the share of its motor units that each model muscle drives; shares are normalised.
    """

    def __init__(self, shares: Mapping[str, Mapping[str, float]]) -> None:
        self._shares = shares
        self._names: tuple[str, ...] | None = None
        self._weights = np.zeros((len(shares), 0))

    @property
    def muscles(self) -> tuple[str, ...]:
        """Names of the mapped EMG muscles."""
        return tuple(self._shares)

    def values(self, names: Sequence[str], values: Sequence[float] | Array) -> Array:
        """Return the [EMG muscles] excitations or relative fibre lengths.

        Args:
            names: [muscles] names of the model's muscles.
            values: [muscles] their excitations or relative fibre lengths.

        Raises:
            InvalidInput: The model lacks a muscle of the map.
        """
        if self._names != tuple(names):
            self._weights, self._names = self._matrix(names), tuple(names)
        return self._weights @ np.asarray(values, dtype=float)

    def _matrix(self, names: Sequence[str]) -> Array:
        weights = np.zeros((len(self._shares), len(names)))
        for row, (muscle, shares) in zip(weights, self._shares.items(), strict=True):
            for source, share in shares.items():
                if source not in names:
                    raise InvalidInput(f"muscle map: {muscle}: model muscle", source, "one of " + ", ".join(names))
                row[list(names).index(source)] = share / sum(shares.values())
        return weights


def load_muscle_map(path: Path, known: Collection[str]) -> MuscleMap:
    """Read a muscle map, which contains ``muscles``: {EMG muscle: [model muscles] or {model muscle: share}}.

    Args:
        path: The YAML file.
        known: Names of the EMG muscles of the anatomy.

    Raises:
        InvalidInput: The file is malformed, an EMG muscle is unknown or has no model muscle, or a share is not above 0.
    """
    content = require_mapping(read_yaml(path), str(path), ("muscles",))
    rows = require_mapping(content["muscles"], f"{path}: muscles")
    for muscle in rows:
        if muscle not in known:
            raise InvalidInput(f"{path}: EMG muscle", muscle, "one of " + ", ".join(known))
    return MuscleMap({muscle: _shares(row, f"{path}: {muscle}") for muscle, row in rows.items()})


def _shares(row: Any, field: str) -> dict[str, float]:
    shares = dict.fromkeys(map(str, row), 1.0) if isinstance(row, list) else dict(require_mapping(row, field))
    if not shares:
        raise InvalidInput(field, row, "at least one muscle of the model")
    for muscle, share in shares.items():
        name, expected = f"{field}: share of {muscle!r}", "a number above 0"
        if require_number(share, name, expected) <= 0:
            raise InvalidInput(name, share, expected)
    return {muscle: float(share) for muscle, share in shares.items()}
