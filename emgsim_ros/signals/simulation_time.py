"""Simulation time: whole nanoseconds since the start, and its relation to sample numbers.

Integers keep an hour-long stream exact: sample ``i`` at ``rate`` Hz lies at ``i * 1e9 / rate`` ns,
rounded to the nearest nanosecond, in the live graph and offline alike.
"""

from __future__ import annotations

from typing import Any

NANOSECONDS = 1_000_000_000


def sample_stamp(index: int, rate: int) -> int:
    """Time of sample ``index`` (ns) of a stream at ``rate`` Hz."""
    return (index * NANOSECONDS + rate // 2) // rate


def first_sample_at_or_after(stamp: int, rate: int) -> int:
    """Number of the first sample at ``rate`` Hz whose time is not before ``stamp`` (ns)."""
    index = stamp * rate // NANOSECONDS
    while sample_stamp(index, rate) < stamp:
        index += 1
    return index


def to_seconds(stamp: int) -> float:
    """A stamp (ns) in seconds."""
    return stamp / NANOSECONDS


def from_seconds(seconds: float) -> int:
    """Seconds as a stamp, rounded to the nearest nanosecond."""
    return round(seconds * NANOSECONDS)


def stamp_of(message: Any) -> int:
    """Stamp (ns) of a message with a header, from rclpy or a bag."""
    time = message.header.stamp
    return int(time.sec) * NANOSECONDS + int(time.nanosec)
