"""Regression within a person, the upper reference of a decoder."""

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.pose.checkpoint import save_pose
from emgsim_ros.pose.networks.streaming import DecoderSize, StreamingDecoder
from emgsim_ros.pose.tables import reference_markdown
from emgsim_ros.pose.within_person import chosen_model, within_person_reference
from emgsim_ros.sessions.pose_session import ANGLE_NAMES

pytest.importorskip("sklearn")

SMALL = DecoderSize(mixed=8, units=8, layers=1, dropout=0.0)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return StreamingDecoder(SMALL, 20).eval()


def test_a_person_whose_emg_determines_the_angles_is_decoded_and_by_an_untrained_network_not(data_set, network):
    [row] = within_person_reference(data_set, network, ANGLE_NAMES, "user", seconds=1.0)
    assert row.stage == "waves" and row.people == 1
    assert row.within["all angles"]["r2"].value > 0.7
    assert set(row.decoder) == {"regression", "tracking"}
    assert row.decoder["regression"]["all angles"]["r2"].value < 0.3
    table = reference_markdown([row])
    assert "| waves | finger flexion |" in table and "decoder, tracking" in table


def test_sessions_that_are_too_short_are_refused(data_set, network):
    with pytest.raises(InvalidInput, match="longer"):
        within_person_reference(data_set, network, ANGLE_NAMES, "user", seconds=10.0)


@pytest.mark.parametrize("curved", [False, True])
def test_the_model_is_chosen_by_the_end_of_the_data(curved):
    rng = np.random.default_rng(0)
    features = rng.uniform(-2.0, 2.0, (600, 2))
    angles = np.sin(3 * features) if curved else features @ np.array([[1.0, 0.5], [0.0, -1.0]])
    model = chosen_model(features, angles)
    wrong = model.predict(features) - angles
    assert np.square(wrong).mean() < 0.05 * angles.var()
    assert (type(model[-1]).__name__ == "Ridge") != curved


def test_the_command_writes_the_table(data_set, network, tmp_path):
    save_pose(tmp_path / "pose.safetensors", network, "streaming", SMALL, ANGLE_NAMES, {})
    command = ["pose", "reference", "--data", str(data_set), "--checkpoint", str(tmp_path / "pose.safetensors")]
    output = tmp_path / "tables" / "reference.md"
    result = CliRunner().invoke(app, [*command, "--output", str(output), "--seconds", "1"])
    assert result.exit_code == 0, result.output
    assert output.read_text() in result.output and "| waves | thumb |" in output.read_text()
