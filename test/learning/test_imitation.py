"""Policies that learn from a teacher."""

import gymnasium
import numpy as np
import pytest

import emgsim_ros.envs  # noqa: F401 (registers the environments)
from emgsim_ros.errors import InvalidInput
from emgsim_ros.learning.actions import excitation_of, output_of
from emgsim_ros.learning.imitation import ImitationTraining
from emgsim_ros.learning.plan import Hyperparameters, PolicyTrainingPlan
from emgsim_ros.learning.teachers import PostureTeacher, teacher_for

HAND = "emgsim/HandPose-v0"
HYPER = Hyperparameters(rollout=400, batch=64, epochs=4, learning_rate=1e-3)


def small(**values):
    fields = {"environment": HAND, "algorithm": "imitation", "steps": 800, "processes": 1, "layers": (32,), **values}
    return PolicyTrainingPlan(**{"hyper": HYPER, **fields})


def test_outputs_are_the_inverse_of_excitations():
    excitations = np.array([0.0, 0.01, 0.3, 1.0], np.float32)
    for power in (1.0, 2.0, 3.0):
        assert np.allclose(excitation_of(output_of(excitations, power), power), excitations, atol=1e-6)


def test_the_posture_teacher_takes_the_hand_where_it_is_wanted():
    env = gymnasium.make(HAND)
    teacher, (observation, _) = PostureTeacher(env.unwrapped), env.reset(seed=3)
    away = np.abs(env.unwrapped.wanted_position() - env.unwrapped.plant.state.position)
    for _ in range(150):
        observation, *_ = env.step(teacher.action(observation))
    left = np.abs(env.unwrapped.wanted_position() - env.unwrapped.plant.state.position)
    assert np.degrees(away.max()) > 20 and np.degrees(left.max()) < 5


def test_a_policy_learns_from_its_teacher_and_goes_on_where_it_was(tmp_path):
    whole = ImitationTraining(small(), tmp_path / "whole")
    network = whole.run()
    whole.close()
    ImitationTraining(small(steps=400), tmp_path / "parts").run()
    reported = []
    again = ImitationTraining(small(), tmp_path / "parts")
    assert again.done == 400
    parts = again.run(lambda *progress: reported.append(progress)).state_dict()
    assert [done for _, done, *_ in reported] == [800]
    assert all(np.array_equal(value, parts[name]) for name, value in network.state_dict().items())
    rows = (tmp_path / "whole" / "returns.csv").read_text().splitlines()
    assert rows[0] == "steps,seconds,mean_return" and len(rows) == 3
    assert float(rows[1].split(",")[2]) > 120  # of the teacher itself
    with pytest.raises(InvalidInput, match="plan is"):
        ImitationTraining(small(seed=2), tmp_path / "parts")


def test_imitation_needs_muscles(tmp_path):
    with pytest.raises(InvalidInput, match=r"'imitation'.*Pendulum-v1"):
        ImitationTraining(small(environment="Pendulum-v1"), tmp_path)


def test_a_teacher_that_does_not_fit_is_refused():
    env = gymnasium.make("emgsim/Stand-v0").unwrapped
    with pytest.raises(InvalidInput, match="goal of Stand is no posture"):
        teacher_for("posture", env)
    with pytest.raises(InvalidInput, match="nobody"):
        teacher_for("nobody", env)
