"""Pacing of simulation time by the wall clock."""

from __future__ import annotations

MOST_STEPS_AT_ONCE = 10  # steps that are caught up at once after a delay
MOST_STEPS_SHARED = 3  # the same where other nodes share the process: they run in between, before their inputs are late
GIVEN_UP_AFTER = 50  # periods behind at which the clock slips instead of catching up


class Pacer:
    """Determines how many simulation steps are due.

    Args:
        period: Simulation time of a step, ns.
        factor: Simulation time per wall time.
        most: Greatest number of steps at once.

    Attributes:
        missed: Steps that were made more than one period late.
        lost: Delay that was not caught up, ns of wall time.
    """

    def __init__(self, period: int, factor: float, most: int = MOST_STEPS_AT_ONCE) -> None:
        self._period = period
        self._most = most
        self._factor = factor
        self._origin = 0
        self.missed = 0
        self.lost = 0

    def start(self, wall: int, stamp: int) -> None:
        """Declare the step at simulation time ``stamp`` due at wall-clock time ``wall`` (both ns)."""
        self._origin = wall - round(stamp / self._factor)

    def steps_due(self, wall: int, next_stamp: int) -> int:
        """Number of steps to make at wall-clock time ``wall`` if the next one lies at ``next_stamp`` (both ns)."""
        behind = round((wall - self._origin) * self._factor) - next_stamp
        if behind < 0:
            return 0
        due = behind // self._period + 1
        self.missed += max(due - 2, 0)
        if due > GIVEN_UP_AFTER:
            slipped = round(behind / self._factor)
            self._origin += slipped
            self.lost += slipped
            return 1
        return min(due, self._most)
