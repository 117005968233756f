"""``emgsim muap``: from a data set to trained weights and potentials, with small numbers."""

import json

import h5py
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput

SMALL = {"start_arms": 2, "start_steps": 100, "epochs": 1, "encoder_epochs": 1, "encoder_steps": 1, "encoder_batch": 4}


def emgsim(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "muaps.h5"
    emgsim("muap", "simulate", "--output", path, "--arms", 3, "--held-out-arms", 1, "--workers", 2)
    return path


def test_from_data_set_to_trained_weights_and_their_test(data, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("\n".join(f"{name}: {value}" for name, value in SMALL.items()))
    arguments = ("muap", "train", "--data", data, "--plan", plan, "--experiment", "tiny", "--folder", tmp_path)
    emgsim(*arguments)
    weights = tmp_path / "tiny" / "generator.safetensors"
    assert weights.is_file() and (tmp_path / "tiny" / "losses.png").is_file()
    emgsim(*arguments)  # done already
    output = tmp_path / "test"
    table = emgsim("muap", "test", "--data", data, "--checkpoint", weights, "--output", output, "--card")
    assert "held-out" in table and len((output / "nrmse.md").read_text().splitlines()) == 15
    for name in ("samples.png", "statistics.png"):
        assert Image.open(output / name).size[0] > 500
    assert len(json.loads(weights.with_suffix(".json").read_text())["nrmse_percent"]) == 6


def test_samples_and_morphs_as_files(tmp_path):
    samples, morphed = tmp_path / "samples.h5", tmp_path / "morphed.npy"
    emgsim("muap", "generate", "sample", "--count", 3, "--output", samples, "--animation", tmp_path / "one.gif")
    with h5py.File(samples) as file:
        assert file["potentials"].shape == (3, 10, 32, 96) and file["potentials"].attrs["unit"] == "mV"
        conditions = file["conditions"][:]
    assert Image.open(tmp_path / "one.gif").n_frames == 96
    again = tmp_path / "again.npy"
    emgsim("muap", "generate", "sample", "--count", 3, "--output", again)
    with h5py.File(samples) as file:
        assert np.array_equal(np.load(again), file["potentials"][:])  # the same seed
    np.savetxt(tmp_path / "wanted.csv", conditions * [1.2, 1, 1, 1, 1, 1], delimiter=",")
    emgsim(
        *("muap", "generate", "morph", f"{samples}:potentials", "--output", morphed),
        *("--conditions", tmp_path / "wanted.csv", "--source-conditions", f"{samples}:conditions", "--steps", 2),
    )
    assert np.load(morphed).shape == (3, 2, 10, 32, 96)


def test_the_units_of_a_moving_arm(tmp_path):
    output = tmp_path / "moving.h5"
    emgsim(
        *("muap", "generate", "dynamic", "open", "grasp", "--duration", 0.4, "--rate", 5, "--units", 2),
        *("--muscle", "FDSM", "--muscle", "FCR", "--output", output, "--animation", tmp_path / "moving.gif"),
    )
    with h5py.File(output) as file:
        potentials, lengths = file["potentials"][:], file["relative_lengths"][:]
        assert potentials.shape == (4, 3, 10, 32, 64)
        assert file["muscles"].asstr()[:].tolist() == ["FDSM", "FDSM", "FCR", "FCR"]
    assert lengths[0, 0] == pytest.approx(1.0) and lengths[0, -1] < 0.9  # the grasp shortens the flexor
    assert (np.ptp(potentials, axis=(2, 3, 4)) > 0).all()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("generate", "dynamic", "open"), "poses"),
        (("generate", "dynamic", "open", "grasp", "--duration", "1", "--duration", "2"), "durations"),
        (("generate", "dynamic", "open", "fly", "--muscle", "FCR"), "fly"),
        (("generate", "sample", "--checkpoint", "nowhere"), "nowhere"),
        (("generate", "sample", "--biomime", "--checkpoint", "nowhere.pth"), "nowhere.pth"),
        (("simulate", "--plan", "nowhere"), "nowhere"),
    ],
)
def test_bad_input_is_named(tmp_path, arguments, named):
    with pytest.raises(InvalidInput, match=named):
        emgsim("muap", *arguments, "--output", tmp_path / "out.h5")
