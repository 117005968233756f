"""Bags as labelled sessions of EMG and joint angles, and sessions as bags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..sessions.bag import BagWriter
from ..sessions.bag_metadata import TopicQos
from ..sessions.emg_bag import EmgMessages
from ..sessions.pose_session import JointStates, PoseSession, SessionFacts, write_session
from ..sessions.reading import read_messages
from ..sessions.recording import load_emg
from ..signals.simulation_time import NANOSECONDS, sample_stamp
from ..signals.topics import EMG_HD, EMG_INFO, JOINT_STATES
from .angles import columns_of, coordinate_of

JOINTS = JOINT_STATES.name
BLOCK = 32  # samples of an /emg/hd message
STATE_RATE = 100  # Hz, rate of the joint states of a session that was not made from a bag


def session_from_bag(
    bag: Path,
    output: Path,
    angle_names: Sequence[str],
    joints: str = JOINTS,
    user: str = "unknown",
    stage: str = "recorded",
    side: str = "right",
) -> Path:
    """Write the EMG of a bag, with the joint angles interpolated to the times of its samples, as a session.

    Where EMG or joint states are missing, EMG and all angles are 0. emg2pose marks failed inverse kinematics in the
    same way, so windows leave these samples out.

    Args:
        bag: Folder of a bag with /emg/hd, /emg/info and joint states.
        output: The session file.
        angle_names: [angles] names of the angles that the session contains.
        joints: Topic of the joint states.
        user, stage, side: Facts about the session, stored in it.

    Returns:
        ``output``.

    Raises:
        InvalidInput: A topic or a joint is missing, or EMG and joint states have no time in common.
    """
    recording, states = load_emg(bag), _joint_states(bag, joints)
    columns = columns_of(angle_names, states.names)
    times = states.stamps / NANOSECONDS
    moments = recording.start + np.arange(len(recording.emg)) / recording.sample_rate
    known = (moments >= times[0]) & (moments <= times[-1]) & ~recording.missing
    if not known.any():
        raise InvalidInput(f"{bag}: {joints}", "outside the time of the EMG", "joint states recorded together with it")
    angles = np.stack([np.interp(moments, times, column) for column in states.positions[:, columns].T], axis=1)
    angles[~known] = 0.0
    end = recording.start + len(moments) / recording.sample_rate
    facts = SessionFacts(bag.name, stage, user, side, recording.start, end, recording.sample_rate)
    write_session(
        output,
        facts,
        recording.emg,
        angles,
        recording.positions,
        tuple(angle_names),
        states,
        recording.rows,
        recording.frame,
    )
    return output


def as_session(recording: Path, folder: Path, angle_names: Sequence[str]) -> Path:
    """Return a session file unchanged; convert a bag to a session file in ``folder`` and return that."""
    if not recording.is_dir():
        return recording
    return session_from_bag(recording, folder / f"{recording.name}.hdf5", angle_names)


def session_to_bag(session: Path, bag: Path, compression: str = "zstd") -> None:
    """Write a session as a bag with /emg/info, /emg/hd and /joint_states, as the graph would have recorded it.

    Blocks that were missing in the recording are missing in the bag. If the session was made from a bag, the joint
    states are those of that bag.

    Args:
        session: The session file.
        bag: A new folder.
        compression: Compression of the bag, as in `BagWriter`.

    Raises:
        InvalidInput: The session cannot be read, or the bag exists.
    """
    with PoseSession(session) as opened:
        records, facts = opened.read(), opened.facts
        states = opened.joint_states() or _made_states(records, opened.angle_names, facts)
        rows, frame = opened.rows, opened.frame
        positions = opened.electrodes if opened.electrodes is not None else np.zeros((opened.channels, 3))
    failed = np.abs(records["joint_angles"]).sum(axis=1) == 0
    silent = failed & (records["emg"] == 0).all(axis=1)
    rate, start = round(facts.sample_rate), round(facts.start * NANOSECONDS)
    writer = BagWriter(bag, compression)
    messages = EmgMessages(positions, rate, BLOCK, rows, frame)
    writer.add_topic(EMG_INFO.name, messages.INFO, TopicQos(1, durability="transient_local"))
    writer.add_topic(EMG_HD.name, messages.CLOUD, TopicQos(BLOCK))
    writer.add_topic(JOINTS, messages.JOINTS, TopicQos(50))
    writer.write(EMG_INFO.name, start, messages.info())
    blocks = ((start + sample_stamp(first, rate), first) for first in range(0, len(records) - BLOCK + 1, BLOCK))
    for stamp, first in blocks:
        if not silent[first : first + BLOCK].all():
            writer.write(EMG_HD.name, stamp, messages.cloud(stamp, records["emg"][first : first + BLOCK]))
    for stamp, position in zip(states.stamps.tolist(), states.positions, strict=True):
        writer.write(JOINTS, stamp, messages.joints(stamp, states.names, position))
    writer.close()


def _joint_states(bag: Path, topic: str) -> JointStates:
    stamps, positions, names = [], [], ()
    for state in read_messages(bag, topic):
        if names and tuple(state.name) != names:
            raise InvalidInput(f"{bag}: {topic}: names", list(state.name), ", ".join(names))
        names = tuple(state.name)
        stamps.append(state.header.stamp.sec * NANOSECONDS + state.header.stamp.nanosec)
        positions.append(np.asarray(state.position, dtype=float))
    if not stamps:
        raise InvalidInput(f"{bag}: messages on {topic}", 0, "at least one")
    return JointStates(names, np.array(stamps, dtype=np.int64), np.array(positions))


def _made_states(records: NDArray, angle_names: Sequence[str], facts: SessionFacts) -> JointStates:
    moments = np.arange(len(records)) / facts.sample_rate
    times = np.arange(0.0, moments[-1], 1.0 / STATE_RATE)
    angles = records["joint_angles"].astype(float)
    positions = np.stack([np.interp(times, moments, column) for column in angles.T], axis=1)
    start = round(facts.start * NANOSECONDS)
    stamps = start + np.array([sample_stamp(number, STATE_RATE) for number in range(len(times))], dtype=np.int64)
    return JointStates(tuple(coordinate_of(name) for name in angle_names), stamps, positions)
