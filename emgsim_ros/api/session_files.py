"""Sessions of EMG and joint angles as arrays: read from files and bags, written to files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..pose.angles import HAND_NAMES
from ..pose.bag_session import JOINTS, session_from_bag
from ..sessions.pose_session import ANGLE_NAMES, PoseSession, SessionFacts
from ..sessions.pose_session import write_session as write_file
from ..sessions.reading import bag_contents
from ..sessions.recording import load_emg

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Session:
    """EMG and, if they were measured, joint angles at the same instants.

    Attributes:
        emg: [samples, channels] mV.
        sample_rate: Hz.
        angles: [samples, angles] rad; None if they are not known.
        angle_names: [angles]; default the 20 angles of emg2pose.
        positions: [channels, 3] of the electrodes, m; None if they are not known.
        rows: Channels along the limb; channel ``row * columns + column``.
        user, stage, side: Who, which movement, and ``left`` or ``right``.
        start: Time of the first sample, s.

    Raises:
        InvalidInput: EMG that is not an array of samples and channels, or a sample rate that is not above 0.
    """

    emg: NDArray[np.float32]
    sample_rate: float
    angles: Array | None = None
    angle_names: Sequence[str] = field(default=ANGLE_NAMES)
    positions: Array | None = None
    rows: int = 1
    user: str = "unknown"
    stage: str = "recorded"
    side: str = "right"
    start: float = 0.0

    def __post_init__(self) -> None:
        if self.emg.ndim != 2:
            raise InvalidInput("session: emg: shape", self.emg.shape, "(samples, channels)")
        if not self.sample_rate > 0:
            raise InvalidInput("session: sample_rate", self.sample_rate, "more than 0 Hz")


def read_session(path: str | Path) -> Session:
    """Read a session file or a bag.

    Args:
        path: A session (HDF5 in emg2pose's layout), or the folder of a bag with /emg/hd and /emg/info. The joint
            angles of a bag are those of /joint_states, if it has any.

    Returns:
        EMG, [samples, channels] mV, and angles, [samples, angles] rad.

    Raises:
        InvalidInput: No such file, or one that is broken or of another layout.

    Example:
        >>> import numpy as np
        >>> import emgsim_ros as es
        >>> es.write_session("mine.hdf5", es.Session(np.zeros((2000, 16), np.float32), 2000.0))
        >>> es.read_session("mine.hdf5").emg.shape
        (2000, 16)
    """
    path = Path(path)
    if not path.is_dir():
        return _from_file(path)
    if any(topic.name == JOINTS and topic.messages for topic in bag_contents(path).topics):
        with tempfile.TemporaryDirectory() as folder:
            return _from_file(session_from_bag(path, Path(folder) / "session.hdf5", HAND_NAMES))
    bag = load_emg(path)
    return Session(bag.emg, float(bag.sample_rate), positions=bag.positions, rows=bag.rows, start=bag.start)


def write_session(path: str | Path, session: Session) -> None:
    """Write a session file in emg2pose's layout, which `emgsim pose train` and `emgsim pose evaluate` read.

    Args:
        path: The HDF5 file; its folder is made if necessary.
        session: What to write. Without angles, all angles are written as 0, which marks them as missing.

    Raises:
        InvalidInput: Arrays of different lengths, or numbers of names or positions that do not match.

    Example:
        >>> import numpy as np
        >>> import emgsim_ros as es
        >>> emg, angles = np.zeros((4000, 8), np.float32), np.zeros((4000, 2))
        >>> session = es.Session(emg, 2000.0, angles, ("wrist_fe", "wrist_deviation"), user="anna")
        >>> es.write_session("wrist.hdf5", session)
        >>> es.read_session("wrist.hdf5").angle_names
        ('wrist_fe', 'wrist_deviation')
    """
    path, samples = Path(path), len(session.emg)
    angles = np.zeros((samples, len(session.angle_names))) if session.angles is None else session.angles
    end = session.start + samples / session.sample_rate
    facts = SessionFacts(path.stem, session.stage, session.user, session.side, session.start, end, session.sample_rate)
    write_file(path, facts, session.emg, angles, session.positions, tuple(session.angle_names), rows=session.rows)


def _from_file(path: Path) -> Session:
    with PoseSession(path) as opened:
        records, facts = opened.read(), opened.facts
        angles = records["joint_angles"].astype(float)
        return Session(
            emg=np.ascontiguousarray(records["emg"], dtype=np.float32),
            sample_rate=facts.sample_rate,
            angles=angles if angles.any() else None,
            angle_names=opened.angle_names,
            positions=opened.electrodes,
            rows=opened.rows,
            user=facts.user,
            stage=facts.stage,
            side=facts.side,
            start=facts.start,
        )
