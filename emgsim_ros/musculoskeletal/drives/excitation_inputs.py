"""Excitations from outside the drive: the latest of every source, summed while they are fresh."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...signals.excitations import check_excitations
from ...signals.simulation_time import from_seconds

Array = NDArray[np.float64]

FRESH_FOR = from_seconds(0.1)  # a source that has been silent this long (ns) no longer counts


class ExcitationInputs:
    """Sums the excitations of several sources.

    Args:
        muscles: [muscles] names of the model's muscles.
    """

    def __init__(self, muscles: Sequence[str]) -> None:
        self._muscles = tuple(muscles)
        self._latest: dict[str, tuple[int, Array]] = {}

    def receive(self, source: str, stamp: int, names: Sequence[str], values: Sequence[float]) -> None:
        """Take the excitations of ``source`` at ``stamp`` (ns); on an error its last good ones stand.

        Raises:
            InvalidInput: Unknown muscle, lengths that differ, a value that is not within 0..1.
        """
        check_excitations(source, names, values, self._muscles)
        vector = np.zeros(len(self._muscles))
        for name, value in zip(names, values, strict=True):
            vector[self._muscles.index(name)] = value
        self._latest[source] = (stamp, vector)

    def total(self, stamp: int) -> Array:
        """[muscles] sum of the sources heard of within the last 0.1 s before ``stamp`` (ns)."""
        fresh = [vector for heard, vector in self._latest.values() if stamp - heard <= FRESH_FOR]
        return sum(fresh, np.zeros(len(self._muscles)))
