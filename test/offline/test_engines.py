"""The engine of an offline simulation."""

import h5py
import numpy as np
import pytest
from model_of_all_joints import build
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import UnknownPart
from emgsim_ros.musculoskeletal.opensim.runtime import opensim
from emgsim_ros.offline.engines import with_engine
from emgsim_ros.offline.simulate import OfflineSimulation
from emgsim_ros.scenario import load_scenario


def engine_of(scenario):
    return scenario.parameters("musculoskeletal").engine


def test_mujoco_takes_the_place_of_opensim_unless_an_engine_is_given():
    scenario = load_scenario("leg_sim")
    assert engine_of(scenario) == "opensim" and engine_of(with_engine(scenario)) == "mujoco"
    assert engine_of(with_engine(scenario, "opensim")) == "opensim"
    with pytest.raises(UnknownPart, match="opensim, mujoco"):
        with_engine(scenario, "mujoko")


def test_a_model_that_mujoco_does_not_support_stays_with_its_engine(tmp_path):
    model = build()
    bodies = model.getBodySet()
    model.addForce(opensim.BushingForce("cartilage", bodies.get("pin"), bodies.get("cap")))
    model.finalizeConnections()
    model.printToXML(str(tmp_path / "other.osim"))
    scenario = load_scenario("leg_sim").changed("musculoskeletal", model=str(tmp_path / "other.osim"))
    assert engine_of(with_engine(scenario)) == "opensim"


def test_the_chunks_hold_the_states_of_single_steps():
    scenario = with_engine(load_scenario("leg_sim"))
    together, alone = OfflineSimulation(scenario), OfflineSimulation(scenario)
    states = [state for part, _ in together.chunks(1.25) for state in part]
    for state in states:
        single, _ = alone.step()
        assert state.stamp == single.stamp
        assert np.allclose(state.excitation, single.excitation, atol=1e-9)
        assert np.allclose(state.position, single.position, atol=1e-12)
    assert states[-1].stamp == 1_250_000_000


def test_the_command_takes_an_engine(tmp_path):
    for options, used in (([], "mujoco"), (["--engine", "opensim"], "opensim")):
        path = tmp_path / f"{used}.h5"
        done = CliRunner().invoke(app, ["simulate", "leg_sim", "--duration", "0.2", "--output", str(path), *options])
        assert done.exit_code == 0, done.output
        with h5py.File(path) as file:
            assert f'"engine": "{used}"' in file.attrs["parameters"]
