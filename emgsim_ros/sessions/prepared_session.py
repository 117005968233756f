"""Sessions as a network's frames, made once and kept beside the data set, read as lazily as the sessions themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from .pose_session import NO_ANGLES, PoseSession

Preparation = Callable[[NDArray[np.float32]], NDArray[np.float32]]

AT_ONCE = 1000  # frames prepared together


class PreparedSession:
    """One session's frames, mapped from a file; records have the fields ``joint_angles`` and ``emg`` (the frame).

    Args:
        path: As :func:`prepare_session` writes it.

    Attributes:
        samples: Frames.
        channels: Rows of a frame.

    Raises:
        InvalidInput: No such file, or a broken one.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._records = np.load(path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise InvalidInput("prepared session", str(path), f"a file of frames ({error})") from None
        self.path = path
        self.samples = len(self._records)
        self.channels = self._records.dtype["emg"].shape[0]

    def read(self, first: int = 0, end: int | None = None) -> NDArray:
        """[frames] records of a stretch."""
        return self._records[first:end]

    def failed(self, first: int = 0, end: int | None = None) -> NDArray[np.bool_]:
        """[frames] where inverse kinematics failed."""
        return np.abs(self.read(first, end)["joint_angles"]).sum(axis=1) < NO_ANGLES


def prepare_session(session: PoseSession, frame: int, prepare: Preparation, path: Path) -> None:
    """Write a session's frames to ``path``.

    Args:
        session: Open.
        frame: Samples of a frame.
        prepare: [rows, frames] of the next [channels, samples]; called piece by piece, from the start on.
        path: A .npy file; a kill leaves none or a whole one.
    """
    count = session.samples // frame
    records: NDArray | None = None
    part = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, AT_ONCE):
        end = min(first + AT_ONCE, count)
        piece = session.read(first * frame, end * frame)
        frames = prepare(piece["emg"].T)
        if records is None:
            kind = np.dtype([("joint_angles", "<f4", (session.angles,)), ("emg", "<f4", (len(frames),))])
            records = np.lib.format.open_memmap(part, "w+", kind, (count,))
        records["emg"][first:end] = frames.T
        records["joint_angles"][first:end] = piece["joint_angles"][frame - 1 :: frame]
    if records is None:
        raise InvalidInput(f"{session.path}: samples", session.samples, f"{frame} or more")
    del records  # flushes the map
    part.replace(path)
