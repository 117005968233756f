"""A policy at the muscles of a graph sees what it saw in its environment."""

import gymnasium
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.learning.pilot import Pilot
from emgsim_ros.learning.policy import PolicyNetwork, PolicyShape, TrainedPolicy

REACH = "emgsim/ArmReach-v0"


@pytest.fixture(scope="module")
def policy():
    return TrainedPolicy(PolicyNetwork(PolicyShape(16, 6, (8,), "tanh", False, 2.0)).eval(), REACH, {})


def test_it_excites_as_in_the_environment(policy):
    env, pilot = gymnasium.make(REACH).unwrapped, Pilot(policy)
    target = {"shoulder_flexion": 0.4, "elbow_flexion": 1.0}
    observed, _ = env.reset(seed=1, options={"target": target})
    for _ in range(5):
        state = env.plant.state
        excitation = pilot.excitation(state.position, state.velocity, state.activation, target)
        assert np.allclose(excitation, policy.excitation(observed), atol=1e-6)
        observed = env.step(excitation)[0]


def test_the_aim_stays_until_another_comes(policy):
    pilot, nothing = Pilot(policy), np.zeros(6)
    first = pilot.excitation(np.zeros(2), np.zeros(2), nothing, {"elbow_flexion": 1.5})
    assert np.array_equal(first, pilot.excitation(np.zeros(2), np.zeros(2), nothing, {}))
    assert not np.array_equal(first, pilot.excitation(np.zeros(2), np.zeros(2), nothing, {"elbow_flexion": 0.2}))


def test_another_model_target_or_environment_is_refused_by_name(policy):
    pilot = Pilot(policy)
    pilot.check(pilot.coordinates, pilot.muscles)
    with pytest.raises(InvalidInput, match=r"muscles.*BIClong"):
        pilot.check(pilot.coordinates, ("TA",))
    with pytest.raises(InvalidInput, match="wrist"):
        pilot.excitation(np.zeros(2), np.zeros(2), np.zeros(6), {"wrist": 0.1})
    with pytest.raises(InvalidInput, match="environment"):
        Pilot(TrainedPolicy(policy.network, "emgsim/Fly-v0", {}))
