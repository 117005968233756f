"""A bag of the graph, or of a lab, as a labelled session of EMG and joint angles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..sessions.pose_session import SessionFacts, write_session
from ..sessions.reading import read_messages
from ..sessions.recording import load_emg
from ..simulation_time import NANOSECONDS
from .angles import columns_of

JOINTS = "/joint_states"


def session_from_bag(bag: Path, output: Path, angle_names: Sequence[str], joints: str = JOINTS) -> Path:
    """Write a bag's EMG, with the joint angles of the same moments, as a session.

    Args:
        bag: With /emg/hd, /emg/info and joint states.
        output: The session file.
        angle_names: [angles] which angles are kept.
        joints: Topic of the joint states.

    Returns:
        ``output``.

    Raises:
        InvalidInput: A topic or a joint is missing, or there is a gap in the EMG.
    """
    recording = load_emg(bag)
    if recording.gaps:
        first = recording.gaps[0]
        raise InvalidInput(f"{bag}: /emg/hd", f"a gap at {first:.3f} s", "blocks without a gap")
    times, positions = _joint_angles(bag, joints, angle_names)
    moments = recording.start + np.arange(len(recording.emg)) / recording.sample_rate
    inside = (moments >= times[0]) & (moments <= times[-1])
    if not inside.any():
        raise InvalidInput(f"{bag}: {joints}", "at no moment of the EMG", "angles recorded together with it")
    angles = np.stack([np.interp(moments[inside], times, column) for column in positions.T], axis=1)
    facts = SessionFacts(
        bag.name,
        "recorded",
        "unknown",
        "right",
        float(moments[inside][0]),
        float(moments[inside][-1]),
        recording.sample_rate,
    )
    write_session(output, facts, recording.emg[inside], angles, recording.positions, tuple(angle_names))
    return output


def _joint_angles(bag: Path, topic: str, angle_names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[states] times (s) and [states, angles] angles (rad)."""
    times, positions = [], []
    columns = None
    for state in read_messages(bag, topic):
        if columns is None:
            columns = columns_of(angle_names, list(state.name))
        stamp = state.header.stamp
        times.append(stamp.sec + stamp.nanosec / NANOSECONDS)
        positions.append(np.asarray(state.position)[columns])
    if not times:
        raise InvalidInput(f"{bag}: messages on {topic}", 0, "at least one")
    return np.array(times), np.array(positions)
