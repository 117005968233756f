"""``emgsim learn``."""

import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import checkpoint_file
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


def test_a_policy_for_another_environment_from_the_command_line(tmp_path):
    plan = tmp_path / "swing.yaml"
    plan.write_text(PLAN.replace("2048", "512").replace("1024", "256"))
    made = run.invoke(app, ["learn", "train", str(plan), "--environment", "Pendulum-v1", "--folder", str(tmp_path)])
    weights = tmp_path / "swing" / "policy.safetensors"
    assert made.exit_code == 0 and load_policy(weights).environment == "Pendulum-v1"
    tested = run.invoke(app, ["learn", "test", str(weights), "--episodes", "1"])
    assert tested.exit_code == 0 and "Pendulum-v1" in tested.output and "constant" in tested.output


def test_imitation_rejects_several_processes(tmp_path):
    with pytest.raises(InvalidInput, match="--processes"):
        run.invoke(app, ["learn", "train", "hand_pose", "--processes", "2"], catch_exceptions=False)


BLOCK = "import sys; sys.modules.update(dict.fromkeys(['stable_baselines3', 'sb3_contrib', 'cma']))\n"
COMMAND = "from emgsim_ros.cli.app import main; sys.exit(main())"


def without_extra(*arguments, code=COMMAND):
    """Run the command line in a process that cannot import the packages of the extra ``learn``."""
    return subprocess.run(
        [sys.executable, "-P", "-c", BLOCK + code, *arguments], capture_output=True, text=True, timeout=120
    )


def test_policies_are_tested_and_drawn_without_the_extra(tmp_path):
    tested = without_extra("learn", "test", "policy_arm_reach", "--episodes", "1", "--no-baselines")
    assert tested.returncode == 0 and "policy_arm_reach" in tested.stdout
    strip = tmp_path / "strip.png"
    drawn = without_extra("learn", "draw", "policy_arm_reach", "--output", str(strip), "--frames", "2")
    assert drawn.returncode == 0 and strip.is_file()
    gains = str(checkpoint_file("reflexes_stand", suffix=".json"))
    beside = without_extra(
        "learn", "test", "emgsim/Stand-v0", "--random", "--no-baselines", "--episodes", "1", "--reflexes", gains
    )
    assert beside.returncode == 0 and "reflexes" in beside.stdout


def test_the_policy_node_and_a_pilot_need_no_extra():
    code = (
        "import emgsim_ros.nodes.policy, emgsim_ros.offline.simulate\n"
        "from emgsim_ros.parts import build_part\n"
        "print(build_part('policy', 'network', 'policy_arm_reach').muscles)\n"
    )
    done = without_extra(code=code)
    assert done.returncode == 0 and "BIClong" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "package"),
    [(("train", "arm_reach"), "sb3-contrib"), (("reflexes", "emgsim/Stand-v0"), "cma")],
)
def test_a_missing_extra_is_one_line(arguments, package, tmp_path):
    done = without_extra("learn", *arguments, "--folder", str(tmp_path))
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert package in done.stderr and "pip install 'emgsim-ros[learn]'" in done.stderr


def test_imitation_needs_no_extra(tmp_path):
    plan = tmp_path / "posture.yaml"
    plan.write_text(
        "environment: emgsim/HandPose-v0\nalgorithm: imitation\nsteps: 200\nlayers: [8]\n"
        "hyper: {rollout: 200, batch: 64, epochs: 1}\n"
    )
    done = without_extra("learn", "train", str(plan), "--folder", str(tmp_path))
    assert done.returncode == 0 and (tmp_path / "posture" / "policy.safetensors").is_file(), done.stderr
