"""Which muscles of the musculoskeletal model feed which muscles of the EMG."""

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
    """The excitation of an EMG muscle is the weighted mean of those of its model muscles.

    Args:
        shares: EMG muscle: {model muscle: share of the EMG muscle's motor units, any unit}.
    """

    def __init__(self, shares: Mapping[str, Mapping[str, float]]) -> None:
        self._shares = shares
        self._names: tuple[str, ...] | None = None
        self._weights = np.zeros((len(shares), 0))

    @property
    def muscles(self) -> tuple[str, ...]:
        """The EMG muscles that are fed."""
        return tuple(self._shares)

    def values(self, names: Sequence[str], values: Sequence[float] | Array) -> Array:
        """[EMG muscles] excitation, or relative fibre length, from that of the model's muscles.

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
    """Read a muscle map: ``muscles``, {EMG muscle: [model muscles] or {model muscle: share}}.

    Args:
        path: The YAML file.
        known: EMG muscles that there are.

    Raises:
        InvalidInput: A broken file, an EMG muscle that is not known, no model muscle, a share that is not above 0.
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
