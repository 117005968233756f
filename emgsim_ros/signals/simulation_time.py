"""Simulation time in integer nanoseconds since the start, and its relation to sample numbers.

Integers keep the times of long streams exact: the time of sample ``i`` at ``rate`` Hz is ``i * 1e9 / rate`` ns, rounded
to the nearest nanosecond, both in the live graph and offline.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

NANOSECONDS = 1_000_000_000


def sample_stamp(index: int, rate: int) -> int:
    """Return the time (ns) of sample ``index`` of a stream at ``rate`` Hz."""
    return (index * NANOSECONDS + rate // 2) // rate


def sample_stamps(first: int, count: int, rate: int) -> NDArray[np.int64]:
    """Return the times (ns) of ``count`` samples of a stream at ``rate`` Hz, from sample ``first`` on."""
    return (np.arange(first, first + count, dtype=np.int64) * NANOSECONDS + rate // 2) // rate


def first_sample_at_or_after(stamp: int, rate: int) -> int:
    """Return the number of the first sample at ``rate`` Hz whose time is not before ``stamp`` (ns)."""
    index = stamp * rate // NANOSECONDS
    while sample_stamp(index, rate) < stamp:
        index += 1
    return index


def to_seconds(stamp: int) -> float:
    """Return a stamp (ns) in seconds."""
    return stamp / NANOSECONDS


def from_seconds(seconds: float) -> int:
    """Return seconds as a stamp (ns), rounded to the nearest nanosecond."""
    return round(seconds * NANOSECONDS)


def stamp_of(message: Any) -> int:
    """Return the stamp (ns) of a message with a header, from rclpy or a bag."""
    time = message.header.stamp
    return int(time.sec) * NANOSECONDS + int(time.nanosec)
