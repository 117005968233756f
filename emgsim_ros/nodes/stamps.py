"""Conversion between stamps and ROS times."""

from __future__ import annotations

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


def header(stamp: int, frame: str = "") -> Header:
    """Return a header with a stamp (ns) and a frame."""
    return Header(stamp=to_time(stamp), frame_id=frame)
