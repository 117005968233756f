import shutil

import h5py
import numpy as np
import pytest
from model_files import assert_same_model
from typer.testing import CliRunner

from emgsim_ros.cli.app import app, main
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import share_directory

run = CliRunner()


@pytest.fixture(autouse=True)
def own_cache(cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


@pytest.mark.parametrize("verb", ["launch", "simulate", "view", "model", "muap", "sessions"])
def test_every_verb_explains_itself(verb):
    result = run.invoke(app, [verb, "--help"])
    assert result.exit_code == 0 and "Usage" in result.output


def test_simulate_writes_a_file_and_view_draws_it(tmp_path, small_config):
    file, picture = tmp_path / "out.h5", tmp_path / "emg.png"
    result = run.invoke(
        app, ["simulate", "forearm_sim", "--duration", "1", "--output", str(file), "--config", str(small_config)]
    )
    assert result.exit_code == 0 and "times real time" in result.output
    with h5py.File(file) as data:
        assert data["emg/samples"].shape == (2048, 32) and data["emg/samples"].attrs["sample_rate"] == 2048
        assert np.diff(data["muscles/stamp"][:]).tolist() == [10_000_000] * 100
        assert data["muscles/excitation"].shape == (101, 43) and data["joints/position"].shape == (101, 23)
        assert data["spikes/sample"][:].max() < 2048
        assert '"seed": 1' in data.attrs["parameters"]
    result = run.invoke(app, ["view", str(file), "--picture", str(picture)])
    assert result.exit_code == 0 and picture.read_bytes().startswith(b"\x89PNG")


def test_two_simulations_of_a_seed_are_identical_and_seeds_differ(tmp_path, small_config):
    samples = []
    for name, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        file = tmp_path / f"{name}.h5"
        arguments = ["--duration", "0.5", "--output", str(file), "--config", str(small_config), "--seed", seed]
        assert run.invoke(app, ["simulate", "forearm_sim", *arguments]).exit_code == 0
        with h5py.File(file) as data:
            samples.append(data["emg/samples"][:])
    assert np.array_equal(samples[0], samples[1]) and not np.array_equal(samples[0], samples[2])


def test_a_scenario_without_emg_is_simulated_and_says_so_when_asked_for_emg(tmp_path):
    file = tmp_path / "legs.h5"
    assert run.invoke(app, ["simulate", "leg_sim", "--duration", "1", "--output", str(file)]).exit_code == 0
    with h5py.File(file) as data:
        assert data["muscles/excitation"].shape == (101, 14) and "emg" not in data
        assert data["muscles/relative_fiber_length"][:].min() > 0.4
    pictured = ["view", str(file), "--picture", str(tmp_path / "emg.png")]
    for arguments, named in (
        (pictured, "with EMG"),
        (["view", str(file)], "--picture"),
        (["muap", "bank", "leg_sim"], "node 'emg'"),
    ):
        with pytest.raises(InvalidInput, match=named):
            raise run.invoke(app, arguments).exception


def test_model_info_lists_joints_and_muscles():
    result = run.invoke(app, ["model", "info", "leg"])
    assert result.exit_code == 0 and "knee_flexion_left" in result.output and "Sol_right" in result.output


def test_model_draw_makes_a_picture(tmp_path):
    picture = tmp_path / "poses.png"
    arguments = ["--model", "leg", "--poses", "leg_poses", "--view", "leg", "--output", str(picture)]
    assert run.invoke(app, ["model", "draw", "hang", "step_left+toes_up", *arguments]).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_model_build_writes_the_model_beside_its_tables(tmp_path):
    shutil.copytree(share_directory() / "config" / "models" / "leg", tmp_path / "leg")
    assert run.invoke(app, ["model", "build", str(tmp_path / "leg")]).exit_code == 0
    assert_same_model(tmp_path / "leg.osim", share_directory() / "config" / "models" / "leg.osim")


def test_muap_bank_prepares_the_cache(small_config):
    result = run.invoke(app, ["muap", "bank", "forearm_sim", "--config", str(small_config)])
    assert result.exit_code == 0 and "312 motor units of 26 muscles" in result.output


def test_launch_writes_the_explained_parameter_file(tmp_path):
    path = tmp_path / "mine.yaml"
    assert run.invoke(app, ["launch", "forearm_sim", "--write-config", str(path)]).exit_code == 0
    assert path.read_text() == (share_directory() / "config" / "forearm_sim.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["simulate", "forearm", "--duration", "1", "--output", "x.h5"], "forearm_sim"),
        (["simulate", "forearm_sim", "--duration", "-1", "--output", "x.h5"], "duration"),
        (["launch", "forearm_sim", "--device", "tpu"], "device"),
        (["launch", "forearm_sim", "--seed", "-3"], "seed"),
        (["launch", "forearm_sim", "--config", "none.yaml"], r"none\.yaml"),
        (["view", "nothing.h5"], r"nothing\.h5"),
        (["sessions", "info", "nothing"], "nothing"),
        (["model", "info", "arms"], "forearm_hand"),
        (["model", "draw", "handstand"], "handstand"),
        (["model", "draw", "rest", "--view", "foot"], "hand, leg"),
        (["model", "build", "nothing"], "passive_joints"),
    ],
)
def test_bad_input_is_one_clear_error(arguments, named, small_config):
    if arguments[0] == "simulate":
        arguments = [*arguments, "--config", str(small_config)]
    result = run.invoke(app, arguments)
    assert isinstance(result.exception, InvalidInput)
    with pytest.raises(InvalidInput, match=named):
        raise result.exception


def test_main_turns_errors_into_one_line_and_exit_code_2(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["emgsim", "simulate", "forearm", "--duration", "1", "--output", "x.h5"])
    assert main() == 2
    error = capsys.readouterr().err
    assert error.startswith("error: unknown scenario 'forearm'; known: ") and error.count("\n") == 1
