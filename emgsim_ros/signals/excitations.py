"""The one check of excitations that come with muscle names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput


def check_excitations(
    owner: str, names: Sequence[str], values: Sequence[float] | NDArray[np.float64], known: Collection[str]
) -> None:
    """See that every name is known and every value within 0..1.

    Args:
        owner: Whose they are, for messages.
        names: [muscles] muscle names.
        values: [muscles] excitations.
        known: Names that are accepted.

    Raises:
        InvalidInput: Lengths that differ, an unknown muscle, or a value that is not within 0..1.
    """
    if len(names) != len(values):
        raise InvalidInput(f"{owner}: excitation length", len(values), f"{len(names)}, as many as names")
    for name, value in zip(names, values, strict=True):
        if name not in known:
            raise InvalidInput(f"{owner}: muscle", name, "one of " + ", ".join(known))
        if not 0.0 <= value <= 1.0:  # refuses NaN as well
            raise InvalidInput(f"{owner}: excitation of {name!r}", float(value), "0 to 1")
