import numpy as np
import pytest

from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import MotionTarget, load_poses
from emgsim_ros.musculoskeletal import Effort, TrackingDrive


@pytest.fixture(scope="module")
def poses():
    return load_poses(config_file("poses", folder="movements"))


def on(model, poses, name):
    return poses.angle(name)[[poses.coordinates.index(joint) for joint in model.coordinates]]


def move(model, path, extra=None, effort=None, load=None):
    """States of the tracking drive along [steps, coordinates] angles (rad)."""
    drive = TrackingDrive(model, 100, 40.0)
    speeds = np.gradient(path, 0.01, axis=0)
    none = np.zeros(len(model.muscles)) if extra is None else extra
    loads = np.zeros(len(model.rest)) if load is None else load
    return [
        drive.step(MotionTarget(0, model.coordinates, angles, speed, loads), none, effort or Effort())
        for angles, speed in zip(path, speeds, strict=True)
    ]


def there(model, poses, name, steps=80, hold=40):
    """Minimum-jerk path from rest to a pose."""
    x = np.clip(np.arange(steps + hold) / steps, 0, 1)[:, None]
    start, end = on(model, poses, "rest"), on(model, poses, name)
    return start + (10 * x**3 - 15 * x**4 + 6 * x**5) * (end - start)


@pytest.mark.parametrize("name", ["open", "grasp", "flex", "ext", "rdev", "udev"])
def test_muscles_move_the_hand_along_the_six_movements(model, poses, name):
    path = there(model, poses, name)
    states = move(model, path)
    error = np.degrees([state.position for state in states]) - np.degrees(path)
    assert np.sqrt(np.mean(error**2)) < 3.0
    assert all(np.isfinite(state.activation).all() for state in states)


def test_a_load_is_held_by_the_muscles_that_oppose_it(model, poses):
    path = np.tile(on(model, poses, "rest"), (60, 1))
    load = 2.0 * (np.array(model.coordinates) == "wrist_flexion")
    free, loaded = move(model, path)[-1], move(model, path, load=load)[-1]
    joint = model.coordinates.index("wrist_flexion")
    assert abs(np.degrees(loaded.position[joint] - path[0, joint])) < 3.0
    assert loaded.activation[model.muscles.index("FCR")] > free.activation[model.muscles.index("FCR")] + 0.05


def test_outer_excitation_disturbs_the_movement_and_the_drive_makes_up_for_it(model, poses):
    path = np.tile(on(model, poses, "rest"), (150, 1))
    extra = 0.15 * (np.array(model.muscles) == "FCU")
    joint = model.coordinates.index("wrist_flexion")
    off = np.degrees([state.position[joint] for state in move(model, path, extra)]) - np.degrees(path[0, joint])
    assert 5.0 < off.max() < 30.0 and off.argmax() < 60  # it is felt,
    assert abs(off[-1]) < 5.0  # and made up for


def test_no_muscle_is_asked_for_more_than_the_maximal_effort(model, poses):
    states = move(model, there(model, poses, "ext"), effort=Effort(maximal=0.3))
    assert max(state.activation.max() for state in states) < 0.3 + 0.01


def test_co_contraction_raises_both_sides(model, poses):
    path = np.tile(on(model, poses, "rest"), (60, 1))
    slack, stiff = (move(model, path, effort=Effort(level))[-1] for level in (0.0, 0.15))
    for muscle in ("FCR", "FCU", "ECRL", "ECU"):
        index = model.muscles.index(muscle)
        assert stiff.activation[index] > slack.activation[index] + 0.03
    assert np.degrees(np.abs(stiff.position - slack.position)).max() < 3.0


def test_two_runs_are_identical(model, poses):
    path = there(model, poses, "grasp", 30, 0)
    first, second = move(model, path)[-1], move(model, path)[-1]
    assert np.array_equal(first.position, second.position)
