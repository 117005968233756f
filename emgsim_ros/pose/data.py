"""Data sets of sessions as the frames and windows that networks are trained on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import InvalidInput
from ..sessions.pose_metadata import METADATA, SessionRow, of_split, read_metadata, session_path
from ..sessions.pose_session import PoseSession
from ..sessions.pose_windows import PoseWindows, Series, WindowPlan
from ..sessions.prepared_session import PreparedSession, prepare_session
from .networks.interface import PoseNetwork

PREPARED = ".prepared"  # folder in a data set that holds the frames of networks


def sessions_of(folder: Path, split: str, generalization: str = "") -> list[SessionRow]:
    """Return the rows of a data set's metadata.csv that belong to a split.

    Args:
        folder: Folder of the data set.
        split: ``train``, ``val`` or ``test``.
        generalization: ``user``, ``stage`` or ``user_stage``; empty: all sessions of the split.

    Raises:
        InvalidInput: There is no metadata.csv, or it has no such session.
    """
    rows = of_split(read_metadata(folder / METADATA), split, generalization)
    if not rows:
        raise InvalidInput(f"{folder / METADATA}: sessions", 0, f"some of split {split} {generalization}".rstrip())
    return rows


def open_series(folder: Path, rows: Sequence[SessionRow], network: PoseNetwork) -> list[Series]:
    """Open sessions as the network's frames; frames that are not stored yet are computed and stored.

    Raises:
        InvalidInput: A session that cannot be read, or that has other channels, another rate or other angles.
    """
    return [open_one(session_path(folder, row), network) for row in rows]


def open_one(path: Path, network: PoseNetwork) -> Series:
    """Open one session as the network's frames; see `open_series`.

    Raises:
        InvalidInput: See `open_series`.
    """
    if network.frame == 1:
        session = PoseSession(path)
        _check_fits(session, network)
        return session
    prepared = path.parent / PREPARED / network.signature() / f"{path.stem}.npy"
    if not prepared.exists() or prepared.stat().st_mtime < path.stat().st_mtime:
        with PoseSession(path) as session:
            _check_fits(session, network)
            prepare_session(session, network.frame, network.preparation(), prepared)
    return PreparedSession(prepared)


def _check_fits(session: PoseSession, network: PoseNetwork) -> None:
    for name, found, wanted in (
        ("channels", session.channels, network.channels),
        ("joint angles", session.angles, network.angles),
        ("sample rate", session.facts.sample_rate, network.sample_rate),
    ):
        if found != wanted:
            raise InvalidInput(f"{session.path}: {name}", found, f"{wanted}, as the network has")


class Examples:
    """Windows of sessions, in batches.

    Args:
        series: Sessions as the network's frames.
        network: The network.
        seconds: Length of a window after the left context, s.
        stride: Time from the start of one window to the next, s; 0: the length of a window.
        jitter: Whether the start of a window is moved at random each time it is read.
        seed: Seed of the jitter.

    Raises:
        InvalidInput: No session is long enough for a window.
    """

    def __init__(
        self,
        series: Sequence[Series],
        network: PoseNetwork,
        seconds: float,
        stride: float = 0.0,
        jitter: bool = False,
        seed: int = 0,
    ) -> None:
        rate = network.sample_rate / network.frame
        plan = WindowPlan(round(seconds * rate), round(stride * rate), (network.left_context, 0), jitter)
        self._windows = PoseWindows(series, plan, seed)
        if not len(self._windows):
            raise InvalidInput("sessions", f"none of {seconds:g} s and its context", "longer ones")

    @property
    def sessions(self) -> NDArray[np.int64]:
        """[windows] number of the session, among those given, to which each window belongs."""
        return self._windows.sessions

    def __len__(self) -> int:
        return len(self._windows)

    def batch(self, numbers: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return [batch, rows, context + frames] frames and [batch, angles, frames] angles (rad) of some windows."""
        windows = [self._windows[int(number)] for number in numbers]
        frames = torch.from_numpy(np.stack([window.emg for window in windows]))
        return frames, torch.from_numpy(np.stack([window.joint_angles for window in windows])).float()
