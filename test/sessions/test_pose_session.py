"""Sessions in emg2pose's layout: a file made by hand opens, broken ones are refused by name."""

import h5py
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.sessions.pose_metadata import SessionRow, of_split, read_metadata, write_metadata
from emgsim_ros.sessions.pose_session import ANGLE_NAMES, PoseSession, SessionFacts, write_session
from emgsim_ros.sessions.pose_windows import PoseWindows, WindowPlan

SAMPLES = 1000
FACTS = SessionFacts("s1", "stage_a", "user_a", "left", 100.0, 100.5, 2000.0)


def by_hand(path, angle_type="<f4", **change):
    """The layout of the public data set, written with h5py alone."""
    rng = np.random.default_rng(0)
    kind = np.dtype([("time", "<f8"), ("joint_angles", angle_type, (20,)), ("emg", "<f4", (16,))])
    records = np.zeros(SAMPLES, kind)
    records["time"] = 100 + np.arange(SAMPLES) / 2000
    records["joint_angles"] = rng.uniform(-1, 1, (SAMPLES, 20))
    records["joint_angles"][300:310] = 0.0
    records["emg"] = rng.standard_normal((SAMPLES, 16))
    with h5py.File(path, "w") as file:
        group = file.create_group("emg2pose")
        group.create_dataset("timeseries", data=records)
        attributes = {"filename": "f", "session": "s1", "stage": "stage_a", "user": "user_a", "side": "left"}
        attributes |= {"start": 100.0, "end": 100.5, "sample_rate": 2000.0, "num_channels": 16, **change}
        for name, value in attributes.items():
            if value is not None:
                group.attrs[name] = value
    return records


@pytest.mark.parametrize("angle_type", ["<f4", "<f8"])
def test_a_file_of_the_public_layout_opens(tmp_path, angle_type):
    records = by_hand(tmp_path / "public.hdf5", angle_type)
    with PoseSession(tmp_path / "public.hdf5") as session:
        assert (session.samples, session.channels, session.angles) == (SAMPLES, 16, 20)
        assert session.facts == FACTS and session.angle_names == ANGLE_NAMES and session.electrodes is None
        assert np.array_equal(session.read(10, 20)["emg"], records["emg"][10:20])
        assert session.failed().sum() == 10 and session.failed(300, 310).all()


def test_our_own_sessions_come_back(tmp_path):
    rng = np.random.default_rng(1)
    emg = rng.standard_normal((500, 320)).astype(np.float32)
    angles, electrodes = rng.uniform(-1, 1, (500, 22)), rng.standard_normal((320, 3))
    names = (*ANGLE_NAMES, "wrist_flexion", "wrist_deviation")
    write_session(tmp_path / "ours.h5", FACTS, emg, angles, electrodes, names)
    with PoseSession(tmp_path / "ours.h5") as session:
        assert session.channels == 320 and session.angle_names == names
        assert np.array_equal(session.read()["emg"], emg) and np.array_equal(session.read()["joint_angles"], angles)
        assert np.array_equal(session.electrodes, electrodes) and session.frame == "forearm"


def test_the_frame_of_the_electrodes_is_stored(tmp_path):
    emg, angles = np.zeros((100, 4), np.float32), np.full((100, 20), 0.2)
    write_session(tmp_path / "arm.h5", FACTS, emg, angles, np.zeros((4, 3)), rows=2, frame="upper_arm")
    with PoseSession(tmp_path / "arm.h5") as session:
        assert (session.rows, session.frame) == (2, "upper_arm")


def test_only_what_is_asked_for_is_read(tmp_path):
    """A session of several hundred megabytes costs a window's memory."""
    import tracemalloc

    path = tmp_path / "long.h5"
    kind = np.dtype([("time", "<f8"), ("joint_angles", "<f8", (20,)), ("emg", "<f4", (16,))])
    by_hand(path)
    with h5py.File(path, "r+") as file:
        del file["emg2pose/timeseries"]
        file["emg2pose"].create_dataset("timeseries", (2_000_000,), kind, chunks=(4096,))
    with PoseSession(path) as session:
        tracemalloc.start()
        session.read(1_000_000, 1_010_000)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20e6


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 3]), "HDF5"),
        (lambda path: path.write_text("no session"), "HDF5"),
        (lambda path: path.unlink(), "session"),
        (lambda path: by_hand(path, user=None), "user"),
        (lambda path: by_hand(path, sample_rate=0.0), "sample_rate"),
        (lambda path: by_hand(path, sample_rate="fast"), "attributes"),
        (lambda path: by_hand(path, angle_type="<i4"), "joint_angles"),
    ],
)
def test_damaged_files_are_refused_by_name(tmp_path, damage, named):
    path = tmp_path / "session.hdf5"
    by_hand(path)
    damage(path)
    with pytest.raises(InvalidInput, match=named):
        PoseSession(path)


def test_what_does_not_go_together_is_refused(tmp_path):
    emg, angles = np.zeros((10, 4), np.float32), np.zeros((10, 20))
    for arguments, named in (
        ((emg[:5], angles), "samples"),
        ((emg, angles[:, :5]), "angle_names"),
        ((emg, angles, np.zeros((3, 3))), "electrodes"),
    ):
        with pytest.raises(InvalidInput, match=named):
            write_session(tmp_path / "x.h5", FACTS, *arguments)


@pytest.fixture
def session(tmp_path):
    by_hand(tmp_path / "session.hdf5")
    with PoseSession(tmp_path / "session.hdf5") as opened:
        yield opened


def test_windows_cover_a_session_without_its_failures(session):
    windows = PoseWindows([session], WindowPlan(100, 50, (20, 10)))
    firsts = [windows._places[number][1] for number in range(len(windows))]
    assert firsts[0] == 20 and np.all(np.diff(firsts) % 50 == 0)
    assert all(first + 100 <= 300 or first >= 310 for first in firsts)
    one = windows[0]
    assert one.emg.shape == (16, 130) and one.joint_angles.shape == (20, 100) and not one.failed.any()
    assert np.array_equal(one.emg[:, 20], session.read(20, 21)["emg"][0])
    every = PoseWindows([session], WindowPlan(100, 50, (20, 10), skip_failed=False))
    assert len(every) == (1000 - 10 - 100 - 20) // 50 + 1 > len(windows)


def test_jitter_moves_windows_within_their_stride(session):
    windows = PoseWindows([session], WindowPlan(100, 50, jitter=True), seed=3)
    firsts = {windows[0].first for _ in range(40)}
    assert min(firsts) >= 0 and max(firsts) < 50 and len(firsts) > 10
    assert not any(windows[number].failed.any() for number in range(len(windows)))


def test_impossible_windows_are_refused():
    with pytest.raises(InvalidInput, match="windows"):
        WindowPlan(0)


def test_metadata_comes_back_and_splits(tmp_path):
    common = {"session": "s", "stage": "a", "side": "left", "moving_hand": "both"}
    rows = [
        SessionRow("u1", **common, held_out_user=False, held_out_stage=False, split="train", generalization=""),
        SessionRow("u2", **common, held_out_user=True, held_out_stage=False, split="test", generalization="user"),
    ]
    write_metadata(tmp_path / "metadata.csv", rows)
    again = read_metadata(tmp_path / "metadata.csv")
    assert again == rows
    assert of_split(again, "train") == rows[:1] and of_split(again, "test", "user") == rows[1:]
    assert of_split(again, "test", "stage") == []
    for arguments in (("all",), ("test", "hand")):
        with pytest.raises(InvalidInput, match=arguments[-1]):
            of_split(again, *arguments)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [("split", "part", "split"), ("train", "trian", "line 2"), ("False", "perhaps", "held_out_user")],
)
def test_broken_metadata_is_refused_by_name(tmp_path, old, new, named):
    path = tmp_path / "metadata.csv"
    row = SessionRow("u", "s", "a", "left", "both", False, False, "train", "")
    write_metadata(path, [row])
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InvalidInput, match=named):
        read_metadata(path)
