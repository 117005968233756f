import numpy as np
import pytest

import emgsim_ros as es
from emgsim_ros.pose.angles import HAND_NAMES
from emgsim_ros.pose.bag_session import session_to_bag
from emgsim_ros.pose.decoding import decode_recording

RATE, CHANNELS = 2048, 32


@pytest.fixture(scope="module")
def session():
    rng = np.random.default_rng(3)
    emg = rng.normal(0.0, 0.02, (3 * RATE, CHANNELS)).astype(np.float32)
    angles = 0.2 + 0.1 * np.sin(np.arange(3 * RATE) / RATE)[:, None] * rng.uniform(0.5, 1.0, len(HAND_NAMES))
    return es.Session(emg, float(RATE), angles, HAND_NAMES, rng.normal(size=(CHANNELS, 3)), rows=4, user="anna")


def test_a_session_comes_back_as_it_was_written(session, tmp_path):
    path = tmp_path / "folder" / "session.hdf5"
    es.write_session(path, session)
    back = es.read_session(str(path))
    assert np.array_equal(back.emg, session.emg) and np.array_equal(back.angles, session.angles)
    assert tuple(back.angle_names) == HAND_NAMES and (back.rows, back.user, back.stage) == (4, "anna", "recorded")
    assert np.array_equal(back.positions, session.positions)


def test_a_session_without_angles_stays_without(session, tmp_path):
    es.write_session(tmp_path / "emg.hdf5", es.Session(session.emg, RATE))
    assert es.read_session(tmp_path / "emg.hdf5").angles is None


def test_a_bag_is_read_as_a_session(session, tmp_path):
    es.write_session(tmp_path / "session.hdf5", session)
    session_to_bag(tmp_path / "session.hdf5", tmp_path / "bag")
    back = es.read_session(tmp_path / "bag")
    assert np.array_equal(back.emg, session.emg[: len(back.emg)]) and back.rows == 4
    assert np.nanmax(np.abs(back.angles[:4000] - session.angles[:4000])) < 1e-3


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"emg": np.zeros(5, np.float32)}, "emg: shape"), ({"sample_rate": 0.0}, "sample_rate")],
)
def test_bad_sessions_are_rejected_by_name(changes, named):
    with pytest.raises(es.InvalidInput, match=named):
        es.Session(**{"emg": np.zeros((5, 2), np.float32), "sample_rate": 100.0, **changes})


def test_decoding_gives_the_numbers_of_the_live_graph(session, small_pose, tmp_path):
    path = tmp_path / "session.hdf5"
    es.write_session(path, session)
    wanted = decode_recording(es.load_decoder(small_pose), path, tmp_path)
    by_path, by_session = es.decode(path, decoder=small_pose), es.decode(session, decoder=small_pose)
    by_array = es.decode(session.emg, RATE, small_pose)
    for made in (by_path, by_session, by_array):
        assert np.array_equal(made.angles, wanted.estimate) and np.allclose(made.times, wanted.times)
        assert made.names == HAND_NAMES
    assert np.allclose(by_path.truth, wanted.truth) and by_path.error == pytest.approx(wanted.error)
    assert by_array.truth is None and np.isnan(by_array.error)


def test_decoding_takes_simulated_emg_and_a_map(small_emg, small_pose, cache):
    recording = es.simulate_emg({"FCU": 0.3}, 100, duration=1.0, cache=cache, **small_emg)
    plain = es.decode(recording, decoder=es.load_decoder(small_pose))
    mapped = es.decode(recording.emg[:, ::-1], RATE, small_pose, electrode_map=range(31, -1, -1))
    assert np.array_equal(plain.angles, mapped.angles) and plain.angles.shape[1] == 22


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((np.zeros((100, CHANNELS)),), "sample_rate"),
        ((np.zeros((100, CHANNELS)), 2000), "sample_rate"),
        ((np.zeros((9000, 7)), RATE), "electrodes"),
        ((np.zeros((20, CHANNELS)), RATE), "samples"),
        (("no_such_file.hdf5",), "session"),
    ],
)
def test_bad_emg_is_rejected_by_name(arguments, named, small_pose):
    with pytest.raises(es.InvalidInput, match=named):
        es.decode(*arguments, decoder=small_pose)
    with pytest.raises(es.InvalidInput, match="pose_grid"):
        es.load_decoder("no_such_decoder")
