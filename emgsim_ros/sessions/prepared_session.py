"""Sessions converted to the frames of a network, once, and stored in files that are read on demand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from .pose_session import NO_ANGLES, PoseSession

Preparation = Callable[[NDArray[np.float32]], NDArray[np.float32]]

FRAMES_PER_PIECE = 1000  # frames that are prepared at a time


class PreparedSession:
    """The frames of one session in a memory-mapped file.

    A record has the fields ``joint_angles`` and ``emg``, which contains the frame.

    Args:
        path: File that `prepare_session` has written.

    Attributes:
        samples: Number of frames.
        channels: Number of rows of a frame.

    Raises:
        InvalidInput: The file is missing or damaged.
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
        """Return the [frames] records from ``first`` to ``end``."""
        return self._records[first:end]

    def failed(self, first: int = 0, end: int | None = None) -> NDArray[np.bool_]:
        """Return the frames in which inverse kinematics failed, [frames] bool."""
        return np.abs(self.read(first, end)["joint_angles"]).sum(axis=1) < NO_ANGLES


def prepare_session(session: PoseSession, frame: int, prepare: Preparation, path: Path) -> None:
    """Write the frames of a session to a file.

    Args:
        session: The open session.
        frame: Number of samples of a frame.
        prepare: Function that returns [rows, frames] for [channels, samples]; it is called for consecutive pieces.
        path: The .npy file; it is replaced atomically, so an interruption leaves no partial file.

    Raises:
        InvalidInput: The session is shorter than one frame.
    """
    count = session.samples // frame
    records: NDArray | None = None
    part = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, FRAMES_PER_PIECE):
        end = min(first + FRAMES_PER_PIECE, count)
        piece = session.read(first * frame, end * frame)
        frames = prepare(piece["emg"].T)
        if records is None:
            kind = np.dtype([("joint_angles", "<f4", (session.angles,)), ("emg", "<f4", (len(frames),))])
            records = np.lib.format.open_memmap(part, "w+", kind, (count,))
        records["emg"][first:end] = frames.T
        records["joint_angles"][first:end] = piece["joint_angles"][frame - 1 :: frame]
    if records is None:
        raise InvalidInput(f"{session.path}: samples", session.samples, f"{frame} or more")
    del records  # flushes the memory map
    part.replace(path)
