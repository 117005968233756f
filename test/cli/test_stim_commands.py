"""``emgsim stim``: from a virtual patient to a network, its figures and a search, with small numbers."""

import pytest
from PIL import Image
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.plans import load_plan
from emgsim_ros.stimulation.training import StimulationTrainingPlan


def emgsim(*arguments):
    result = CliRunner().invoke(app, ["stim", *(str(argument) for argument in arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Recordings of a few configurations and a network trained on them for a moment."""
    home = tmp_path_factory.mktemp("stim")
    session, plan = home / "session.yaml", home / "network.yaml"
    session.write_text("configurations: 20\namplitudes: [1, 3]\nfrequencies: [40]\nseconds: 0.12\n")
    plan.write_text("network: {cell: ei, units: 12, electrode_units: 8}\nepochs: 1\nbatch: 8\n")
    emgsim("simulate-patient", "--plan", session, "--output", home / "patient.h5")
    output = emgsim(*("train", "--data", home / "patient.h5", "--plan", plan, "--experiment", "tiny", "--folder", home))
    assert "recruitment R2" in output and (home / "tiny" / "losses.png").is_file()
    return home / "patient.h5", home / "tiny" / "network.safetensors"


def test_a_network_is_tested_on_held_out_configurations(trained):
    data, weights = trained
    assert "held out" in emgsim("test", "--data", data, "--patient", weights)


def test_the_figures_are_drawn(trained, tmp_path):
    data, weights = trained
    output = emgsim("analyse", "--data", data, "--patient", weights, "--output", tmp_path)
    assert "40 Hz: hidden activity repeats after 25 ms" in output
    for name in ("recruitment", "selectivity", "raw", "orbits", "inside"):
        assert Image.open(tmp_path / f"{name}.png").size[0] > 500


def test_a_configuration_is_found_and_drawn(trained, tmp_path):
    _, weights = trained
    picture = tmp_path / "lead.png"
    output = emgsim("optimise", "--target", "TA_left", "--patient", weights, "--evaluations", 12, "--picture", picture)
    assert output.count("TA_left: cathodes") == 1 and Image.open(picture).size[1] > 300


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("simulate-patient", "--lead", "thoracic", "--output", "x.h5"), "thoracic"),
        (("train", "--data", "nowhere.h5"), "nowhere.h5"),
        (("lead", "lumbar", "--cathode", 20, "--anode", 16), "cathodes"),
        (("optimise", "--target", "biceps"), "biceps"),
        (("optimise", "--target", "TA_left", "--patient", "nowhere"), "nowhere"),
    ],
)
def test_bad_input_is_named(arguments, named):
    with pytest.raises(InvalidInput, match=named):
        emgsim(*arguments)


def test_a_lead_is_drawn_with_its_configuration(tmp_path):
    emgsim("lead", "cervical", "--cathode", 2, "--cathode", 3, "--anode", 16, "--output", tmp_path / "lead.png")
    assert Image.open(tmp_path / "lead.png").size[1] > 300


def test_a_search_finds_a_plan_and_trains_by_it(trained, tmp_path):
    data, _ = trained
    plan = tmp_path / "plan.yaml"
    plan.write_text("network: {cell: gru}\nepochs: 1\n")
    emgsim(
        *("train", "--data", data, "--plan", plan, "--experiment", "search", "--folder", tmp_path),
        *("--search", 2, "--search-epochs", 1),
    )
    found = load_plan(StimulationTrainingPlan, tmp_path / "search" / "plan.yaml")
    assert found.network.cell == "gru" and found.epochs == 1
    assert (tmp_path / "search" / "network.safetensors").is_file()
