"""Export to BIDS, checked by the official validator and read back."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from edfio import read_bdf

from emgsim_ros.errors import InvalidInput, MissingExtra
from emgsim_ros.sessions.bids import export_bids
from emgsim_ros.sessions.pose_metadata import SessionRow, write_metadata
from emgsim_ros.sessions.pose_session import ANGLE_NAMES, SessionFacts, write_session

RATE, SECONDS, ROWS, COLUMNS = 2000, 1.5, 2, 4
FAILED = slice(1000, 2000)  # samples


@pytest.fixture(scope="module")
def emg():
    emg = np.random.default_rng(0).normal(0.0, 0.1, (round(RATE * SECONDS), ROWS * COLUMNS)).astype(np.float32)
    emg[:, 3] = 0.0
    return emg


@pytest.fixture(scope="module")
def data(tmp_path_factory, emg):
    """Three sessions: two of one stage, one of a public layout without electrode positions."""
    folder = tmp_path_factory.mktemp("data")
    rows = []
    for number, (user, stage) in enumerate([("user_1", "six_poses"), ("user_1", "six_poses"), ("user_2", "pinch")]):
        name = f"session{number}"
        angles = np.full((len(emg), len(ANGLE_NAMES)), 0.5)
        angles[FAILED] = 0.0
        positions = None if number == 2 else np.random.default_rng(1).normal(0.0, 0.04, (ROWS * COLUMNS, 3))
        facts = SessionFacts(name, stage, user, "right", 0.0, SECONDS, RATE)
        write_session(folder / f"{name}.hdf5", facts, emg, angles, positions, ANGLE_NAMES, rows=ROWS)
        held_out = user == "user_2"
        split = ("test", "user") if held_out else ("train", "")
        rows.append(SessionRow(user, name, stage, "right", "right", held_out, False, *split, name))
    write_metadata(folder / "metadata.csv", rows)
    return folder


@pytest.fixture(scope="module")
def bids(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bids") / "set"
    assert export_bids(data, folder, 1) == 3
    return folder


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_the_official_validator_finds_no_error(bids):
    validator = Path(sys.executable).with_name("bids-validator-deno")
    told = json.loads(subprocess.run([validator, bids, "--json"], capture_output=True, text=True).stdout)
    issues = told["issues"]["issues"]
    assert [issue for issue in issues if issue["severity"] == "error"] == []
    assert set(told["summary"]["modalities"]) >= {"emg"} or told["summary"]["totalFiles"] > 20


def test_the_signal_is_kept_and_a_part_of_a_second_is_filled_up(bids, emg):
    path = bids / "sub-user1" / "emg" / "sub-user1_task-sixposes_run-2_emg"
    file = read_bdf(path.with_suffix(".bdf"))
    heard = np.stack([signal.data for signal in file.signals], axis=1)
    assert np.abs(heard[: len(emg)] - emg).max() < 1e-6 and not heard[len(emg) :].round(6).any()
    assert [signal.sampling_frequency for signal in file.signals] == [RATE] * 8
    assert json.loads(path.with_suffix(".json").read_text())["RecordingDuration"] == SECONDS
    names = [row["name"] for row in table(bids / "sub-user1/emg/sub-user1_task-sixposes_run-2_channels.tsv")]
    assert names == [signal.label for signal in file.signals] and names[5] == "row01column01"


def test_angles_stand_as_motion_and_failed_stretches_as_missing(bids):
    path = bids / "sub-user1" / "motion" / "sub-user1_task-sixposes_tracksys-model_run-1_motion.tsv"
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    assert len(rows) == 150 and len(rows[0]) == len(ANGLE_NAMES)
    assert rows[0][0] == "0.50000" and rows[75] == ["n/a"] * len(ANGLE_NAMES)


def test_places_stand_beside_the_channels_where_they_are_known(bids):
    places = table(bids / "sub-user1" / "emg" / "sub-user1_task-sixposes_run-1_electrodes.tsv")
    assert len(places) == ROWS * COLUMNS and abs(float(places[0]["x"])) < 0.3
    assert not list((bids / "sub-user2" / "emg").glob("*electrodes.tsv"))


def test_the_coordinate_system_is_named_after_the_frame_of_the_electrodes(tmp_path, emg):
    angles, positions = np.full((len(emg), len(ANGLE_NAMES)), 0.5), np.zeros((ROWS * COLUMNS, 3))
    facts = SessionFacts("one", "s", "u", "right", 0.0, SECONDS, RATE)
    write_session(tmp_path / "one.hdf5", facts, emg, angles, positions, rows=ROWS, frame="upper_arm")
    row = SessionRow("u", "one", "s", "right", "right", False, False, "train", "", "one")
    write_metadata(tmp_path / "metadata.csv", [row])
    export_bids(tmp_path, tmp_path / "set", 1)
    folder = tmp_path / "set" / "sub-u" / "emg"
    system = json.loads((folder / "sub-u_space-upperarm_coordsystem.json").read_text())
    assert "upper_arm" in system["EMGCoordinateSystemDescription"]
    assert table(folder / "sub-u_task-s_run-1_electrodes.tsv")[0]["coordinate_system"] == "upperarm"


def test_the_export_without_edfio_names_the_extra(monkeypatch, data, tmp_path):
    monkeypatch.setitem(sys.modules, "edfio", None)
    with pytest.raises(MissingExtra, match=r"BIDS export needs the package edfio.*'emgsim-ros\[bids\]'"):
        export_bids(data, tmp_path / "set", 1)


def test_who_is_held_out_is_kept(bids):
    people = {row["participant_id"]: row["held_out"] for row in table(bids / "participants.tsv")}
    assert people == {"sub-user1": "no", "sub-user2": "yes"}
    (scan,) = table(bids / "sub-user2" / "sub-user2_scans.tsv")
    assert (scan["split"], scan["generalization"]) == ("test", "user")


def test_an_interrupted_export_goes_on(bids, data):
    last = bids / "sub-user2" / "emg" / "sub-user2_task-pinch_run-1_emg.json"
    whole = bids / "sub-user1" / "emg" / "sub-user1_task-sixposes_run-1_emg.bdf"
    before = whole.stat().st_mtime_ns
    last.unlink()
    assert export_bids(data, bids, 1) == 3
    assert last.exists() and whole.stat().st_mtime_ns == before


def test_no_data_set_and_a_broken_session_are_named(tmp_path, data):
    with pytest.raises(InvalidInput, match="metadata"):
        export_bids(tmp_path, tmp_path / "out", 1)
    for path in data.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[: 3000 if "session1" in path.name else None])
    with pytest.raises(InvalidInput, match=r"session1\.hdf5"):
        export_bids(tmp_path, tmp_path / "out", 1)
