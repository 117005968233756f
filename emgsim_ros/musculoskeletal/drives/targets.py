"""A buffer of motion targets, which arrive ahead of the clock in any order and apply from their own stamps on."""

from __future__ import annotations

from bisect import bisect_right, insort

from ...motion import MotionTarget


class TargetBuffer:
    """Keeps motion targets until the clock has passed them.

    Args:
        capacity: Greatest number of stored targets; beyond it the oldest are discarded.
    """

    def __init__(self, capacity: int = 4096) -> None:
        self._targets: list[MotionTarget] = []
        self._capacity = capacity

    def add(self, target: MotionTarget) -> None:
        """Store a target; it replaces a stored target of the same stamp."""
        self._targets = [kept for kept in self._targets if kept.stamp != target.stamp]
        insort(self._targets, target, key=lambda kept: kept.stamp)
        del self._targets[: -self._capacity]

    @property
    def first_stamp(self) -> int | None:
        """Stamp of the oldest stored target, ns; None without a target."""
        return self._targets[0].stamp if self._targets else None

    def at(self, stamp: int) -> MotionTarget | None:
        """Return the newest target that is not later than ``stamp`` (ns) and discard the older ones.

        Before the stamp of the first target, the first target is returned; None if there is no target at all.
        """
        if not self._targets:
            return None
        index = max(bisect_right(self._targets, stamp, key=lambda kept: kept.stamp) - 1, 0)
        del self._targets[:index]
        return self._targets[0]
