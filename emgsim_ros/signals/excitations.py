"""The check of excitations that are given with muscle names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput


def check_excitations(
    owner: str, names: Sequence[str], values: Sequence[float] | NDArray[np.float64], known: Collection[str]
) -> None:
    """Check that every name is known and every value is between 0 and 1.

    Args:
        owner: Source of the excitations, for the message of an error.
        names: [muscles] muscle names.
        values: [muscles] excitations.
        known: Accepted names.

    Raises:
        InvalidInput: The lengths differ, a muscle is unknown, or a value is not between 0 and 1.
    """
    if len(names) != len(values):
        raise InvalidInput(f"{owner}: excitation length", len(values), f"{len(names)}, as many as names")
    for name, value in zip(names, values, strict=True):
        if name not in known:
            raise InvalidInput(f"{owner}: muscle", name, "one of " + ", ".join(known))
        if not 0.0 <= value <= 1.0:  # NaN is rejected as well
            raise InvalidInput(f"{owner}: excitation of {name!r}", float(value), "0 to 1")
