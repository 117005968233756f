"""The file of an offline simulation."""

import tracemalloc

import h5py
import numpy as np
import pytest

from emgsim_ros.emg import EmgStream
from emgsim_ros.emg.model_states import push_states
from emgsim_ros.errors import InvalidInput
from emgsim_ros.musculoskeletal import MusculoskeletalState, MusculoskeletalStates
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.sessions.simulation_file import COLLECTED_STATES, MUSCLE_FIELDS, SimulationFile

MUSCLES = ("FCR", "EIP", "RI2")
STATE = 10_000_000  # ns


@pytest.fixture
def stream(small_emg, cache):
    return EmgStream(EmgParameters(**small_emg, muscles=MUSCLES[:2]), cache=cache)


def state(number):
    """A state of two joints and three muscles."""
    joints, muscles = np.full(2, number / 100), np.full(3, 0.3 + 0.2 * np.sin(number / 30))
    return MusculoskeletalState(
        number * STATE,
        ("a", "b"),
        MUSCLES,
        joints,
        joints,
        joints,
        muscles,
        muscles,
        muscles,
        muscles + 0.7,
        muscles,
        muscles,
    )


def write(file, stream, first, end, chunk=100):
    blocks = []
    for start in range(first, end, chunk):
        states = [state(number) for number in range(start, min(start + chunk, end))]
        file.add_states(MusculoskeletalStates.of(states))
        for block in push_states(stream, MusculoskeletalStates.of(states)):
            file.add_block(block)
            blocks.append(block)
    return blocks


def opened(path, stream, **options):
    return SimulationFile(path, "test", {"emg": {"rows": 4}}, state(0), stream, **options)


def holds(path, blocks, states):
    with h5py.File(path) as file:
        assert np.array_equal(file["emg/samples"], np.concatenate([block.emg for block in blocks]))
        length = len(blocks[0].emg)
        sample = [block.spike_sample + number * length for number, block in enumerate(blocks)]
        assert np.array_equal(file["spikes/sample"], np.concatenate(sample))
        for name in ("muscle", "unit"):
            expected = np.concatenate([getattr(block, f"spike_{name}") for block in blocks])
            assert np.array_equal(file[f"spikes/{name}"], expected)
        assert file["joints/stamp"][:].tolist() == [number * STATE for number in range(states)]
        assert np.array_equal(file["joints/position"], [state(number).position for number in range(states)])
        for name in MUSCLE_FIELDS:
            assert np.array_equal(file[f"muscles/{name}"], [getattr(state(n), name) for n in range(states)])


@pytest.mark.parametrize("states", [1, 5, COLLECTED_STATES, COLLECTED_STATES + 1, 3 * COLLECTED_STATES + 7])
@pytest.mark.parametrize("chunk", [1, 100])
def test_every_state_block_and_discharge_is_written(stream, tmp_path, states, chunk):
    with opened(tmp_path / "out.h5", stream) as file:
        blocks = write(file, stream, 0, states, chunk)
    if blocks:
        holds(tmp_path / "out.h5", blocks, states)
    with h5py.File(tmp_path / "out.h5") as written:
        assert len(written["emg/samples"]) == 32 * len(blocks) and len(written["muscles/stamp"]) == states


@pytest.mark.parametrize("compression", ["none", "lzf", "gzip"])
def test_compression_does_not_change_the_numbers(stream, tmp_path, compression):
    with opened(tmp_path / "out.h5", stream, compression=compression) as file:
        blocks = write(file, stream, 0, 300)
    holds(tmp_path / "out.h5", blocks, 300)
    with h5py.File(tmp_path / "out.h5") as written:
        assert (written["emg/samples"].compression or "none") == compression


def test_an_unknown_compression_is_refused_before_the_file_is_touched(stream, tmp_path):
    with pytest.raises(InvalidInput, match="none, lzf, gzip"):
        opened(tmp_path / "out.h5", stream, compression="zip")
    assert not (tmp_path / "out.h5").exists()


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_lost_when_the_simulation_fails(stream, tmp_path, kind):
    with pytest.raises(kind), opened(tmp_path / "out.h5", stream) as file:
        blocks = write(file, stream, 0, 345)
        raise kind
    holds(tmp_path / "out.h5", blocks, 345)


def test_without_emg_the_file_has_joints_and_muscles(tmp_path):
    with opened(tmp_path / "out.h5", None) as file:
        for number in range(10):
            file.add_state(state(number))
    with h5py.File(tmp_path / "out.h5") as written:
        assert "emg" not in written and written["joints/position"].shape == (10, 2)


def test_memory_does_not_grow_with_the_length_of_the_simulation(stream, tmp_path):
    """Peak memory of 30 s and of the 40 s that follow, whose EMG alone has 10 MB."""
    peaks = []
    with opened(tmp_path / "out.h5", stream) as file:
        tracemalloc.start()
        try:
            for first, end in ((0, 3000), (3000, 7000)):
                tracemalloc.reset_peak()
                for start in range(first, end, 100):
                    write(file, stream, start, start + 100)
                peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1.5e6
    with h5py.File(tmp_path / "out.h5") as written:
        assert len(written["emg/samples"]) > 69 * 2048
