"""Messages of constant layout, read from their serialised form: only the stamp and the numbers of interest are taken.

Converting a message to Python sets every field of every nested message, which takes several times as long as receiving
it. The messages of a stream differ in their stamp and in the content of numeric arrays only. A reader therefore
converts the first message, notes where its arrays lie, and from then on compares the bytes that have to be equal and
takes the arrays from the others. A message of another layout is converted again, so no assumption is made about who
sends it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rclpy.serialization import deserialize_message

from .padding import ENCAPSULATION, array_places, padding_of
from .stamps import stamp_of_serialised

STAMP = slice(ENCAPSULATION, ENCAPSULATION + 8)  # of a message whose first field is a header
LITTLE_ENDIAN = 1  # lowest bit of the second byte of a serialised message


@dataclass(frozen=True)
class Reading:
    """The content of a message.

    Attributes:
        stamp: Its stamp, ns.
        same: A message whose fields are the same, apart from the stamp and the numeric arrays.
        arrays: The arrays of interest.
    """

    stamp: int
    same: Any
    arrays: tuple[NDArray, ...]


class ArrayReader:
    """Reads the numeric arrays of serialised messages of one type.

    Args:
        kind: Message class whose first field is a header.
        fields: Names of its arrays of interest.
    """

    def __init__(self, kind: Any, *fields: str) -> None:
        self._kind, self._fields = kind, fields
        self._length = -1  # of a message of the known layout
        self._constant: list[tuple[slice, bytes]] = []
        self._content, self._known = np.zeros(0, np.intp), np.zeros(0, np.uint8)  # the same bytes without padding
        self._places: list[tuple[np.dtype, int, int]] = []  # type, number of values and offset of each array
        self._same: Any = None

    def read(self, data: bytes) -> Reading:
        """Return the stamp and the arrays of a serialised message."""
        if not self._fits(data):
            return self._learn(data)
        arrays = tuple(np.frombuffer(data, kind, count, offset) for kind, count, offset in self._places)
        return Reading(stamp_of_serialised(data), self._same, arrays)

    def _fits(self, data: bytes) -> bool:
        if len(data) != self._length:
            return False
        if all(data[part] == known for part, known in self._constant):
            return True
        return np.array_equal(np.frombuffer(data, np.uint8)[self._content], self._known)  # padding may be anything

    def _learn(self, data: bytes) -> Reading:
        """Convert a message; note its layout if reading it from there gives the same numbers."""
        message = deserialize_message(data, self._kind)
        arrays = tuple(np.asarray(getattr(message, field)) for field in self._fields)
        reading = Reading(stamp_of_serialised(data), message, arrays)
        found, end = array_places(message)
        self._length = -1
        if end > len(data) or (data[1] & LITTLE_ENDIAN) != (sys.byteorder == "little"):
            return reading
        changing = [STAMP, *(slice(offset, offset + kind.itemsize * count) for kind, count, offset in found.values())]
        starts, ends = [0, *(part.stop for part in changing)], [*(part.start for part in changing), end]
        constant = [slice(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
        self._constant = [(part, data[part]) for part in constant]
        content = {byte for part in constant for byte in range(part.start, part.stop)} - set(padding_of(message)[0])
        self._content = np.array(sorted(content), np.intp)
        self._known = np.frombuffer(data, np.uint8)[self._content]
        self._places = [found[field] for field in self._fields]
        self._same = message
        seen = [np.frombuffer(data, kind, count, offset) for kind, count, offset in self._places]
        if all(np.array_equal(a, b, equal_nan=True) for a, b in zip(seen, arrays, strict=True)):
            self._length = len(data)
        return reading
