"""Training and tests in environments that are not of this package."""

import json

import gymnasium
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.learning.actions import ActionRange, action_of
from emgsim_ros.learning.controllers import ConstantController, PolicyController, RandomController
from emgsim_ros.learning.environments import ScaledActions, action_range, make_environment
from emgsim_ros.learning.evaluation import play
from emgsim_ros.learning.plan import Hyperparameters, PolicyTrainingPlan
from emgsim_ros.learning.policy import load_policy, save_policy
from emgsim_ros.learning.training import PolicyTraining

PENDULUM = "Pendulum-v1"
TORQUE = ActionRange((-2.0,), (2.0,))
MODULE = """
import gymnasium
import numpy as np


class Grid(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(0.0, 1.0, (2, 3), np.float32)
    action_space = gymnasium.spaces.Box(np.array([[-1.0, 0.0]], np.float32), np.array([[1.0, 4.0]], np.float32))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros((2, 3), np.float32), {}

    def step(self, action):
        assert action.shape == (1, 2)
        return np.full((2, 3), 0.5, np.float32), float(action[0, 1]), False, False, {}


gymnasium.register("Grid-v0", entry_point=Grid, max_episode_steps=3)
"""


def plan(environment, **values):
    hyper = Hyperparameters(rollout=128, batch=64, epochs=2)
    return PolicyTrainingPlan(environment, steps=256, processes=1, layers=(8,), hyper=hyper, **values)


@pytest.fixture
def grid(tmp_path, monkeypatch):
    (tmp_path / "grid_module.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield "grid_module:Grid-v0"
    gymnasium.registry.pop("Grid-v0", None)


def test_a_policy_for_the_pendulum_is_trained_saved_loaded_and_tested(tmp_path):
    training = PolicyTraining(plan(PENDULUM), tmp_path)
    network = training.run()
    training.close()
    path = tmp_path / "policy.safetensors"
    save_policy(path, network, PENDULUM, {})
    policy = load_policy(path)
    assert policy.network.shape.actions == TORQUE
    assert json.loads(path.with_suffix(".json").read_text())["shape"]["low"] == [-2.0]
    theirs, _ = training._model.predict(
        training._normalised.normalize_obs(np.array([0.6, 0.8, 2.0], np.float32)), deterministic=True
    )
    torque = policy.action(np.array([0.6, 0.8, 2.0], np.float32))
    assert np.allclose(torque, 2.0 * np.clip(theirs, -1.0, 1.0), atol=1e-5)
    result = play(PENDULUM, PolicyController("pendulum", policy), 2)
    assert result.lengths == (200, 200) and result.terms == {} and -2000 < result.mean < 0


def test_trivial_controllers_use_the_range_of_the_actions():
    draws = RandomController(TORQUE)
    values = np.array([draws.action(np.zeros(3, np.float32)) for _ in range(100)])
    assert values.min() < -1.5 and values.max() > 1.5 and (np.abs(values) <= 2.0).all()
    assert ConstantController(TORQUE, 0.25).action(np.zeros(3, np.float32)).tolist() == [-1.0]


def test_outputs_are_scaled_linearly_unless_they_stand_for_excitations():
    outputs = np.array([-1.0, 0.0, 0.5, 3.0], np.float32)
    assert action_of(outputs, 2.0, ActionRange((-2.0,) * 4, (4.0,) * 4)).tolist() == [-2.0, 1.0, 2.5, 4.0]
    assert action_of(outputs, 2.0, ActionRange.of_excitations(4)).tolist() == [0.0, 0.25, 0.5625, 1.0]


def test_a_module_is_imported_and_other_shapes_are_flattened(grid, tmp_path):
    env = make_environment(grid)
    assert env.reset(seed=0)[0].shape == (6,)
    assert action_range(env) == ActionRange((-1.0, 0.0), (1.0, 4.0))
    assert ScaledActions(env, 2.0).step(np.array([0.0, 1.0], np.float32))[1] == 4.0
    training = PolicyTraining(plan(grid), tmp_path / "grid")
    training.run()
    training.close()
    assert play(grid, ConstantController(action_range(env), 0.5), 1).returns == (6.0,)


@pytest.mark.parametrize("name", ["Fly-v0", "emgsim/Fly-v0", "no_such_module:Fly-v0", "json:Fly-v0", "not an ID"])
def test_an_unknown_environment_is_rejected_with_the_known_ones(name):
    with pytest.raises(InvalidInput, match=r"emgsim/ArmReach-v0.*any environment registered with gymnasium"):
        PolicyTrainingPlan(environment=name)


@pytest.mark.parametrize(("name", "named"), [("CartPole-v1", "actions"), ("Taxi-v4", "observations")])
def test_spaces_that_are_no_boxes_are_rejected(name, named):
    with pytest.raises(InvalidInput, match=named):
        make_environment(name)
