import numpy as np
import pytest

from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import MotionTarget, load_movement, load_poses
from emgsim_ros.musculoskeletal import (
    Effort,
    ExcitationDrive,
    MusculoskeletalModel,
    TrackingDrive,
    holding_activation,
    named_position,
)

SIDES = ("left", "right")
NAMES = ("Il", "RF", "VLat", "ST", "TA", "MG", "Sol")


@pytest.fixture(scope="module")
def model():
    return MusculoskeletalModel(config_file("leg", ".osim", "models"))


@pytest.fixture(scope="module")
def poses():
    return load_poses(config_file("leg_poses", folder="movements"))


def arms(model, pose):
    model.set_pose(pose, 0 * pose)
    table = model.moment_arms()
    return lambda joint, muscle: table[model.coordinates.index(joint), model.muscles.index(muscle)]


def test_the_leg_has_the_fourteen_muscles_of_the_stimulation_network(model):
    assert model.muscles == tuple(f"{name}_{side}" for side in SIDES for name in NAMES)
    assert len(model.coordinates) == 6


@pytest.mark.parametrize("side", SIDES)
def test_moment_arms_have_the_sign_and_size_of_the_literature(model, side):
    """Ranges over the joint: Arnold et al. 2010, Buford et al. 1997, m."""
    arm = arms(model, np.radians([10, 30, 0, 10, 30, 0]))
    for joint, muscle, low, high in (
        ("hip_flexion", "Il", 0.01, 0.05),
        ("hip_flexion", "RF", 0.02, 0.06),
        ("hip_flexion", "ST", -0.08, -0.03),
        ("knee_flexion", "RF", -0.055, -0.03),
        ("knee_flexion", "VLat", -0.055, -0.03),
        ("knee_flexion", "ST", 0.02, 0.07),
        ("knee_flexion", "MG", 0.01, 0.04),
        ("ankle_dorsiflexion", "TA", 0.03, 0.05),
        ("ankle_dorsiflexion", "MG", -0.055, -0.03),
        ("ankle_dorsiflexion", "Sol", -0.055, -0.03),
    ):
        assert low < arm(f"{joint}_{side}", f"{muscle}_{side}") < high, (joint, muscle)
    assert abs(arm(f"knee_flexion_{side}", f"Sol_{side}")) < 1e-12


def test_left_and_right_are_mirror_images(model, poses):
    pose = named_position(model, poses, "hang")
    model.set_pose(pose, 0 * pose)
    fibers, activation = model.fibers(), holding_activation(model, pose, Effort())
    for values in (fibers.length, fibers.active_force, activation):
        assert np.allclose(values[:7], values[7:], atol=1e-4)


def test_a_raised_leg_is_held_by_the_hip_flexor(model, poses):
    activation = holding_activation(model, named_position(model, poses, "sit"), Effort())
    assert activation[model.muscles.index("Il_left")] > 0.2


def test_fibres_work_between_half_and_one_and_a_half_optimal_lengths_in_every_pose(model, poses):
    optimal = np.tile([0.1118, 0.0759, 0.0994, 0.1930, 0.0683, 0.0510, 0.0440], 2)
    for name in poses.angles:
        pose = named_position(model, poses, name)
        model.set_pose(pose, 0 * pose)
        ratio = model.fibers().length / optimal
        assert ((ratio > 0.5) & (ratio < 1.5)).all(), (name, ratio)


@pytest.mark.parametrize(
    ("muscle", "joint", "sign"),
    [
        ("TA", "ankle_dorsiflexion", 1),
        ("Sol", "ankle_dorsiflexion", -1),
        ("VLat", "knee_flexion", -1),
        ("Il", "hip_flexion", 1),
    ],
)
@pytest.mark.parametrize("side", SIDES)
def test_an_excited_muscle_moves_its_own_leg_only(model, muscle, joint, sign, side):
    drive = ExcitationDrive(model, 100, 40.0)
    start = np.radians([0, 40, -5, 0, 40, -5])
    extra = 0.4 * (np.array(model.muscles) == f"{muscle}_{side}")
    target = MotionTarget(0, model.coordinates, start, 0 * start, 0 * start)
    with_it = [drive.step(target, extra, Effort()) for _ in range(25)][-1].position
    drive = ExcitationDrive(model, 100, 40.0)
    without = [drive.step(target, 0 * extra, Effort()) for _ in range(25)][-1].position
    change = np.degrees(with_it - without)
    assert sign * change[model.coordinates.index(f"{joint}_{side}")] > 3.0
    other = [i for i, name in enumerate(model.coordinates) if not name.endswith(side)]
    assert np.abs(change[other]).max() < 1e-6


def test_muscles_move_the_legs_along_their_steps(model):
    movement = load_movement("leg_steps")
    drive, errors = TrackingDrive(model, 100, 40.0), []
    for _ in range(400):
        target = movement.target(drive.next_stamp)
        state = drive.step(target, np.zeros(14), Effort())
        errors.append(state.position - target.position)
    assert np.degrees(np.sqrt(np.mean(np.square(errors)))) < 3.0
