"""Export of sessions as a BIDS data set (bids.neuroimaging.io) with EMG and motion.

    dataset_description.json, README.md, participants.tsv, scans.json
    sub-<user>/sub-<user>_scans.tsv                      split of every session
    sub-<user>/emg/..._emg.bdf, _channels.tsv, _electrodes.tsv, _emg.json; sub-<user>_space-<frame>_coordsystem.json
    sub-<user>/motion/..._motion.tsv (joint angles), _channels.tsv, _motion.json

EMG is stored with 24 bits over the range of each channel. The last second of a BDF file is padded with zeros;
RecordingDuration contains the length of the recording.
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

from ..errors import MissingExtra
from ..jobs.cores import pool_of_cores
from ..jobs.progress import Progress, no_progress
from ..signals.emg_points import FRAME
from ..version import __version__
from .pose_metadata import METADATA, SessionRow, read_metadata, session_path
from .pose_session import PoseSession, failed_angles

VERSION = "1.11.0"  # first version of BIDS with EMG
ANGLE_RATE = 100.0  # Hz; sampling rate of the joint angles
TRACKING = "model"
AXES = "origin at the elbow, y along the forearm to the elbow"  # of the frame "forearm"
SMALLEST_RANGE = 1e-3  # mV; range of a channel without signal
README = """Hand movements with surface EMG and joint angles, written by emgsim_ros.

Sessions of virtual subjects are simulated (https://pypi.org/project/emgsim-ros); other sessions are recordings.
"""


@dataclass(frozen=True)
class BidsSession:
    """A session and its subject, task and run in BIDS."""

    path: Path
    row: SessionRow
    subject: str
    task: str
    run: int

    def stem(self, *more: str) -> str:
        """Return the common beginning of its file names, with more entities before the run."""
        return "_".join([f"sub-{self.subject}", f"task-{self.task}", *more, f"run-{self.run}"])


def export_bids(data: Path, output: Path, workers: int = 0, progress: Progress = no_progress) -> int:
    """Write a data set of session files as a BIDS data set; return the number of sessions.

    Args:
        data: Folder with metadata.csv and session files.
        output: New folder, or the folder of an interrupted export, whose complete sessions are kept.
        workers: Number of processes; 0 for one per core.
        progress: Receives the number of sessions that have been written.

    Raises:
        InvalidInput: The folder is not a data set, or a session file is damaged.
        MissingExtra: The package edfio is not installed.
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
    """Write one session, unless it has been written completely before.

    Raises:
        InvalidInput: The session file is damaged.
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
        subject, task = _label(row.user), _label(row.stage)
        runs[subject, task] += 1
        named.append(BidsSession(session_path(data, row), row, subject, task, runs[subject, task]))
    return named


def _label(text: str) -> str:
    """Return a text as a BIDS label, which consists of letters and digits only."""
    return re.sub(r"[^0-9a-zA-Z]", "", text)


def _channel_names(file: PoseSession) -> list[str]:
    columns = file.channels // file.rows
    return [f"row{number // columns:02d}column{number % columns:02d}" for number in range(file.channels)]


def _write_bdf(path: Path, emg: NDArray[np.float32], rate: int, file: PoseSession) -> None:
    from edfio import Bdf, BdfSignal

    filled = np.zeros((-(-len(emg) // rate) * rate, emg.shape[1]))
    filled[: len(emg)] = emg
    ranges = np.maximum(np.abs(filled).max(axis=0), SMALLEST_RANGE)
    signals = [
        BdfSignal(
            column,
            rate,
            label=name,
            physical_dimension="mV",
            physical_range=(-_header_number(limit), _header_number(limit)),
        )
        for column, name, limit in zip(filled.T, _channel_names(file), ranges, strict=True)
    ]
    Bdf(signals).write(path)


def _header_number(limit: float) -> float:
    """Return a number slightly above ``limit`` that fits the eight characters of a BDF header field."""
    return float(f"{limit * 1.001 + 1e-5:.5f}"[:7])


def _write_emg_tables(folder: Path, session: BidsSession, file: PoseSession) -> None:
    names, rate = _channel_names(file), file.facts.sample_rate
    _write_table(
        folder / f"{session.stem()}_channels.tsv",
        ("name", "type", "units", "signal_electrode", "sampling_frequency", "reference", "group"),
        ((name, "EMG", "mV", name, f"{rate:g}", "n/a", file.frame) for name in names),
    )
    if file.electrodes is None:
        return
    space, axes = _label(file.frame), AXES if file.frame == FRAME else f"frame {file.frame} of the model"
    _write_table(
        folder / f"{session.stem()}_electrodes.tsv",
        ("name", "x", "y", "z", "coordinate_system"),
        (
            (name, *(f"{value:.6f}" for value in place), space)
            for name, place in zip(names, file.electrodes, strict=True)
        ),
    )
    _write_json(
        folder / f"sub-{session.subject}_space-{space}_coordsystem.json",
        {
            "EMGCoordinateSystem": "Other",
            "EMGCoordinateSystemDescription": f"Right-handed, {axes}.",
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
    """Write the joint angles, with n/a where inverse kinematics failed."""
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
    """Write the description of the data set, its participants and the split of each session."""
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
        {
            "held_out": {
                "Description": "Whether the participant is excluded from training",
                "Levels": {"yes": "held out", "no": "for training"},
            }
        },
    )
    _write_json(
        output / "scans.json",
        {
            "split": {"Description": "train, val (for early stopping) or test"},
            "generalization": {"Description": "what is new in a test session: user, stage or both"},
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
    except ImportError:
        raise MissingExtra("BIDS export", "edfio", "emgsim-ros[bids]") from None
