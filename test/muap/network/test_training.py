import csv
import json

import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.experiments import LOSSES
from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap.network.checkpoint import load_trained, save_trained, write_results
from emgsim_ros.muap.network.examples import MuapExamples
from emgsim_ros.muap.network.training import MuapTraining, MuapTrainingPlan, muap_card, relative_error

PLAN = MuapTrainingPlan(
    components=4,
    width=16,
    layers=2,
    start_arms=3,
    start_steps=200,
    epochs=2,
    arms_per_batch=2,
    encoder_width=8,
    encoder_epochs=2,
    encoder_steps=2,
    encoder_batch=8,
)


@pytest.fixture(scope="module")
def examples(dataset):
    return MuapExamples(dataset)


def test_a_training_improves_and_writes_its_losses(examples, tmp_path):
    training = MuapTraining(PLAN, examples, tmp_path)
    batch = next(examples.batches(1, 4, np.random.default_rng(0)))
    training.run()
    with torch.inference_mode():
        error = relative_error(training.generator(batch.units, batch.recording), batch.potentials).mean() ** 0.5
    assert error < 0.5  # an untrained generator makes nothing: 1
    with (tmp_path / LOSSES).open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["stage"], row["epoch"]) for row in rows] == [
        ("generator", "1"),
        ("generator", "2"),
        ("encoder", "1"),
        ("encoder", "2"),
    ]


def test_an_interrupted_training_is_continued_to_the_same_weights(examples, tmp_path):
    class Stop(Exception):
        pass

    def stop(stage, done, *_):
        if (stage, done) == ("generator", 1):
            raise Stop

    whole = MuapTraining(PLAN, examples, tmp_path / "whole")
    whole.run()
    with pytest.raises(Stop):
        MuapTraining(PLAN, examples, tmp_path / "broken").run(stop)
    resumed = MuapTraining(PLAN, examples, tmp_path / "broken")
    stages = []
    resumed.run(lambda stage, done, *_: stages.append((stage, done)))
    assert stages == [("generator", 2), ("encoder", 1), ("encoder", 2)]
    for name, value in whole.generator.state_dict().items():
        assert torch.allclose(resumed.generator.state_dict()[name], value, rtol=1e-4, atol=1e-6), name
    with pytest.raises(InvalidInput, match="plan"):
        MuapTraining(MuapTrainingPlan(), examples, tmp_path / "broken")


def test_weights_and_card_come_back(examples, tmp_path):
    training = MuapTraining(PLAN, examples, tmp_path)
    training.run()
    path = tmp_path / "generator.safetensors"
    save_trained(path, training.generator, training.encoder, muap_card(training, examples, ["emgsim", "muap"]))
    write_results(path, {"generation": 0.5})
    loaded = load_trained(path)
    for name, value in training.generator.state_dict().items():
        assert torch.equal(loaded.generator.state_dict()[name], value), name
    assert loaded.card["nrmse_percent"] == {"generation": 0.5}
    assert loaded.card["data"]["plan"]["arms"] == 6 and loaded.card["training"]["plan"]["components"] == 4


def test_the_card_that_ships_says_how_and_how_well():
    card = json.loads((config_file("generator", folder="muap").parents[2] / "ckp/muap_generator.json").read_text())
    assert card["training"]["plan"] == vars(load_plan(MuapTrainingPlan, config_file("generator", folder="muap")))
    assert "emgsim muap train" in card["training"]["command"] and card["license"] == "Apache-2.0"
    assert all(value < 2.0 for value in card["nrmse_percent"].values()) and len(card["nrmse_percent"]) == 6


def test_broken_checkpoints_are_refused_by_name(examples, tmp_path):
    training = MuapTraining(PLAN, examples, tmp_path)
    path = tmp_path / "generator.safetensors"
    card = muap_card(training, examples, ["emgsim"])
    save_trained(path, training.generator, training.encoder, card)
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    with pytest.raises(InvalidInput, match="safetensors"):
        load_trained(path)
    path.write_bytes(whole)
    text = path.with_suffix(".json").read_text()
    path.with_suffix(".json").write_text(text.replace('"width": 16', '"width": 32'))
    with pytest.raises(InvalidInput, match="weights that its card describes"):
        load_trained(path)
    path.with_suffix(".json").write_text("{}")
    with pytest.raises(InvalidInput, match="size"):
        load_trained(path)
    path.with_suffix(".json").write_text("no card")
    with pytest.raises(InvalidInput, match="JSON"):
        load_trained(path)
    path.with_suffix(".json").unlink()
    with pytest.raises(InvalidInput, match="card"):
        load_trained(path)


@pytest.mark.parametrize("text", ["width: -1", "width: 2.5", "learning_rate: fast", "depth: 3"])
def test_broken_plans_are_refused_by_name(tmp_path, text):
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=text.split(":")[0]):
        load_plan(MuapTrainingPlan, path)
