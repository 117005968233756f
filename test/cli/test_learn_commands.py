import numpy as np
import pytest
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.learning.policy import load_policy

run = CliRunner()
PLAN = "environment: emgsim/ArmReach-v0\nsteps: 2048\nprocesses: 1\nlayers: [8]\nhyper: {rollout: 1024}\n"


def test_train_and_test_from_the_command_line(tmp_path):
    plan = tmp_path / "tiny.yaml"
    plan.write_text(PLAN)
    made = run.invoke(app, ["learn", "train", str(plan), "--folder", str(tmp_path)])
    weights = tmp_path / "tiny" / "policy.safetensors"
    assert made.exit_code == 0 and weights.is_file()
    tested = run.invoke(app, ["learn", "test", str(weights), "--episodes", "1", "--card"])
    assert tested.exit_code == 0 and "random" in tested.output and "constant" in tested.output
    strip = tmp_path / "pictures" / "strip.png"
    drawn = run.invoke(app, ["learn", "draw", str(weights), "--output", str(strip), "--frames", "2", "--beside", "0.1"])
    assert drawn.exit_code == 0 and strip.stat().st_size > 5000
    card = load_policy(weights).card
    assert card["steps"] == 2048 and np.isfinite(card["margin_sd"]) and card["results"]["policy"]["mean_length"] == 200


def test_learning_curves_stand_beside_each_other(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "returns.csv").write_text("steps,mean_return\n10000,-3.0\n20000,1.0\n")
    folders = [str(tmp_path / "first"), str(tmp_path / "second")]
    drawn = run.invoke(app, ["learn", "curves", *folders, "--output", str(tmp_path / "curves.png")])
    assert drawn.exit_code == 0 and (tmp_path / "curves.png").stat().st_size > 5000
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="returns"):
        run.invoke(
            app,
            ["learn", "curves", str(tmp_path / "empty"), "--output", str(tmp_path / "x.png")],
            catch_exceptions=False,
        )


def test_the_environments_are_listed_and_a_random_controller_acts():
    listed = run.invoke(app, ["learn", "list"])
    assert listed.exit_code == 0 and all(name in listed.output for name in ("ArmReach", "HandPose", "Gait"))
    acted = run.invoke(app, ["learn", "test", "emgsim/Stand-v0", "--random", "--no-baselines", "--episodes", "1"])
    assert acted.exit_code == 0 and "random" in acted.output
    with pytest.raises(InvalidInput, match="environment"):
        run.invoke(app, ["learn", "test", "emgsim/Fly-v0", "--random"], catch_exceptions=False)
