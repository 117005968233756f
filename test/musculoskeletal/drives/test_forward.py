import numpy as np
import pytest

from emgsim_ros.motion import MotionTarget
from emgsim_ros.musculoskeletal import Effort, ExcitationDrive
from emgsim_ros.musculoskeletal.opensim.forward_dynamics import DynamicState, ForwardDynamics
from emgsim_ros.musculoskeletal.opensim.joints import Joints
from emgsim_ros.musculoskeletal.opensim.preparation import read_model, shorten_paths

TONE = 0.02


def forward(model):
    state = DynamicState.at_rest(model.rest, np.full(len(model.muscles), TONE))
    return ForwardDynamics(model.path, state, model.low, model.high)


def run(model, steps, load=None, **excited):
    """States of the excitation drive under a constant excitation of some muscles."""
    drive, extra = ExcitationDrive(model, 100, 40.0), np.zeros(len(model.muscles))
    for name, value in excited.items():
        extra[model.muscles.index(name)] = value
    loads = np.array([(load or {}).get(name, 0.0) for name in model.coordinates])
    target = MotionTarget(0, model.coordinates, model.rest, 0 * model.rest, loads)
    return [drive.step(target, extra, Effort()) for _ in range(steps)]


def angle(model, state, coordinate):
    return np.degrees(state.position[model.coordinates.index(coordinate)])


@pytest.mark.parametrize(
    ("muscle", "coordinate", "sign"),
    [
        ("FCR", "wrist_flexion", 1),
        ("ECRB", "wrist_flexion", -1),
        ("ECU", "wrist_deviation", 1),
        ("ECRL", "wrist_deviation", -1),
        ("PT", "forearm_pronation", 1),
        ("SUP", "forearm_pronation", -1),
        ("FDSM", "middle_pip_flexion", 1),
        ("EDCM", "middle_mcp_flexion", -1),
        ("FPL", "thumb_ip_flexion", 1),
    ],
)
def test_an_excited_muscle_moves_its_joint_its_way(model, muscle, coordinate, sign):
    plain, excited = run(model, 30)[-1], run(model, 30, **{muscle: 0.5})[-1]
    assert sign * (angle(model, excited, coordinate) - angle(model, plain, coordinate)) > 3.0


def test_activation_follows_excitation(model):
    states = run(model, 30, FCR=0.6)
    index = model.muscles.index("FCR")
    activation = [state.activation[index] for state in states]
    assert activation[0] == 0.0 and activation[-1] == pytest.approx(0.6, abs=0.01)
    assert (np.diff(activation) > -1e-9).all()


def test_a_load_pushes_the_joint(model):
    loaded, plain = run(model, 30, load={"wrist_flexion": 1.0})[-1], run(model, 30)[-1]
    assert angle(model, loaded, "wrist_flexion") < angle(model, plain, "wrist_flexion") - 5.0


def test_full_random_excitation_stays_finite_and_within_reach_of_the_ranges(model):
    dynamics, rng = forward(model), np.random.default_rng(0)
    beyond = 0.0
    for _ in range(150):
        assert dynamics.advance(rng.uniform(0, 1, len(model.muscles)), np.zeros(len(model.rest)), 0.01)
        position = dynamics.state.position
        beyond = max(beyond, (position - model.high).max(), (model.low - position).max())
    assert np.degrees(beyond) < 45.0


def test_a_state_that_is_restored_goes_on_alike(model):
    rng = np.random.default_rng(1)
    inputs = rng.uniform(0, 0.3, (40, len(model.muscles)))
    dynamics, nothing = forward(model), np.zeros(len(model.rest))
    for excitation in inputs[:20]:
        dynamics.advance(excitation, nothing, 0.01)
    saved = dynamics.state
    for excitation in inputs[20:]:
        dynamics.advance(excitation, nothing, 0.01)
    first = dynamics.state
    dynamics.restore(saved)
    for excitation in inputs[20:]:
        dynamics.advance(excitation, nothing, 0.01)
    assert np.allclose(dynamics.state.position, first.position, atol=1e-9)
    assert np.allclose(dynamics.state.velocity, first.velocity, atol=1e-7)


def test_a_bad_step_is_noticed_and_the_last_good_pose_stands(model):
    dynamics, nothing = forward(model), np.zeros(len(model.rest))
    tone = np.full(len(model.muscles), TONE)
    dynamics.advance(tone, nothing, 0.01)
    good = dynamics.state.position
    push = nothing.copy()
    push[model.coordinates.index("index_dip_flexion")] = 1e7  # N m
    assert not dynamics.advance(tone, push, 0.01)
    assert np.array_equal(dynamics.state.position, good) and not dynamics.state.velocity.any()
    assert dynamics.advance(tone, nothing, 0.01)


def test_mechanical_energy_is_not_made_from_nothing(model):
    """Relaxed and released, damped by its joints, the hand comes to rest."""
    drive = ExcitationDrive(model, 100, 40.0)
    start = model.rest + np.radians(8.0) * (model.high - model.rest > 0.3)
    target = MotionTarget(0, model.coordinates, start, 0 * start, 0 * start)
    states = [drive.step(target, np.zeros(len(model.muscles)), Effort(0.0)) for _ in range(250)]
    speed = [np.abs(state.velocity).max() for state in states]
    assert max(speed[:30]) > 0.5 and max(speed[-20:]) < 0.1 * max(speed)


def test_two_runs_are_identical(model):
    first, second = run(model, 40, FDSI=0.4)[-1], run(model, 40, FDSI=0.4)[-1]
    assert np.array_equal(first.position, second.position)


def test_path_points_that_are_left_out_make_no_difference(model):
    """Fibres in random poses, with all path points and with those that matter."""
    systems = []
    for shorten in (False, True):
        system = read_model(model.path)
        if shorten:
            shorten_paths(system)
        systems.append((system, system.initSystem(), Joints(system)))
    counts = [
        sum(s.getMuscles().get(i).getGeometryPath().getPathPointSet().getSize() for i in range(len(model.muscles)))
        for s, _, _ in systems
    ]
    assert counts[1] < 0.85 * counts[0]
    rng = np.random.default_rng(0)
    for _ in range(20):
        pose, speed, lengths = rng.uniform(model.low, model.high), rng.normal(size=len(model.rest)), []
        for system, state, joints in systems:
            joints.put(state, pose, speed)
            system.realizeVelocity(state)
            muscles = [system.getMuscles().get(i) for i in range(len(model.muscles))]
            lengths.append([(m.getFiberLength(state), m.getLengtheningSpeed(state)) for m in muscles])
        assert np.allclose(lengths[0], lengths[1], atol=1e-9)
