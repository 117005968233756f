"""The file of an offline simulation."""

import h5py
import pytest

from emgsim_ros.offline.simulate import simulate
from emgsim_ros.scenario import load_scenario

SMALL = """
emg:
  ros__parameters: {{units_per_muscle: 2, rows: 4, columns: 8, frame: {frame}}}
"""


@pytest.mark.parametrize("frame", ["forearm", "left_arm"])
def test_the_electrodes_are_in_the_frame_of_the_emg_node(tmp_path, cache, monkeypatch, frame):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    (tmp_path / "small.yaml").write_text(SMALL.format(frame=frame))
    simulate(load_scenario("forearm_sim", str(tmp_path / "small.yaml")), 0.1, tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        attributes = dict(file["emg/positions"].attrs)
        assert (attributes["frame"], attributes["unit"], attributes["rows"]) == (frame, "m", 4)
