import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.sessions.pose_session import PoseSession, SessionFacts, write_session
from emgsim_ros.sessions.pose_windows import PoseWindows, WindowPlan
from emgsim_ros.sessions.transforms import ChannelDownSampling, ChannelRotation, GridShift


def channels(count):
    return np.arange(count, dtype=np.float32)[:, None] * np.ones((1, 3), np.float32)


def test_a_ring_is_turned_by_one_either_way_or_not_at_all():
    rng = np.random.default_rng(0)
    firsts = {float(ChannelRotation()(channels(16), rng)[0, 0]) for _ in range(50)}
    assert firsts == {15.0, 0.0, 1.0}


def test_a_grid_moves_around_and_along_and_repeats_its_ends():
    rng, found = np.random.default_rng(0), set()
    for _ in range(200):
        grid = GridShift(4, 8)(channels(32), rng)[:, 0].reshape(4, 8)
        row, column = divmod(int(grid[1, 1]), 8)
        found.add((row - 1, column - 1))
        assert set(np.diff(grid[1]) % 8) == {1.0}
        if row == 2:
            assert np.array_equal(grid[3], grid[2])
    assert found == {(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)}
    with pytest.raises(InvalidInput, match="4 x 8"):
        GridShift(4, 8)(channels(16), rng)


def test_every_second_channel_is_left():
    assert ChannelDownSampling(2)(channels(16), np.random.default_rng(0))[:, 0].tolist() == list(range(0, 16, 2))


def test_windows_are_changed_as_they_are_read(tmp_path):
    path = tmp_path / "s.hdf5"
    emg = np.tile(np.arange(16, dtype=np.float32), (1000, 1))
    write_session(path, SessionFacts("s", "t", "u", "right", 0.0, 0.5, 2000), emg, np.ones((1000, 20)))
    with PoseSession(path) as session:
        windows = PoseWindows([session], WindowPlan(100), 0, (ChannelDownSampling(2), ChannelRotation()))
        firsts = {float(windows[n].emg[0, 0]) for n in range(10)}
        assert windows[0].emg.shape == (8, 100) and firsts == {14.0, 0.0, 2.0}
