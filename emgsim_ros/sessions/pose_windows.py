"""Windows of sessions for training, read on demand, with padding, jitter and without failed inverse kinematics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from .pose_session import NO_ANGLES
from .transforms import Transform


class Series(Protocol):
    """A session from which windows are cut; it consists of samples or of the frames of a network."""

    samples: int

    def read(self, first: int = 0, end: int | None = None) -> NDArray:
        """Return the [samples] records from ``first`` to ``end``, with the fields ``joint_angles`` and ``emg``."""
        ...

    def failed(self, first: int = 0, end: int | None = None) -> NDArray[np.bool_]:
        """Return the samples in which inverse kinematics failed, [samples] bool."""
        ...


class Stretch:
    """A part of a session with the interface of a session.

    Args:
        whole: The session.
        first, end: First sample of the part, and the sample after its last one.
    """

    def __init__(self, whole: Series, first: int, end: int) -> None:
        self._whole, self._first = whole, first
        self.samples = max(min(end, whole.samples) - first, 0)

    def read(self, first: int = 0, end: int | None = None) -> NDArray:
        """Return the [samples] records from ``first`` to ``end`` of the part; see `Series`."""
        last = self.samples if end is None else min(end, self.samples)
        return self._whole.read(self._first + first, self._first + last)

    def failed(self, first: int = 0, end: int | None = None) -> NDArray[np.bool_]:
        """Return the samples in which inverse kinematics failed, [samples] bool; see `Series`."""
        last = self.samples if end is None else min(end, self.samples)
        return self._whole.failed(self._first + first, self._first + last)


@dataclass(frozen=True)
class WindowPlan:
    """How sessions are cut into windows.

    Attributes:
        length: Length of a window, samples.
        stride: Distance between the starts of two windows, samples; 0 for the length.
        padding: Additional samples of EMG before and after a window.
        jitter: Whether windows start later by less than a stride, at random each time they are read.
        skip_failed: Whether to omit windows with a sample of failed inverse kinematics.
    """

    length: int = 10_000
    stride: int = 0
    padding: tuple[int, int] = (0, 0)
    jitter: bool = False
    skip_failed: bool = True

    def __post_init__(self) -> None:
        if self.length < 1 or self.stride < 0 or min(self.padding) < 0:
            raise InvalidInput("windows", self, "a length of 1 or more, stride and padding of 0 or more")


@dataclass(frozen=True)
class Window:
    """One window.

    Attributes:
        emg: [channels, padding + length + padding] EMG.
        joint_angles: [angles, length] joint angles, rad.
        failed: [length] samples in which inverse kinematics failed.
        session: Number of the session.
        first: First sample of the window in the session, without padding.
    """

    emg: NDArray[np.float32]
    joint_angles: NDArray[np.float64]
    failed: NDArray[np.bool_]
    session: int
    first: int


class PoseWindows:
    """All windows of some sessions, accessed by number.

    Args:
        sessions: Open sessions.
        plan: How the sessions are cut.
        seed: Seed of the jitter and of the transforms.
        transforms: Transforms of the EMG of a window, applied in this order; each is drawn anew at every access.
    """

    def __init__(
        self, sessions: Sequence[Series], plan: WindowPlan, seed: int = 0, transforms: Sequence[Transform] = ()
    ) -> None:
        self._sessions, self._plan, self._transforms = sessions, plan, tuple(transforms)
        self._rng = np.random.default_rng(seed)
        self._stride = plan.stride or plan.length
        self._places = [place for number in range(len(sessions)) for place in self._of(number)]

    @property
    def sessions(self) -> NDArray[np.int64]:
        """[windows] number of the session to which each window belongs."""
        return np.array([session for session, _ in self._places], dtype=np.int64)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> Window:
        session, first = self._places[number]
        if self._plan.jitter:
            latest = min(self._stride - 1, self._latest_start(session) - first)
            moved = first + int(self._rng.integers(0, latest + 1))
            if not (self._plan.skip_failed and self._sessions[session].failed(moved, moved + self._plan.length).any()):
                first = moved
        return self._read(session, first)

    def _latest_start(self, number: int) -> int:
        """Return the last sample at which a window of this session can start."""
        return self._sessions[number].samples - self._plan.length - self._plan.padding[1]

    def _of(self, number: int) -> list[tuple[int, int]]:
        firsts = range(self._plan.padding[0], self._latest_start(number) + 1, self._stride)
        if not self._plan.skip_failed or not len(firsts):
            return [(number, first) for first in firsts]
        failures = np.concatenate([[0], np.cumsum(self._sessions[number].failed())])
        length = self._plan.length
        return [(number, first) for first in firsts if failures[first + length] == failures[first]]

    def _read(self, number: int, first: int) -> Window:
        before, after = self._plan.padding
        records = self._sessions[number].read(first - before, first + self._plan.length + after)
        inside = records[before : before + self._plan.length]
        angles = inside["joint_angles"].T.astype(float)
        failed = np.abs(angles).sum(axis=0) < NO_ANGLES
        emg = records["emg"].T.copy()
        for transform in self._transforms:
            emg = transform(emg, self._rng)
        return Window(emg, angles, failed, number, first)
