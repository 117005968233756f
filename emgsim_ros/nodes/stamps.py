"""Conversion between stamps and ROS times."""

from __future__ import annotations

import struct

from builtin_interfaces.msg import Time
from std_msgs.msg import Header

from ..signals.simulation_time import NANOSECONDS


def to_time(stamp: int) -> Time:
    """Return a stamp (ns) as a ROS time."""
    seconds, nanoseconds = divmod(stamp, NANOSECONDS)
    return Time(sec=seconds, nanosec=nanoseconds)


def to_stamp(time: Time) -> int:
    """Return a ROS time as a stamp (ns)."""
    return time.sec * NANOSECONDS + time.nanosec


def stamp_of_serialised(message: bytes) -> int:
    """Return the stamp (ns) of a serialised message whose first field is a header or a time, as on /clock.

    The second byte tells the order of the bytes of numbers; the content begins with the fifth.
    """
    seconds, nanoseconds = struct.unpack_from("<iI" if message[1] & 1 else ">iI", message, 4)
    stamp: int = seconds * NANOSECONDS + nanoseconds
    return stamp


def header(stamp: int, frame: str = "") -> Header:
    """Return a header with a stamp (ns) and a frame."""
    return Header(stamp=to_time(stamp), frame_id=frame)
