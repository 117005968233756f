"""Messages of constant layout, kept in serialised form: only their changing numbers are written for every message.

Setting the fields of a message in Python, converting them to C and serialising them takes several times as long as
sending the result, most of it for names that never change. A message is therefore serialised once, with marks in place
of the numbers that change; the marks tell where these numbers lie, whatever the layout of the middleware. From then on
the numbers are copied to their places, and the bytes are published as they are.

The padding of a serialised message has arbitrary content, possibly marks of an earlier one. It is set to zero, so that
equal messages are equal bytes, and every message has marks of its own.
"""

from __future__ import annotations

import array
import itertools
import sys
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from numpy.typing import ArrayLike, NDArray
from rclpy.serialization import serialize_message
from std_msgs.msg import Header

from ..signals.simulation_time import NANOSECONDS
from .padding import without_padding

# A mark is a finite number, above 1e37 (float32) or 1e302 (float64), that counts the marks in its lowest bits.
DOUBLE, DOUBLE_MESSAGES = 0x7ED00000, 1 << 20  # upper 32 bits of a float64: these, plus the number of the message
SINGLE, SINGLE_MESSAGES, SINGLE_BITS = 0x7E000000, 1 << 10, 14  # a float32: these, the message, the mark
SECONDS, NANOSECONDS_MARK = 0x7AD18A93, 0x39D28B94
BYTES = bytes(range(0x90, 0xA0))  # first bytes of marked data
LOWER, UPPER = (0, 1) if sys.byteorder == "little" else (1, 0)  # 32-bit words of a float64
Words = NDArray[np.uint32]


class Blanks:
    """Deals out the marks with which the changing fields of a message are filled before it is serialised once.

    Attributes:
        double, single: Bits that the marks of this message have in common.
        double_count, single_count, byte_count: Numbers of marks that were dealt out.
    """

    _messages = itertools.count()

    def __init__(self) -> None:
        number = next(Blanks._messages)
        self.double = DOUBLE | number % DOUBLE_MESSAGES
        self.single = SINGLE | number % SINGLE_MESSAGES << SINGLE_BITS
        self.double_count = self.single_count = self.byte_count = 0

    def time(self) -> Time:
        """Return the mark of the stamp; it may stand in several places."""
        return Time(sec=SECONDS, nanosec=NANOSECONDS_MARK)

    def header(self, frame: str = "") -> Header:
        """Return a header with the mark of the stamp."""
        return Header(stamp=self.time(), frame_id=frame)

    def doubles(self, count: int) -> array.array[float]:
        """Return marks of ``count`` further float64 numbers."""
        marks = np.arange(self.double_count, self.double_count + count, dtype=np.uint64) | np.uint64(self.double << 32)
        self.double_count += count
        return array.array("d", marks.tobytes())

    def singles(self, count: int) -> array.array[float]:
        """Return marks of ``count`` further float32 numbers."""
        marks = np.arange(self.single_count, self.single_count + count, dtype=np.uint32) | np.uint32(self.single)
        self.single_count += count
        return array.array("f", marks.tobytes())

    def data(self, count: int) -> bytes:
        """Return the mark of the one field of ``count`` bytes, at least 16."""
        self.byte_count = count
        return BYTES.ljust(count, b"\0")


class SerialisedMessage:
    """A serialised message whose marked numbers are filled in.

    Args:
        message: A message with marks from ``blanks``.
        blanks: What dealt out its marks.

    Attributes:
        data: [bytes] view of the marked bytes, to be written by the owner; empty without any.

    Raises:
        ValueError: The serialised message does not contain exactly the marks that were dealt out.
    """

    def __init__(self, message: Any, blanks: Blanks) -> None:
        serialised = without_padding(serialize_message(message), message)
        self._words: Words = np.frombuffer(serialised.ljust(-(-len(serialised) // 4) * 4, b"\0"), np.uint32).copy()
        self._bytes = self._words.view(np.uint8)[: len(serialised)]
        self._stamps = np.flatnonzero((self._words[:-1] == SECONDS) & (self._words[1:] == NANOSECONDS_MARK))
        uppers = np.flatnonzero(self._words == blanks.double)
        pairs = (uppers - UPPER)[:, None] + np.arange(2)
        self._doubles = _in_order(pairs, self._words[pairs[:, LOWER]], blanks.double_count)
        singles = np.flatnonzero(self._words >> SINGLE_BITS == blanks.single >> SINGLE_BITS)
        self._singles = _in_order(singles, self._words[singles] - blanks.single, blanks.single_count)
        start = serialised.find(BYTES) if blanks.byte_count else 0
        if start < 0:
            raise ValueError("the serialised message lacks its marked bytes")
        self.data: NDArray[np.uint8] = self._bytes[start : start + blanks.byte_count]

    def filled(self, stamp: int, doubles: ArrayLike = (), singles: ArrayLike = ()) -> bytes:
        """Return the serialised message with its numbers.

        Args:
            stamp: ns, for every marked stamp.
            doubles: [doubles] values of the marked float64 numbers, in the order in which they were dealt out.
            singles: [singles] values of the marked float32 numbers, in the same way.
        """
        seconds, nanoseconds = divmod(stamp, NANOSECONDS)
        self._words[self._stamps] = seconds
        self._words[self._stamps + 1] = nanoseconds
        self._words[self._doubles] = np.asarray(doubles, np.float64).view(np.uint32).reshape(-1, 2)
        self._words[self._singles] = np.asarray(singles, np.float32).view(np.uint32)
        return self._bytes.tobytes()


def _in_order(places: NDArray[np.int64], counters: Words, count: int) -> NDArray[np.int64]:
    """Return the places of marks in the order in which the marks were dealt out."""
    order = np.argsort(counters)
    if not np.array_equal(counters[order], np.arange(count)):
        raise ValueError(f"the serialised message has {len(counters)} of {count} marked numbers")
    ordered: NDArray[np.int64] = places[order]
    return ordered
