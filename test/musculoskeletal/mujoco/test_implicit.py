"""Linearly implicit steps: stable with real inertia of the fingers, and of the first order."""

import numpy as np
import pytest
from model_of_all_joints import build

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file, share_directory
from emgsim_ros.motion import load_movement
from emgsim_ros.musculoskeletal import DynamicState, Integrator, effort_of, load_engine, load_model, make_drive
from emgsim_ros.musculoskeletal.opensim.build import write_model
from emgsim_ros.parameters import MusculoskeletalParameters

IMPLICIT = "LinearlyImplicitEuler"


@pytest.fixture(scope="module")
def light_hand(tmp_path_factory):
    """The hand with the real inertia of the fingers."""
    tables = share_directory() / "config" / "models" / "forearm_hand"
    path = write_model(tables, tmp_path_factory.mktemp("models") / "light_hand.osim", real_inertia=True)
    return load_engine("mujoco").model(path)


@pytest.fixture(scope="module")
def hand():
    return load_engine("mujoco").model(config_file("forearm_hand", ".osim", "models"))


def motion(model, integrator, seconds, level=0.2):
    """Return the positions every 10 ms under constant random excitations, degrees."""
    moving = model.forward_dynamics(DynamicState.at_rest(model.rest, np.full(len(model.muscles), 0.02)), integrator)
    excitation = np.random.default_rng(1).uniform(0.0, level, len(model.muscles))
    path, sound = [], True
    for _ in range(round(100 * seconds)):
        sound &= moving.advance(excitation, np.zeros(len(model.rest)), 0.01)
        path.append(moving.state.position)
    return np.degrees(np.array(path)), sound


def rms(errors):
    return float(np.sqrt(np.mean(np.square(errors))))


def test_the_error_is_that_of_a_method_of_the_first_order(hand):
    reference, _ = motion(hand, Integrator("RungeKutta4", 5e-5), 0.2)
    coarse, fine = (rms(motion(hand, Integrator(IMPLICIT, step), 0.2)[0] - reference) for step in (1e-3, 2.5e-4))
    assert np.ptp(reference, axis=0).max() > 20.0
    assert coarse < 1.0 and 2.5 < coarse / fine < 6.0


def test_fingers_with_real_inertia_are_stable_only_with_implicit_steps(light_hand):
    _, sound = motion(light_hand, Integrator("ExplicitEuler", 0.00125), 0.2)
    assert not sound
    for step in (0.00125, 0.005):
        assert motion(light_hand, Integrator(IMPLICIT, step), 0.3)[1]


def test_implicit_steps_follow_the_exact_motion_of_light_fingers(light_hand):
    reference, sound = motion(light_hand, Integrator("RungeKutta4", 4e-6), 0.04)
    path, _ = motion(light_hand, Integrator(IMPLICIT, 0.00125), 0.04)
    assert sound and np.abs(path - reference).max() < 2.0 and rms(path - reference) < 0.5
    assert np.ptp(reference, axis=0).max() > 3.0


def test_light_fingers_are_faster(hand, light_hand):
    """The same muscles flex the index finger further in the same time."""
    angles = []
    for model in (hand, light_hand):
        moving = model.forward_dynamics(
            DynamicState.at_rest(model.rest, np.full(len(model.muscles), 0.01)), Integrator(IMPLICIT)
        )
        excitation = np.where([name in ("FDPI", "FDSI") for name in model.muscles], 0.3, 0.01)
        for _ in range(6):
            assert moving.advance(excitation, np.zeros(len(model.rest)), 0.01)
        joint = model.coordinates.index("index_pip_flexion")
        angles.append(abs(moving.state.position[joint] - model.rest[joint]))
    assert angles[1] > 1.3 * angles[0]


def test_the_human_stands_on_the_ground_with_implicit_steps():
    model = load_engine("mujoco").model(config_file("human", ".osim", "models"))
    position = model.rest.copy()
    position[model.coordinates.index("pelvis_height")] = 0.93
    moving = [
        model.forward_dynamics(
            DynamicState.at_rest(position, np.full(len(model.muscles), 0.05)), Integrator(method, 2.5e-4)
        )
        for method in ("ExplicitEuler", IMPLICIT)
    ]
    for one in moving:
        assert all(one.advance(np.full(len(model.muscles), 0.05), np.zeros(len(position)), 0.01) for _ in range(15))
    assert np.degrees(np.abs(moving[0].state.position - moving[1].state.position)).max() < 0.5
    assert np.abs(moving[0].state.position - position).max() > 0.02


def test_a_tracking_drive_closes_the_hand_with_light_fingers(tmp_path):
    tables = share_directory() / "config" / "models" / "forearm_hand"
    path = write_model(tables, tmp_path / "light.osim", real_inertia=True)
    parameters = MusculoskeletalParameters(
        model=str(path), engine="mujoco", drive="tracking", options=("engine.method=LinearlyImplicitEuler",)
    )
    model = load_model(parameters)
    drive, movement = make_drive(parameters, model), load_movement("hand_tour")
    wrong = []
    for _ in range(150):
        target = movement.target(drive.next_stamp)
        state = drive.step(target, np.zeros(len(model.muscles)), effort_of(parameters))
        assert drive.problem is None
        wrong.append(state.position - target.position[[target.coordinates.index(name) for name in model.coordinates]])
    assert np.degrees(rms(np.array(wrong))) < 8.0


@pytest.mark.parametrize("option", ["engine.method=Magic", "engine.step=0.0"])
def test_wrong_options_of_the_engine_are_refused(option):
    with pytest.raises(InvalidInput, match="integrator"):
        load_engine("mujoco", [option])


def test_coupled_joints_are_refused(tmp_path):
    build().printToXML(str(tmp_path / "coupled.osim"))
    model = load_engine("mujoco").model(tmp_path / "coupled.osim")
    state = DynamicState.at_rest(model.rest, np.full(len(model.muscles), 0.02))
    with pytest.raises(InvalidInput, match="LinearlyImplicitEuler"):
        model.forward_dynamics(state, Integrator(IMPLICIT, 0.001))
