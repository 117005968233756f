"""The sum of the excitations that other sources, such as stimulation or a policy, send to a drive."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...signals.excitations import check_excitations
from ...signals.simulation_time import from_seconds

Array = NDArray[np.float64]

TIMEOUT = from_seconds(0.1)  # ns; a source that has sent nothing for this long is ignored


class ExcitationInputs:
    """Sums the latest excitations of several sources.

    Args:
        muscles: [muscles] names of the model's muscles.
    """

    def __init__(self, muscles: Sequence[str]) -> None:
        self._muscles = tuple(muscles)
        self._latest: dict[str, tuple[int, Array]] = {}

    def receive(self, source: str, stamp: int, names: Sequence[str], values: Sequence[float]) -> None:
        """Store the excitations that ``source`` has sent; after an error its last valid excitations remain in use.

        Args:
            source: Name of the source, such as its topic.
            stamp: Simulation time, ns.
            names: Names of the excited muscles; the others have excitation 0.
            values: [names] excitations, 0 to 1.

        Raises:
            InvalidInput: A muscle is unknown, the lengths differ, or a value is not within 0..1.
        """
        check_excitations(source, names, values, self._muscles)
        vector = np.zeros(len(self._muscles))
        for name, value in zip(names, values, strict=True):
            vector[self._muscles.index(name)] = value
        self._latest[source] = (stamp, vector)

    def total(self, stamp: int) -> Array:
        """Return the sum of all sources with excitations from the last 0.1 s before ``stamp`` (ns), [muscles]."""
        current = [vector for sent, vector in self._latest.values() if stamp - sent <= TIMEOUT]
        return sum(current, np.zeros(len(self._muscles)))
