"""Policies in a graph observe what they observed in their environment."""

import gymnasium
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import checkpoint_file
from emgsim_ros.learning.pilot import TrainedPilot, trained_pilot
from emgsim_ros.learning.policy import PolicyNetwork, PolicyShape, TrainedPolicy, load_policy

REACH = "emgsim/ArmReach-v0"


@pytest.fixture(scope="module")
def policy():
    return TrainedPolicy(PolicyNetwork(PolicyShape(16, 6, (8,), "tanh", False, 2.0)).eval(), REACH, {})


def test_it_excites_as_in_the_environment(policy):
    env, pilot = gymnasium.make(REACH).unwrapped, TrainedPilot(policy)
    target = {"shoulder_flexion": 0.4, "elbow_flexion": 1.0}
    observed, _ = env.reset(seed=1, options={"target": target})
    for _ in range(5):
        state = env.plant.state
        excitation = pilot.excitation(state.position, state.velocity, state.activation, target)
        assert np.array_equal(excitation, policy.action(observed).astype(float))
        observed = env.step(excitation)[0]


def test_the_aim_stays_until_another_comes(policy):
    pilot, nothing = TrainedPilot(policy), np.zeros(6)
    first = pilot.excitation(np.zeros(2), np.zeros(2), nothing, {"elbow_flexion": 1.5})
    assert np.array_equal(first, pilot.excitation(np.zeros(2), np.zeros(2), nothing, {}))
    assert not np.array_equal(first, pilot.excitation(np.zeros(2), np.zeros(2), nothing, {"elbow_flexion": 0.2}))


@pytest.mark.parametrize(("name", "environment"), [("policy_hand_pose", "HandPose"), ("policy_stand", "Stand")])
def test_the_observer_needs_no_motion(name, environment):
    env, pilot = gymnasium.make(f"emgsim/{environment}-v0").unwrapped, trained_pilot(name)
    policy = load_policy(checkpoint_file(name))
    observed, _ = env.reset(seed=1)
    pilot._observer.goal = env.observer.goal
    for _ in range(3):
        state = env.plant.state
        excitation = pilot.excitation(state.position, state.velocity, state.activation, {})
        assert np.allclose(excitation, policy.action(observed), atol=1e-5)
        observed = env.step(excitation)[0]


def test_before_the_first_target_the_aim_is_the_default_pose(policy):
    pilot, state = TrainedPilot(policy), (np.zeros(2), np.zeros(2), np.zeros(6))
    before = pilot.excitation(*state, {})
    rest = dict(zip(pilot.coordinates, pilot._observer.body.model.rest.tolist(), strict=True))
    assert np.array_equal(before, pilot.excitation(*state, rest))


def test_another_model_target_or_environment_is_refused_by_name(policy):
    pilot = TrainedPilot(policy)
    pilot.check(pilot.coordinates, pilot.muscles)
    with pytest.raises(InvalidInput, match=r"muscles.*BIClong"):
        pilot.check(pilot.coordinates, ("TA",))
    with pytest.raises(InvalidInput, match="wrist"):
        pilot.excitation(np.zeros(2), np.zeros(2), np.zeros(6), {"wrist": 0.1})
    with pytest.raises(InvalidInput, match="environment"):
        TrainedPilot(TrainedPolicy(policy.network, "emgsim/Fly-v0", {}))
