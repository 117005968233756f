"""A scenario simulated offline, in chunks."""

import h5py
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.offline.simulate import OfflineSimulation, simulate
from emgsim_ros.scenario import load_scenario

SMALL = """
emg:
  ros__parameters: {{units_per_muscle: 2, rows: 4, columns: 8, frame: {frame}}}
"""


@pytest.fixture
def scenario(tmp_path, cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))

    def load(frame="forearm"):
        (tmp_path / "small.yaml").write_text(SMALL.format(frame=frame))
        return load_scenario("forearm_sim", str(tmp_path / "small.yaml"))

    return load


@pytest.mark.parametrize("frame", ["forearm", "left_arm"])
def test_the_electrodes_are_in_the_frame_of_the_emg_node(scenario, tmp_path, frame):
    simulate(scenario(frame), 0.1, tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        attributes = dict(file["emg/positions"].attrs)
        assert (attributes["frame"], attributes["unit"], attributes["rows"]) == (frame, "m", 4)


def test_the_file_holds_the_numbers_of_single_steps(scenario, tmp_path):
    """As in the live graph, where the states arrive one by one; to the last bit."""
    result = simulate(scenario(), 1.3, tmp_path / "out.h5", compression="lzf")
    alone = OfflineSimulation(scenario())
    states, blocks = [], []
    while not states or states[-1].stamp < 1_300_000_000:
        state, new = alone.step()
        states.append(state)
        blocks += new
    assert result.blocks == len(blocks) and result.spikes == sum(len(block.spike_unit) for block in blocks) > 0
    with h5py.File(tmp_path / "out.h5") as file:
        assert np.array_equal(file["emg/samples"], np.concatenate([block.emg for block in blocks]))
        assert np.array_equal(file["spikes/unit"], np.concatenate([block.spike_unit for block in blocks]))
        assert np.array_equal(file["joints/position"], [state.position for state in states])
        assert np.array_equal(file["muscles/activation"], [state.activation for state in states])


def test_a_failing_drive_loses_no_state_before_its_failure(scenario, tmp_path, monkeypatch):
    made = OfflineSimulation._next_state

    def failing(self):
        state = made(self)
        if state.stamp >= 1_250_000_000:
            raise ArithmeticError("the drive failed")
        return state

    monkeypatch.setattr(OfflineSimulation, "_next_state", failing)
    with pytest.raises(ArithmeticError, match="the drive failed"):
        simulate(scenario(), 3.0, tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["muscles/stamp"][-1] == 1_240_000_000
        assert len(file["emg/samples"]) == 32 * (1_240_000_000 // 15_625_000)


@pytest.mark.parametrize(
    ("duration", "compression", "named"),
    [(0.0, "none", "duration"), (-1.0, "none", "duration"), (1.0, "zip", "compression")],
)
def test_bad_input_is_named_before_anything_is_simulated(scenario, tmp_path, duration, compression, named):
    with pytest.raises(InvalidInput, match=named):
        simulate(scenario(), duration, tmp_path / "out.h5", compression=compression)
    assert not (tmp_path / "out.h5").exists()
