import json

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motion import load_movement
from emgsim_ros.musculoskeletal import DriveState, Effort, make_drive
from emgsim_ros.parameters import MusculoskeletalParameters

DRIVES = ("kinematic", "tracking", "excitation")


def run(model, drive, steps, extra=0.05):
    movement = load_movement("hand_tour")
    given = np.full(len(model.muscles), extra)
    return [drive.step(movement.target(drive.next_stamp), given, Effort()) for _ in range(steps)]


def alike(first, second):
    fields = ("position", "velocity", "activation", "excitation", "tendon_force")
    return all(np.allclose(getattr(first, f), getattr(second, f), rtol=1e-7, atol=1e-8) for f in fields)


@pytest.mark.parametrize("kind", DRIVES)
def test_a_drive_goes_on_from_a_saved_state_as_it_did(model, tmp_path, kind):
    parameters = MusculoskeletalParameters(drive=kind)
    drive = make_drive(parameters, model)
    run(model, drive, 70)
    drive.save().save(tmp_path / "state.json")
    first = run(model, drive, 40)
    again = make_drive(parameters, model)
    again.begin(70)
    again.restore(DriveState.load(tmp_path / "state.json"))
    second = run(model, again, 40)
    assert all(alike(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("kind", DRIVES)
def test_reset_stands_still_in_the_pose_and_the_clock_goes_on(model, kind):
    drive = make_drive(MusculoskeletalParameters(drive=kind), model)
    run(model, drive, 30)
    stamp, pose = drive.next_stamp, 0.3 * model.high
    drive.reset(pose, Effort())
    assert drive.next_stamp == stamp
    assert np.allclose(drive.save().dynamics.position, pose) and not drive.save().dynamics.velocity.any()


def test_a_pose_beyond_the_joint_ranges_is_bounded(model):
    drive = make_drive(MusculoskeletalParameters(drive="tracking"), model)
    drive.reset(np.full(len(model.rest), 9.0), Effort())
    assert np.allclose(drive.save().dynamics.position, model.high)


def saved(model, tmp_path):
    drive = make_drive(MusculoskeletalParameters(), model)
    run(model, drive, 3)
    path = tmp_path / "state.json"
    drive.save().save(path)
    return path


def test_a_state_of_another_model_is_refused(model, tmp_path):
    path = saved(model, tmp_path)
    content = json.loads(path.read_text())
    content["muscles"]["SOL"] = content["muscles"].pop("FCR")
    path.write_text(json.dumps(content))
    drive = make_drive(MusculoskeletalParameters(), model)
    with pytest.raises(InvalidInput, match="muscles"):
        drive.restore(DriveState.load(path))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda c: c["joints"]["wrist_flexion"].pop("velocity"), "wrist_flexion"),
        (lambda c: c["muscles"]["FCR"].update(activation=float("nan")), "FCR"),
        (lambda c: c["muscles"].update(FCR=3), "FCR"),
        (lambda c: c.update(format="something"), "format"),
    ],
)
def test_a_spoilt_state_file_is_refused_by_name(model, tmp_path, spoil, named):
    path = saved(model, tmp_path)
    content = json.loads(path.read_text())
    spoil(content)
    path.write_text(json.dumps(content))
    with pytest.raises(InvalidInput, match=named):
        DriveState.load(path)


def test_a_missing_or_unreadable_file_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="state file"):
        DriveState.load(tmp_path / "none.json")
    (tmp_path / "torn.json").write_text('{"format": ')
    with pytest.raises(InvalidInput, match="JSON"):
        DriveState.load(tmp_path / "torn.json")


def test_nothing_can_be_saved_before_the_first_step(model):
    with pytest.raises(InvalidInput, match="first step"):
        make_drive(MusculoskeletalParameters(), model).save()
