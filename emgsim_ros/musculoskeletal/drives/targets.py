"""Targets by stamp: they come ahead of the clock, in any order, and are used at their own time."""

from __future__ import annotations

from bisect import bisect_right, insort

from ...motion import MotionTarget


class TargetBuffer:
    """Keeps motion targets until the clock has passed them.

    Args:
        capacity: Most targets kept; the oldest go first.
    """

    def __init__(self, capacity: int = 4096) -> None:
        self._targets: list[MotionTarget] = []
        self._capacity = capacity

    def add(self, target: MotionTarget) -> None:
        """Keep a target; one of the same stamp is replaced."""
        self._targets = [kept for kept in self._targets if kept.stamp != target.stamp]
        insort(self._targets, target, key=lambda kept: kept.stamp)
        del self._targets[: -self._capacity]

    @property
    def first_stamp(self) -> int | None:
        """Stamp of the oldest target kept, ns."""
        return self._targets[0].stamp if self._targets else None

    def at(self, stamp: int) -> MotionTarget | None:
        """The newest target that is not later than ``stamp`` (ns); older ones are forgotten.

        Before the first target's time it is the first target; None while there is no target at all.
        """
        if not self._targets:
            return None
        index = max(bisect_right(self._targets, stamp, key=lambda kept: kept.stamp) - 1, 0)
        del self._targets[:index]
        return self._targets[0]
