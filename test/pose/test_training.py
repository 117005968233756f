import csv
import shutil

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.pose.adaptation import Adaptation, AdaptationPlan
from emgsim_ros.pose.bag_session import as_session, session_to_bag
from emgsim_ros.pose.checkpoint import load_pose
from emgsim_ros.pose.evaluation import Analysis
from emgsim_ros.pose.networks.streaming import DecoderSize
from emgsim_ros.pose.tables import markdown, stages_markdown
from emgsim_ros.pose.training import PoseTraining, PoseTrainingPlan, setup_of_data_set, setup_of_recordings
from emgsim_ros.sessions.pose_session import ANGLE_NAMES

SMALL = DecoderSize(mixed=24, units=32, dropout=0.0)
PLAN = PoseTrainingPlan(decoder=SMALL, seconds=2.0, stride=0.5, batch=8, epochs=20, learning_rate=1e-2)
TEXT = """
network: streaming
decoder: {mixed: 24, units: 32, dropout: 0.0}
seconds: 2.0
stride: 0.5
batch: 8
epochs: 20
learning_rate: 0.01
"""


@pytest.fixture(scope="module")
def trained(data_set, tmp_path_factory):
    """What `emgsim pose train` makes of the data set."""
    folder = tmp_path_factory.mktemp("experiments")
    plan = folder / "small.yaml"
    plan.write_text(TEXT)
    command = ["pose", "train", "--data", str(data_set), "--plan", str(plan), "--folder", str(folder)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    return folder / "small" / "pose.safetensors"


def test_a_trained_decoder_beats_mean_pose_and_line(data_set, trained):
    loaded, analysis = load_pose(trained), Analysis(data_set, 2.0)
    ours = analysis.of("ours", loaded.network, loaded.angle_names)
    baselines = {(f.network, f.generalization): f.errors.angle for f in analysis.baselines(loaded) if f.stage == "all"}
    for finding in ours:
        assert finding.errors.angle < 0.7 * baselines["mean pose", finding.generalization]
    assert baselines["linear on RMS", "user"] < 0.7 * baselines["mean pose", "user"]
    table = markdown(ours)
    assert table.count("\n") == 4 and "| ours | tracking |" in table


def test_the_stages_errors_make_up_the_whole(data_set, trained):
    loaded, analysis = load_pose(trained), Analysis(data_set, 2.0)
    found = analysis.with_stages("ours", loaded.network, loaded.angle_names, ("regression",))
    parts = [one for one in found if one.stage != "all"]
    assert [one for one in found if one.stage == "all"] == analysis.of(
        "ours", loaded.network, loaded.angle_names, ("regression",)
    )
    for generalization in ("user", "user_stage"):
        whole = analysis.finding("ours", loaded.network, loaded.angle_names, generalization, "regression")
        mine = [part for part in parts if part.generalization == generalization]
        assert mine and sum(part.windows for part in mine) == whole.windows
        mean = sum(part.windows * part.errors.angle for part in mine) / whole.windows
        assert mean == pytest.approx(whole.errors.angle, rel=1e-6)
    table = stages_markdown(parts)
    assert "ours (regression)" in table and "(not in the training)" in table


def test_a_known_initial_pose_helps(data_set, trained):
    loaded, analysis = load_pose(trained), Analysis(data_set, 1.0)
    errors = {
        f.way: f.errors.angle
        for f in analysis.of("ours", loaded.network, loaded.angle_names)
        if f.generalization == "user"
    }
    assert errors["tracking"] < errors["regression"]


def test_the_card_describes_the_training(trained):
    card = load_pose(trained).card
    assert (
        card["training"]["sessions"] == 4 and card["training"]["epochs"] == 20 and card["angles"] == list(ANGLE_NAMES)
    )
    with (trained.parent / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20 and float(rows[-1]["held_out"]) < float(rows[0]["held_out"])


def test_an_interrupted_training_is_continued(data_set, tmp_path):
    def interrupt(stage, done, *_):
        if done == 3:
            raise KeyboardInterrupt

    training = PoseTraining(PLAN, setup_of_data_set(PLAN, data_set), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        training.run(interrupt)
    resumed = PoseTraining(PLAN, setup_of_data_set(PLAN, data_set), tmp_path)
    assert resumed.epochs == 3 and resumed.validation == training.validation and resumed.minutes == training.minutes
    for name, weight in training.network.state_dict().items():
        assert torch.equal(resumed.network.state_dict()[name], weight)
    resumed.run()
    assert resumed.epochs == PLAN.epochs and resumed.validation < training.validation
    with pytest.raises(InvalidInput, match="plan"):
        PoseTraining(PoseTrainingPlan(), setup_of_data_set(PLAN, data_set), tmp_path)


def test_training_ends_when_its_computing_time_is_spent(data_set, tmp_path):
    plan = PoseTrainingPlan(**{**vars(PLAN), "minutes": 0.01, "epochs": 500})
    training = PoseTraining(plan, setup_of_data_set(plan, data_set), tmp_path)
    training.run()
    assert training.epochs < 500 and 0.01 <= training.minutes < 0.2


def test_training_ends_when_nothing_is_gained(data_set, tmp_path):
    plan = PoseTrainingPlan(**{**vars(PLAN), "learning_rate": 1e-12, "patience": 2, "epochs": 50})
    training = PoseTraining(plan, setup_of_data_set(plan, data_set), tmp_path)
    training.run()
    assert training.epochs <= 6


@pytest.mark.parametrize("kind", ["regression_vemg2pose", "regression_neuropose", "emg2pose_mlp"])
def test_the_other_kinds_train_in_the_same_pipeline(data_set, tmp_path, kind):
    plan = PoseTrainingPlan(network=kind, seconds=0.4, stride=4.0, batch=2, epochs=1, tracked=0.0)
    training = PoseTraining(plan, setup_of_data_set(plan, data_set), tmp_path)
    training.run()
    assert training.epochs == 1 and np.isfinite(training.validation)
    assert training.network.ways == ("regression",)


def test_adaptation_lowers_the_error_of_a_person(data_set, trained, tmp_path):
    """The person's electrodes are placed in reverse order."""
    from emgsim_ros.sessions.pose_session import PoseSession, SessionFacts, write_session

    with PoseSession(data_set / "session5.hdf5") as session:
        records = session.read()
    turned = tmp_path / "turned.hdf5"
    write_session(
        turned,
        SessionFacts("t", "s", "u", "left", 0.0, 8.0, 2000),
        records["emg"][:, ::-1].copy(),
        records["joint_angles"],
    )
    training = PoseTrainingPlan(seconds=1.0, stride=0.25, batch=4, epochs=15, learning_rate=3e-3)
    adaptation = Adaptation(load_pose(trained), turned, AdaptationPlan(0.3, 0.4, training), tmp_path / "adapted")
    before, after = adaptation.run()
    assert after["regression"] < 0.9 * before["regression"]
    path = adaptation.save(tmp_path / "adapted", ["emgsim", "pose", "adapt"])
    again = load_pose(path)
    assert again.card["adapted_from"]["sessions"] == 4
    adapted = {n: w for n, w in again.network.state_dict().items()}
    assert all(torch.equal(w, adapted[n]) for n, w in adaptation._trained.network.state_dict().items())


def test_a_decoder_is_trained_on_bags_and_sessions_directly(data_set, tmp_path):
    plan, bag = tmp_path / "small.yaml", tmp_path / "bag"
    plan.write_text(TEXT.replace("epochs: 20", "epochs: 2").replace("seconds: 2.0", "seconds: 0.5"))
    session_to_bag(data_set / "session0.hdf5", bag)
    one = ["pose", "train", "--plan", str(plan), "--folder", str(tmp_path), "--data", str(data_set / "session1.hdf5")]
    assert CliRunner().invoke(app, one).exit_code == 0
    card = load_pose(tmp_path / "small" / "pose.safetensors").card
    assert card["training"]["sessions"] == 1 and card["training"]["data"] == "session1.hdf5"
    session = as_session(bag, tmp_path, ANGLE_NAMES)
    setup = setup_of_recordings(PLAN, [session, data_set / "session1.hdf5"])
    assert [one.samples for one in setup.train] == [320, 320] and [one.samples for one in setup.validation] == [
        80,
        80,
    ]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"network": "transformer"}, "transformer"),
        ({"decoder": DecoderSize(rows=2)}, "channels"),
        ({"decoder": DecoderSize(sample_rate=2048, frame=32)}, "sample rate"),
        ({"seconds": 60.0}, "60"),
        ({"tracked": 1.5}, "tracked"),
        ({"batch": 0}, "batch"),
    ],
)
def test_impossible_trainings_are_refused(data_set, tmp_path, values, named):
    with pytest.raises(InvalidInput, match=named):
        plan = PoseTrainingPlan(**{**vars(PLAN), **values})
        PoseTraining(plan, setup_of_data_set(plan, data_set), tmp_path)


def test_a_data_set_that_lacks_a_session_or_a_split_is_refused(data_set, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(data_set, copy)
    (copy / "session1.hdf5").unlink()
    with pytest.raises(InvalidInput, match="session1"):
        setup_of_data_set(PLAN, copy)
    rows = (copy / "metadata.csv").read_text().splitlines()
    (copy / "metadata.csv").write_text("\n".join(row for row in rows if ",val," not in row) + "\n")
    with pytest.raises(InvalidInput, match="split val"):
        setup_of_data_set(PLAN, copy)


def test_evaluate_and_analyse_show_errors(data_set, trained, tmp_path):
    runner = CliRunner()
    result = runner.invoke(
        app, ["pose", "evaluate", "--data", str(data_set), "--checkpoint", str(trained), "--seconds", "2", "--card"]
    )
    assert result.exit_code == 0 and "jerk_rad_s3" in result.output, result.output
    card = load_pose(trained).card["held_out"]
    assert set(card) == {"regression", "tracking"} and set(card["tracking"]) == {"user", "stage", "user_stage"}
    command = ["pose", "analyse", "--data", str(data_set), "--checkpoint", str(trained), "--output", str(tmp_path)]
    result = runner.invoke(app, command)
    assert result.exit_code == 0, result.output
    with (tmp_path / "errors.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["generalization"] for row in rows} == {"user", "stage", "user_stage"} and len(rows) > 12
    assert len([row for row in rows if row["stage"] == "all"]) == 12
    assert (tmp_path / "errors.png").stat().st_size > 10_000
