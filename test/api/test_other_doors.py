import gymnasium
import numpy as np
import pytest

import emgsim_ros as es


def test_recruitment_grows_with_the_current():
    amplitudes = np.linspace(0.0, 4.0, 5)
    response = es.stimulate({7: -amplitudes, 16: amplitudes}, duration=0.1)
    curve = response.recruitment
    assert response.activation.shape == (5, 100, len(response.muscles)) and response.currents.shape == (5, 17)
    assert (curve[0] == 0).all() and (np.diff(curve, axis=0) >= -1e-9).all() and curve[-1].max() > 0.1


def test_every_command_starts_from_rest():
    currents = np.zeros((2, 17))
    currents[:, 3], currents[:, 16] = -2.0, 2.0
    made = es.stimulate(currents, duration=0.1).activation
    assert np.array_equal(made[0], made[1])
    assert np.array_equal(es.stimulate(currents[0], duration=0.1).activation[0], made[0])
    assert not np.array_equal(es.stimulate(currents[0], duration=0.1, patient=2).activation[0], made[0])


def test_a_trained_patient_answers():
    response = es.stimulate({3: -2.0, 16: 2.0}, patient="stimulation_cervical", duration=0.1)
    assert response.activation.shape[0] == 1 and 0 <= response.activation.min() <= response.activation.max() <= 1
    leg = es.stimulate({3: -2.0, 16: 2.0}, lead="lumbar", innervation="leg", duration=0.05)
    assert any("left" in muscle for muscle in leg.muscles)


@pytest.mark.parametrize(
    ("currents", "settings", "named"),
    [
        ({3: -1.0}, {}, "sum of the currents"),
        ({3: -1.0, 40: 1.0}, {}, "electrode"),
        ({3: [-1.0, -2.0], 16: [1.0, 2.0, 3.0]}, {}, "electrode 3"),
        (np.zeros(5), {}, "shape"),
        ({3: -1.0, 16: 1.0}, {"lead": "thoracic"}, "cervical"),
        ({3: -1.0, 16: 1.0}, {"frequency": 1e4}, "frequency"),
    ],
)
def test_bad_stimulation_is_rejected_by_name(currents, settings, named):
    with pytest.raises(es.EmgsimError, match=named):
        es.stimulate(currents, **settings)


def test_unsafe_stimulation_is_rejected():
    with pytest.raises(es.EmgsimError, match="safe limit"):
        es.stimulate({3: -20.0, 16: 20.0})


def test_models_are_loaded_by_name_with_a_reference_pose():
    model = es.load_model("arm", reference_pose="hanging", poses="arm_poses")
    assert len(model.muscles) == 6 and model.reference_fiber_length.min() > 0
    with pytest.raises(es.InvalidInput, match="forearm_hand"):
        es.load_model("no_such_model")


def test_environments_and_their_policies():
    environment = es.make_environment("emgsim/ArmReach-v0", control_step=0.02)
    policy = es.load_policy("policy_arm_reach")
    observation, _ = environment.reset(seed=3)
    excitation = policy.action(observation)
    assert environment.action_space.contains(excitation) and policy.environment == environment.spec.id
    assert isinstance(environment, gymnasium.Env)
    with pytest.raises(es.InvalidInput, match="ArmReach"):
        es.make_environment("ArmReech")
