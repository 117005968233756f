"""Policies: their shape, their files, where they come from, and how they are tested."""

import json

import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.learning import training as training_module
from emgsim_ros.learning.actions import ActionRange, excitation_of
from emgsim_ros.learning.controllers import ConstantController, PolicyController, RandomController
from emgsim_ros.learning.evaluation import Episodes, margin, photograph, play
from emgsim_ros.learning.plan import PolicyTrainingPlan
from emgsim_ros.learning.policy import PolicyNetwork, PolicyShape, load_policy, save_policy
from emgsim_ros.learning.training import PolicyTraining

REACH = "emgsim/ArmReach-v0"
MUSCLES = ActionRange.of_excitations(6)
SHAPE = PolicyShape(16, 6, (8, 8), "tanh", False, 2.0)


def small(algorithm, **values):
    fields = {"environment": REACH, "algorithm": algorithm, "steps": 2100, "processes": 1, "layers": (16, 16), **values}
    return PolicyTrainingPlan(**fields)


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "policy.safetensors"
    save_policy(path, PolicyNetwork(SHAPE), REACH, {"note": "as it comes out of the dice"})
    return path


def test_outputs_become_excitations_from_0_to_1():
    outputs = np.array([-2.0, -1.0, 0.0, 1.0, 2.0], np.float32)
    assert np.allclose(excitation_of(outputs, 2.0), [0.0, 0.0, 0.25, 1.0, 1.0])
    steps = np.diff(excitation_of(np.linspace(-1, 1, 20, dtype=np.float32), 3.0))
    assert (steps > 0).all()


def test_a_policy_is_the_same_after_saving(policy):
    loaded = load_policy(policy)
    observation = np.linspace(-1, 1, 16).astype(np.float32)
    again = load_policy(policy).action(observation)
    assert loaded.environment == REACH and loaded.card["note"] and np.array_equal(loaded.action(observation), again)
    assert again.shape == (6,) and (again >= 0).all() and (again <= 1).all()


def test_what_is_no_policy_or_does_not_fit_is_refused(policy, tmp_path):
    with pytest.raises(InvalidInput, match=r"observation.*\(16,\)"):
        load_policy(policy).action(np.zeros(5, np.float32))
    card = json.loads(policy.with_suffix(".json").read_text())
    policy.with_suffix(".json").write_text(json.dumps({**card, "shape": {**card["shape"], "layers": [9, 9]}}))
    with pytest.raises(InvalidInput, match="card describes"):
        load_policy(policy)
    policy.with_suffix(".json").write_text(json.dumps({"kind": "pose"}))
    with pytest.raises(InvalidInput, match="card of a policy"):
        load_policy(policy)


@pytest.mark.parametrize("algorithm", ["ppo", "trpo", "sac", "ddpg"])
def test_every_algorithm_trains_and_its_policy_is_exported_exactly(algorithm, tmp_path):
    training = PolicyTraining(small(algorithm), tmp_path)
    network = training.run()
    training.close()
    theirs, normalised = training._model, training._normalised
    for seed in range(5):
        seen = np.random.default_rng(seed).normal(0.0, 1.0, 16).astype(np.float32)
        wanted, _ = theirs.predict(normalised.normalize_obs(seen), deterministic=True)
        with torch.inference_mode():
            mine = network(torch.from_numpy(seen)).numpy()
        assert np.allclose(mine, np.clip(wanted, -1.0, 1.0), atol=1e-5)


def test_an_interrupted_training_goes_on_where_it_was(tmp_path):
    first = PolicyTraining(small("ppo", steps=2048), tmp_path)
    first.run()
    first.close()
    second = PolicyTraining(small("ppo", steps=4096), tmp_path)
    assert second.done == 2048
    before, after = first.policy().state_dict(), second.policy().state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    second.run()
    second.close()
    assert second.done == 4096
    with pytest.raises(InvalidInput, match="plan is"):
        PolicyTraining(small("ppo", seed=2), tmp_path)


def test_checkpoints_and_returns_come_every_ten_thousand_steps(tmp_path, monkeypatch):
    assert training_module.CHECKPOINT_STEPS == 10_000
    monkeypatch.setattr(training_module, "CHECKPOINT_STEPS", 1_000)  # the same in a tenth of the time
    reported = []
    training = PolicyTraining(small("ppo", steps=2_048), tmp_path)
    training.run(lambda *progress: reported.append(progress))
    training.close()
    assert [done for _, done, *_ in reported] == [1_000, 2_000]
    assert {path.name for path in tmp_path.glob("model_*.zip")} >= {"model_1000.zip", "model_2000.zip"}
    assert len((tmp_path / "returns.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"environment": "emgsim/Fly-v0"}, "environment"),
        ({"algorithm": "magic"}, "algorithm"),
        ({"layers": (0,)}, "layers"),
        ({"steps": 0}, "steps"),
    ],
)
def test_impossible_plans_are_refused(values, named):
    with pytest.raises(InvalidInput, match=named):
        PolicyTrainingPlan(**values)


def test_episodes_are_the_same_every_time_and_for_every_controller(policy):
    controller = PolicyController("mine", load_policy(policy))
    first, second = play(REACH, controller, 2), play(REACH, controller, 2)
    assert first == second and first.lengths == (200, 200)
    random = play(REACH, RandomController(MUSCLES), 2)
    assert random == play(REACH, RandomController(MUSCLES), 2) and random.returns != first.returns
    constant = play(REACH, ConstantController(MUSCLES, 0.1), 2)
    assert constant.name == "constant 0.1" and sum(constant.terms.values()) == pytest.approx(constant.mean)


def test_pictures_come_evenly_and_end_with_the_episode():
    strip = photograph(REACH, ConstantController(MUSCLES, 0.3), 3, 0.2)
    assert [time for time, _ in strip] == pytest.approx([0.0, 0.1, 0.2])
    assert strip[0][1].shape == (480, 480, 3) and (strip[0][1] != strip[2][1]).any()
    fallen = photograph("emgsim/Stand-v0", ConstantController(ActionRange.of_excitations(18), 0.0), 6, 5.0)
    assert 1 < len(fallen) < 6 and 0.5 < fallen[-1][0] < 4.0 and (fallen[-1][1] != fallen[-2][1]).any()


def test_the_margin_is_in_standard_deviations():
    def episodes(mean):
        return Episodes("x", (mean - 1.0, mean + 1.0), (1, 1), {})

    assert margin(episodes(5.0), [episodes(1.0), episodes(2.0)]) == pytest.approx(3.0)
