"""Health of the running graph, computed from the stamps and the arrival times of its messages.

The wall clock is used for these measurements only; simulated data never depend on it.
"""

from __future__ import annotations

import array
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..signals.simulation_time import NANOSECONDS
from .pose_agreement import PoseAgreement

LATENCIES_KEPT = 1_000_000
# Wall time (ns) after the first message in which queued messages arrive in a burst: they are counted but not timed.
SETTLING = NANOSECONDS


@dataclass(frozen=True)
class HealthSummary:
    """Health of the graph over a period of time.

    Attributes:
        real_time_factor: Simulation time per wall-clock time; NaN before two muscle states at least 10 ms apart.
        states, states_lost: Muscle states received and missing.
        blocks, blocks_lost: EMG blocks received and missing, according to their stamps.
        latency_p50, latency_p99: Percentiles of the time from the muscle state that completes a block to the block, ms.
        estimates: Number of received estimates of the hand's pose.
        pose_error: Mean absolute error of the estimates, degrees; NaN without estimates.
        pose_latency_p50, pose_latency_p99: Percentiles of the time from the muscle state at the time of an estimate to
            the estimate, ms.
    """

    real_time_factor: float
    states: int
    states_lost: int
    blocks: int
    blocks_lost: int
    latency_p50: float
    latency_p99: float
    estimates: int
    pose_error: float
    pose_latency_p50: float
    pose_latency_p99: float

    def text(self) -> str:
        """Return a summary of one line."""
        parts = [f"real-time factor {self.real_time_factor:.3f}"]
        if self.blocks:
            parts.append(f"EMG blocks {self.blocks}, lost {self.blocks_lost}")
        parts.append(f"muscle states {self.states}, lost {self.states_lost}")
        if self.blocks:
            parts.append(f"latency muscle state to EMG p50 {self.latency_p50:.1f} ms, p99 {self.latency_p99:.1f} ms")
        if self.estimates:
            parts.append(
                f"pose estimates {self.estimates}, error {self.pose_error:.1f} degrees, "
                f"latency p50 {self.pose_latency_p50:.1f} ms, p99 {self.pose_latency_p99:.1f} ms"
            )
        return " | ".join(parts)


class _Stream:
    """Counts the received and the missing messages of one stream."""

    def __init__(self) -> None:
        self.received = 0
        self.lost = 0
        self._last: int | None = None
        self._period: int | None = None

    def receive(self, stamp: int, period: int | None = None) -> None:
        """Count a message of ``period`` ns; without a period the shortest step between two stamps is used."""
        self.received += 1
        if self._last is not None and stamp > self._last:
            step = stamp - self._last
            if period is None:
                self._period = step if self._period is None else min(self._period, step)
                period = self._period
            self.lost += max(round(step / period) - 1, 0)
        self._last = stamp


class _Latencies:
    """The latest latencies, ms, in an array: a report once per second computes percentiles of hours of them."""

    def __init__(self) -> None:
        self._values = array.array("d")
        self._next = 0

    def add(self, latency: float) -> None:
        """Add a latency; beyond `LATENCIES_KEPT` it takes the place of the oldest."""
        if len(self._values) < LATENCIES_KEPT:
            self._values.append(latency)
        else:
            self._values[self._next] = latency
            self._next = (self._next + 1) % LATENCIES_KEPT

    def percentiles(self) -> tuple[float, float]:
        """Return the 50th and the 99th percentile; NaN without latencies."""
        p50, p99 = np.percentile(np.array(self._values), [50, 99]) if self._values else (np.nan, np.nan)
        return float(p50), float(p99)


class GraphHealth:
    """Collects the stamps and arrival times of messages and computes the health of the graph."""

    def __init__(self) -> None:
        self._states, self._blocks = _Stream(), _Stream()
        self._arrivals: deque[tuple[int, int]] = deque(maxlen=256)
        self._latencies, self._pose_latencies = _Latencies(), _Latencies()
        self._pose = PoseAgreement()
        self._joined: int | None = None
        self._first: tuple[int, int] | None = None
        self._last: tuple[int, int] | None = None
        self._mark: tuple[int, int] | None = None

    def state(self, stamp: int, wall: int) -> None:
        """Record a muscle state with ``stamp`` (simulation time) that arrived at ``wall`` (wall-clock time), ns."""
        self._states.receive(stamp)
        if self._last is not None and stamp < self._last[0]:
            self._first = self._mark = None
            self._arrivals.clear()
        self._arrivals.append((stamp, wall))
        self._last = (stamp, wall)
        self._joined = wall if self._joined is None else self._joined
        if self._settled(wall):
            self._first = self._first or self._last
            self._mark = self._mark or self._last

    def block(self, stamp: int, duration: int, sample: int, wall: int) -> None:
        """Record an EMG block.

        Args:
            stamp: Simulation time of its first sample, ns.
            duration: Duration of the block, ns.
            sample: Sampling period, ns.
            wall: Wall-clock time of its arrival, ns.
        """
        self._blocks.receive(stamp, duration)
        self._measure(self._latencies, stamp + duration - sample, wall)

    def joints(self, stamp: int, names: Sequence[str], position: ArrayLike) -> None:
        """Record the true joint angles (rad) at ``stamp`` (ns)."""
        self._pose.truth(stamp, names, position)

    def estimate(self, stamp: int, names: Sequence[str], position: ArrayLike, wall: int) -> None:
        """Record estimated joint angles (rad) for ``stamp`` that arrived at ``wall`` (ns)."""
        self._pose.estimate(stamp, names, position)
        self._measure(self._pose_latencies, stamp, wall)

    def recent_pose_error(self) -> float:
        """Return the mean absolute error since the last call, degrees; NaN without an estimate."""
        return self._pose.recent()

    def _measure(self, latencies: _Latencies, last_sample: int, wall: int) -> None:
        """Store the time since the arrival of the muscle state that completes the data up to the last sample."""
        completing = bisect_left(self._arrivals, last_sample, key=lambda arrival: arrival[0])
        if completing < len(self._arrivals) and self._settled(wall):
            latencies.add((wall - self._arrivals[completing][1]) / 1e6)

    def _settled(self, wall: int) -> bool:
        return self._joined is not None and wall - self._joined >= SETTLING

    def recent_real_time_factor(self) -> float:
        """Return the real-time factor since the last call; NaN without two muscle states at least 10 ms apart."""
        factor = _factor(self._mark, self._last)
        self._mark = self._last
        return factor

    def simulation_time(self) -> int:
        """Return the latest stamp of a muscle state, ns; 0 without one."""
        return self._last[0] if self._last else 0

    def summary(self) -> HealthSummary:
        """Return the health since the start."""
        p50, p99 = self._latencies.percentiles()
        pose_p50, pose_p99 = self._pose_latencies.percentiles()
        return HealthSummary(
            _factor(self._first, self._last),
            self._states.received,
            self._states.lost,
            self._blocks.received,
            self._blocks.lost,
            p50,
            p99,
            self._pose.estimates,
            self._pose.overall(),
            pose_p50,
            pose_p99,
        )


def _factor(start: tuple[int, int] | None, end: tuple[int, int] | None) -> float:
    if start is None or end is None or end[1] - start[1] < NANOSECONDS // 100:
        return float("nan")
    return (end[0] - start[0]) / (end[1] - start[1])
