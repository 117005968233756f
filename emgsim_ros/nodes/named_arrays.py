"""Messages that consist of a header, names and an array of numbers per field, such as JointState and MuscleState."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .serialised import Blanks, SerialisedMessage


class NamedArrays:
    """Creates the messages of a stream with constant names.

    Args:
        kind: Message class with the fields ``header``, ``name`` and float64 arrays.
        names: Content of ``name``.
        fields: Names of the arrays that are filled; the others stay empty.
        frame: Frame in the header.
    """

    def __init__(self, kind: Any, names: Sequence[str], fields: Sequence[str], frame: str = "") -> None:
        blanks = Blanks()
        arrays = {field: blanks.doubles(len(names)) for field in fields}
        self._message = SerialisedMessage(kind(header=blanks.header(frame), name=list(names), **arrays), blanks)

    def serialised(self, stamp: int, *values: NDArray[np.float64]) -> bytes:
        """Return the message at ``stamp`` (ns) with [names] values for each field, serialised."""
        return self._message.filled(stamp, np.concatenate(values))
