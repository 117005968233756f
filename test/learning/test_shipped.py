"""The policies that ship."""

import pytest

from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import checkpoint_file, config_file
from emgsim_ros.learning.controllers import ConstantController, PolicyController, RandomController
from emgsim_ros.learning.evaluation import play
from emgsim_ros.learning.plan import PolicyTrainingPlan
from emgsim_ros.learning.policy import load_policy

NAMES = ("arm_reach", "hand_pose", "stand")
MARGIN = 1.5  # standard deviations above the best of the trivial controllers, docs/environments.md
EPISODES = 2


@pytest.fixture(params=NAMES)
def shipped(request):
    return request.param, load_policy(checkpoint_file(f"policy_{request.param}"))


def test_the_card_is_that_of_the_shipped_plan(shipped):
    name, policy = shipped
    plan = load_plan(PolicyTrainingPlan, config_file(name, folder="learning"))
    assert policy.environment == plan.environment
    assert (policy.card["algorithm"], policy.card["steps"]) == (plan.algorithm, plan.steps)


def test_the_card_says_how_far_above_trivial_controllers_it_is(shipped):
    name, card = shipped[0], shipped[1].card
    assert card["episodes"] >= 100 and card["margin_sd"] > MARGIN
    returns = {who: row["mean_return"] for who, row in card["results"].items()}
    trivial = [who for who in returns if who == "random" or who.startswith("constant")]
    assert len(trivial) == 7 and all(returns[who] < returns[f"policy_{name}"] for who in trivial)


def test_it_does_better_here_too(shipped):
    _, policy = shipped
    actions = policy.network.shape.actions
    mine = play(policy.environment, PolicyController("policy", policy), EPISODES)
    for trivial in (RandomController(actions), ConstantController(actions, 0.0), ConstantController(actions, 0.1)):
        assert mine.mean > play(policy.environment, trivial, EPISODES).mean
