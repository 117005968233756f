"""Sessions as a BIDS data set (bids.neuroimaging.io, with its parts for EMG and motion).

    dataset_description.json, README.md, participants.tsv, scans.json
    sub-<user>/sub-<user>_scans.tsv                      split of every session
    sub-<user>/emg/..._emg.bdf, _channels.tsv, _electrodes.tsv, _emg.json; sub-<user>_space-forearm_coordsystem.json
    sub-<user>/motion/..._motion.tsv (joint angles), _channels.tsv, _motion.json

EMG is stored with 24 bits over each channel's own range. The last second of a BDF file is filled up with zeros;
RecordingDuration says where the recording ends.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..errors import InvalidInput
from ..jobs.cores import pool_of_cores
from ..jobs.progress import Progress, no_progress
from .pose_metadata import METADATA, SessionRow, read_metadata, session_path
from .pose_session import PoseSession, failed_angles

VERSION = "1.11.0"  # of BIDS: the first with EMG
ANGLE_RATE = 100.0  # Hz of the joint angles
TRACKING, SPACE = "model", "forearm"
SMALLEST_RANGE = 1e-3  # mV, of a silent channel
README = """Hand movements with surface EMG and joint angles, written by emgsim_ros.

Sessions of virtual subjects are simulated (https://pypi.org/project/emgsim-ros); others keep what their recorder said.
"""


@dataclass(frozen=True)
class BidsSession:
    """A session and its names in BIDS."""

    path: Path
    row: SessionRow
    subject: str
    task: str
    run: int

    def stem(self, *more: str) -> str:
        """Beginning of its files' names."""
        return "_".join([f"sub-{self.subject}", f"task-{self.task}", *more, f"run-{self.run}"])


def export_bids(data: Path, output: Path, workers: int = 0, progress: Progress = no_progress) -> int:
    """Write a data set of session files as a BIDS data set; returns the number of sessions.

    Args:
        data: Folder with metadata.csv and session files.
        output: New folder, or one that was begun: sessions that are there whole are not written again.
        workers: Processes; 0 takes one for each core.
        progress: Receives the number of sessions that are written.

    Raises:
        InvalidInput: No data set, a broken session, or edfio is not installed.
    """
    _require_edfio()
    sessions = _named(data, read_metadata(data / METADATA))
    output.mkdir(parents=True, exist_ok=True)
    _write_about(output, data.name, sessions)
    with pool_of_cores(workers) as pool:
        jobs = [pool.submit(write_session, session, output) for session in sessions]
        for done, job in enumerate(as_completed(jobs), 1):
            job.result()
            progress("sessions", done, len(sessions))
    return len(sessions)


def write_session(session: BidsSession, output: Path) -> None:
    """Write one session; one that is there whole stays as it is.

    Raises:
        InvalidInput: The session file is broken.
    """
    folder = output / f"sub-{session.subject}"
    last = folder / "emg" / f"{session.stem()}_emg.json"
    if last.exists():
        return
    with PoseSession(session.path) as file:
        records = file.read()
        duration = file.samples / file.facts.sample_rate
        (folder / "motion").mkdir(parents=True, exist_ok=True)
        (folder / "emg").mkdir(exist_ok=True)
        _write_motion(folder / "motion", session, file, records)
        _write_bdf(folder / "emg" / f"{session.stem()}_emg.bdf", records["emg"], round(file.facts.sample_rate), file)
        _write_emg_tables(folder / "emg", session, file)
        _write_json(last, _emg_facts(session, file, duration))


def _named(data: Path, rows: Sequence[SessionRow]) -> list[BidsSession]:
    runs: Counter[tuple[str, str]] = Counter()
    named = []
    for row in rows:
        subject, task = (re.sub(r"[^0-9a-zA-Z]", "", text) for text in (row.user, row.stage))
        runs[subject, task] += 1
        named.append(BidsSession(session_path(data, row), row, subject, task, runs[subject, task]))
    return named


def _channel_names(file: PoseSession) -> list[str]:
    columns = file.channels // file.rows
    return [f"row{number // columns:02d}column{number % columns:02d}" for number in range(file.channels)]


def _write_bdf(path: Path, emg: NDArray[np.float32], rate: int, file: PoseSession) -> None:
    from edfio import Bdf, BdfSignal

    filled = np.zeros((-(-len(emg) // rate) * rate, emg.shape[1]))
    filled[: len(emg)] = emg
    ranges = np.maximum(np.abs(filled).max(axis=0), SMALLEST_RANGE)
    signals = [
        BdfSignal(column, rate, label=name, physical_dimension="mV", physical_range=(-_eight(limit), _eight(limit)))
        for column, name, limit in zip(filled.T, _channel_names(file), ranges, strict=True)
    ]
    Bdf(signals).write(path)


def _eight(limit: float) -> float:
    """A little more than ``limit``, in the eight characters that a BDF header has for it."""
    return float(f"{limit * 1.001 + 1e-5:.5f}"[:7])


def _write_emg_tables(folder: Path, session: BidsSession, file: PoseSession) -> None:
    names, rate = _channel_names(file), file.facts.sample_rate
    _write_table(
        folder / f"{session.stem()}_channels.tsv",
        ("name", "type", "units", "signal_electrode", "sampling_frequency", "reference", "group"),
        ((name, "EMG", "mV", name, f"{rate:g}", "n/a", "forearm") for name in names),
    )
    if file.electrodes is None:
        return
    _write_table(
        folder / f"{session.stem()}_electrodes.tsv",
        ("name", "x", "y", "z", "coordinate_system"),
        (
            (name, *(f"{value:.6f}" for value in place), SPACE)
            for name, place in zip(names, file.electrodes, strict=True)
        ),
    )
    _write_json(
        folder / f"sub-{session.subject}_space-{SPACE}_coordsystem.json",
        {
            "EMGCoordinateSystem": "Other",
            "EMGCoordinateSystemDescription": "Right-handed, origin at the elbow, y along the forearm to the elbow.",
            "EMGCoordinateUnits": "m",
        },
    )


def _emg_facts(session: BidsSession, file: PoseSession, duration: float) -> dict[str, Any]:
    return {
        "TaskName": session.task,
        "TaskDescription": f"stage {session.row.stage}, {session.row.side} hand",
        "SamplingFrequency": file.facts.sample_rate,
        "PowerLineFrequency": 50,
        "RecordingDuration": duration,
        "RecordingType": "continuous",
        "EMGChannelCount": file.channels,
        "EMGReference": "remote, monopolar",
        "EMGGround": "n/a",
        "EMGPlacementScheme": "Measured",
        "SoftwareFilters": "n/a",
        "HardwareFilters": "n/a",
    }


def _write_motion(folder: Path, session: BidsSession, file: PoseSession, records: NDArray) -> None:
    """Joint angles, n/a where inverse kinematics failed."""
    stem = session.stem(f"tracksys-{TRACKING}")
    times = np.arange(len(records)) / file.facts.sample_rate
    moments = np.arange(0.0, times[-1], 1.0 / ANGLE_RATE)
    angles = np.stack([np.interp(moments, times, column) for column in records["joint_angles"].T], axis=1)
    nearest = np.round(moments * file.facts.sample_rate).astype(int)
    failed = failed_angles(records["joint_angles"])[np.minimum(nearest, len(records) - 1)]
    rows = (
        ("n/a",) * file.angles if bad else tuple(f"{v:.5f}" for v in row)
        for row, bad in zip(angles, failed, strict=True)
    )
    _write_table(folder / f"{stem}_motion.tsv", (), rows)
    _write_table(
        folder / f"{stem}_channels.tsv",
        ("name", "component", "type", "tracked_point", "units", "sampling_frequency"),
        ((name, "n/a", "JNTANG", name, "rad", f"{ANGLE_RATE:g}") for name in file.angle_names),
    )
    facts = {
        "TaskName": session.task,
        "SamplingFrequency": ANGLE_RATE,
        "TrackingSystemName": TRACKING,
        "MotionChannelCount": file.angles,
        "JNTANGChannelCount": file.angles,
        "RecordingDuration": len(angles) / ANGLE_RATE,
        "MissingValues": "n/a",
    }
    _write_json(folder / f"{stem}_motion.json", facts)


def _write_about(output: Path, name: str, sessions: Sequence[BidsSession]) -> None:
    """What the data set is, who takes part, and what each session may be used for."""
    made_by = {"Name": "emgsim_ros", "Version": __version__}
    _write_json(
        output / "dataset_description.json",
        {"Name": name, "BIDSVersion": VERSION, "DatasetType": "raw", "GeneratedBy": [made_by]},
    )
    (output / "README.md").write_text(README)
    people = dict.fromkeys((session.subject, session.row.held_out_user) for session in sessions)
    _write_table(
        output / "participants.tsv",
        ("participant_id", "held_out"),
        ((f"sub-{subject}", "yes" if held_out else "no") for subject, held_out in people),
    )
    _write_json(
        output / "participants.json",
        {"held_out": {"Description": "Not to be trained on", "Levels": {"yes": "held out", "no": "for training"}}},
    )
    _write_json(
        output / "scans.json",
        {
            "split": {"Description": "train, val (to choose when to stop) or test"},
            "generalization": {"Description": "what a test session is new in: user, stage or both"},
        },
    )
    for subject in dict.fromkeys(session.subject for session in sessions):
        (output / f"sub-{subject}").mkdir(exist_ok=True)
        _write_table(
            output / f"sub-{subject}" / f"sub-{subject}_scans.tsv",
            ("filename", "split", "generalization"),
            (
                (f"emg/{session.stem()}_emg.bdf", session.row.split, session.row.generalization or "n/a")
                for session in sessions
                if session.subject == subject
            ),
        )


def _write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        if header:
            writer.writerow(header)
        writer.writerows(rows)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")


def _require_edfio() -> None:
    try:
        import edfio  # noqa: F401
    except ImportError:  # an extra of the package
        raise InvalidInput("package edfio", "not installed", "pip install 'emgsim-ros[bids]'") from None
