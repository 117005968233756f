import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motion import MotionTarget, load_movement
from emgsim_ros.musculoskeletal import Effort, KinematicDrive

MUSCLES = 43
NONE = np.zeros(MUSCLES)


def drive_along(model, movement, steps, co_contraction=0.02, extra=NONE):
    drive = KinematicDrive(model, 100, 40.0)
    return [drive.step(movement.target(drive.next_stamp), extra, Effort(co_contraction)) for _ in range(steps)]


def hold(model, load, steps=60, **options):
    names = model.coordinates
    values = np.array([load.get(name, 0.0) for name in names])
    drive = KinematicDrive(model, 100, 40.0)
    states = [
        drive.step(MotionTarget(drive.next_stamp, names, model.rest, 0 * values, values), NONE, Effort())
        for _ in range(steps)
    ]
    return dict(zip(model.muscles, states[-1].activation, strict=True)), states[-1]


def test_joints_follow_the_movement(model):
    movement = load_movement("hand_tour")
    order = [movement.coordinates.index(name) for name in model.coordinates]
    for state in drive_along(model, movement, 1290):
        wanted = movement.target(state.stamp).position[order]
        assert np.degrees(np.abs(state.position - wanted)).max() < 1.0


def test_stamps_step_evenly(model):
    stamps = [state.stamp for state in drive_along(model, load_movement("still"), 5)]
    assert stamps == [0, 10_000_000, 20_000_000, 30_000_000, 40_000_000]


def test_everything_is_finite_and_within_bounds(model):
    for state in drive_along(model, load_movement("hand_tour"), 700):
        for field in ("position", "velocity", "moment", "fiber_length", "fiber_velocity", "tendon_force"):
            assert np.isfinite(getattr(state, field)).all()
        for field in ("excitation", "activation"):
            assert (getattr(state, field) >= 0).all() and (getattr(state, field) <= 1).all()
        assert (state.fiber_length > 0).all() and (state.tendon_force >= 0).all()


def test_flexion_load_recruits_flexors_and_extension_load_extensors(model):
    rest, _ = hold(model, {})
    flexing, _ = hold(model, {"wrist_flexion": 3.0})
    extending, _ = hold(model, {"wrist_flexion": -2.0})
    assert flexing["FCU"] + flexing["FCR"] > rest["FCU"] + rest["FCR"] + 0.2
    assert extending["ECRB"] + extending["ECU"] > rest["ECRB"] + rest["ECU"] + 0.2
    assert flexing["ECRB"] < 0.05 and extending["FCU"] < 0.05


def test_finger_load_recruits_finger_muscles(model):
    rest, _ = hold(model, {})
    gripping, _ = hold(model, {"index_mcp_flexion": 0.5, "index_pip_flexion": 0.3, "index_dip_flexion": 0.12})
    assert gripping["FDPI"] > rest["FDPI"] + 0.05
    assert gripping["EDCI"] < rest["EDCI"] + 0.02


def test_muscles_make_the_moments_that_are_needed(model):
    _, state = hold(model, {"wrist_flexion": 3.0})
    needed = model.moments_needed(np.zeros(len(model.rest))) + 3.0 * (np.array(model.coordinates) == "wrist_flexion")
    wrist = [model.coordinates.index(name) for name in ("wrist_flexion", "wrist_deviation")]
    assert np.allclose(state.moment[wrist], needed[wrist], atol=0.15)


def test_more_load_takes_more_activation(model):
    total = [sum(hold(model, {"wrist_flexion": load})[0].values()) for load in (1.0, 3.0, 6.0)]
    assert total[0] < total[1] < total[2]


def test_co_contraction_is_kept_as_far_as_the_moments_allow(model):
    low, high = (drive_along(model, load_movement("still"), 100, co_contraction=c)[-1] for c in (0.02, 0.2))
    assert high.activation.mean() > 0.1 > low.activation.mean()
    assert np.allclose(high.moment, low.moment, atol=0.02)


def test_no_muscle_is_asked_for_more_than_the_maximal_effort(model):
    heavy = 9.0 * (np.array(model.coordinates) == "wrist_flexion")
    drive = KinematicDrive(model, 100, 40.0)
    target = MotionTarget(0, model.coordinates, model.rest, 0 * heavy, heavy)
    states = [drive.step(target, NONE, Effort(maximal=0.4)) for _ in range(60)]
    assert max(state.activation.max() for state in states) == pytest.approx(0.4, abs=1e-6)


@pytest.mark.parametrize(("least", "greatest"), [(0.5, 0.5), (-0.1, 1.0), (0.02, 1.5)])
def test_an_effort_out_of_range_is_refused(least, greatest):
    with pytest.raises(InvalidInput, match="co_contraction"):
        Effort(least, greatest)


def test_extra_excitation_adds_and_is_clipped(model):
    extra = np.zeros(MUSCLES)
    extra[model.muscles.index("FCR")] = 5.0
    plain = drive_along(model, load_movement("still"), 30)[-1]
    pushed = drive_along(model, load_movement("still"), 30, extra=extra)[-1]
    index = model.muscles.index("FCR")
    assert pushed.excitation[index] == 1.0 and pushed.activation[index] > 0.9
    others = np.arange(MUSCLES) != index
    assert np.allclose(pushed.excitation[others], plain.excitation[others])


def test_a_jump_in_the_target_becomes_a_smooth_fast_movement(model):
    names = model.coordinates
    drive = KinematicDrive(model, 100, 40.0)
    far = 0.8 * model.high
    drive.step(MotionTarget(0, names, 0 * far, 0 * far, 0 * far), NONE, Effort())
    path = np.array(
        [drive.step(MotionTarget(0, names, far, 0 * far, 0 * far), NONE, Effort()).position for _ in range(60)]
    )
    steps = np.diff(path, axis=0)
    assert (steps >= -1e-9).all()  # no overshoot
    assert np.allclose(path[-1], far, atol=1e-3)


def test_targets_beyond_the_joint_range_stop_at_it(model):
    names = model.coordinates
    drive = KinematicDrive(model, 100, 40.0)
    far = np.full(len(names), 9.0)
    for _ in range(100):
        state = drive.step(MotionTarget(0, names, far, 0 * far, 0 * far), NONE, Effort())
    assert np.allclose(state.position, model.high, atol=1e-6)


@pytest.mark.parametrize(
    ("names", "position", "named"),
    [
        (("elbow",), [0.1], "elbow"),
        (("wrist_flexion", "wrist_flexion"), [0.1, 0.2], "once"),
        (("wrist_flexion",), [0.1, 0.2], "position length"),
        (("wrist_flexion",), [np.nan], "wrist_flexion"),
        (("wrist_flexion",), [np.inf], "finite"),
    ],
)
def test_bad_targets_are_refused_by_name(model, names, position, named):
    drive = KinematicDrive(model, 100, 40.0)
    zero = np.zeros(len(names))
    with pytest.raises(InvalidInput, match=named):
        drive.check_target(MotionTarget(0, names, np.array(position), zero, zero))
