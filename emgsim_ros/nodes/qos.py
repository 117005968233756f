"""Quality of service of the graph's topics."""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

LATCHED = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)
MARKERS = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)


def stream(rate: float) -> QoSProfile:
    """A reliable profile whose queue holds half a second of a stream at ``rate`` Hz."""
    return QoSProfile(depth=max(round(rate / 2), 10), reliability=ReliabilityPolicy.RELIABLE)


def history(depth: int) -> QoSProfile:
    """A reliable profile that delivers the last ``depth`` messages to late subscribers."""
    return QoSProfile(depth=depth, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)
