import csv
import os
import subprocess
import sys

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import MusculoskeletalModel
from emgsim_ros.musculoskeletal.opensim.forward_dynamics import DynamicState, ForwardDynamics

FINGERS = ("index", "middle", "ring", "little")


@pytest.fixture
def at_rest(model):
    model.set_pose(model.rest, np.zeros(len(model.rest)))
    return model


def arm(model, coordinate, muscle):
    return model.moment_arms()[model.coordinates.index(coordinate), model.muscles.index(muscle)]


def test_model_has_forearm_wrist_thumb_and_fingers(model):
    fingers = [f"{f}_{j}" for f in FINGERS for j in ("mcp_flexion", "mcp_abduction", "pip_flexion", "dip_flexion")]
    thumb = [f"thumb_{joint}" for joint in ("cmc_flexion", "cmc_abduction", "mcp_flexion", "ip_flexion")]
    assert set(model.coordinates) == {"forearm_pronation", "wrist_flexion", "wrist_deviation", *thumb, *fingers}
    assert len(model.coordinates) == 23 and len(model.muscles) == 43


def test_pronators_pronate_and_the_supinator_supinates(at_rest):
    assert arm(at_rest, "forearm_pronation", "PT") > 0.005 and arm(at_rest, "forearm_pronation", "PQ") > 0.003
    assert arm(at_rest, "forearm_pronation", "SUP") < -0.005


def test_thumb_muscles_move_the_thumb(at_rest):
    for coordinate in ("thumb_cmc_flexion", "thumb_mcp_flexion", "thumb_ip_flexion"):
        assert arm(at_rest, coordinate, "FPL") > 0.003
        assert arm(at_rest, coordinate, "EPL") < -0.003
    assert arm(at_rest, "thumb_cmc_flexion", "OP") > 0.01
    assert arm(at_rest, "thumb_cmc_abduction", "APL") > 0.001 > arm(at_rest, "thumb_cmc_abduction", "EPL")


@pytest.mark.parametrize("muscle", ["FCR", "FCU", "PL", "FDSI", "FDPI"])
def test_flexors_flex_the_wrist(at_rest, muscle):
    assert 0.005 < arm(at_rest, "wrist_flexion", muscle) < 0.025


@pytest.mark.parametrize("muscle", ["ECRL", "ECRB", "ECU", "EDCI", "EIP"])
def test_extensors_extend_the_wrist(at_rest, muscle):
    assert -0.025 < arm(at_rest, "wrist_flexion", muscle) < -0.004


def test_ulnar_and_radial_muscles_pull_to_their_sides(at_rest):
    for muscle in ("FCU", "ECU"):
        assert arm(at_rest, "wrist_deviation", muscle) > 0.005
    for muscle in ("ECRL", "ECRB"):
        assert arm(at_rest, "wrist_deviation", muscle) < -0.005
    assert arm(at_rest, "wrist_deviation", "FCR") < -0.002  # weaker: it runs close to the axis


@pytest.mark.parametrize(("finger", "letter", "number"), [(f, f[0].upper(), n) for n, f in enumerate(FINGERS, 2)])
def test_finger_muscles_turn_the_joints_that_they_cross(at_rest, finger, letter, number):
    for joint in ("mcp_flexion", "pip_flexion", "dip_flexion"):
        assert arm(at_rest, f"{finger}_{joint}", f"FDP{letter}") > 0.003
    for joint in ("mcp_flexion", "pip_flexion"):  # the extensor's central slip ends on the middle phalanx
        assert arm(at_rest, f"{finger}_{joint}", f"EDC{letter}") < -0.001
    for band in (f"LU{number}", f"UI{number}"):  # the lateral bands: flexion of the knuckle, extension of the tip
        assert arm(at_rest, f"{finger}_mcp_flexion", band) > 0.001
        assert arm(at_rest, f"{finger}_dip_flexion", band) < -0.002
    assert abs(arm(at_rest, f"{finger}_dip_flexion", f"FDS{letter}")) < 1e-6  # FDS ends on the middle phalanx
    assert arm(at_rest, f"{finger}_mcp_abduction", f"RI{number}") > 0.002  # radial interosseus: towards the thumb
    assert arm(at_rest, f"{finger}_mcp_abduction", f"UI{number}") < -0.002


def test_wrist_muscles_do_not_move_the_finger(at_rest):
    arms = at_rest.moment_arms()
    fingers = [i for i, name in enumerate(at_rest.coordinates) if name.startswith((*FINGERS, "thumb"))]
    wrist_muscles = [at_rest.muscles.index(name) for name in ("ECRL", "ECRB", "ECU", "FCR", "FCU", "PL")]
    assert np.abs(arms[np.ix_(fingers, wrist_muscles)]).max() < 1e-9


def test_moment_arms_are_minus_the_slope_of_fibre_paths(at_rest):
    """Virtual work: dL/dq from lengths of the muscle lines against the unit-speed arms."""
    arms, step = at_rest.moment_arms(), 1e-5
    for row, _ in enumerate(at_rest.coordinates):
        lengths = []
        for sign in (-1, 1):
            pose = at_rest.rest.copy()
            pose[row] += sign * step
            at_rest.set_pose(pose, 0 * pose)
            lengths.append([np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in at_rest.muscle_lines()])
        slope = (np.array(lengths[1]) - np.array(lengths[0])) / (2 * step)
        assert np.allclose(arms[row], -slope, atol=1e-6)


def optimal_lengths(model):
    with config_file("forearm_hand/muscles", ".csv", "models").open(newline="") as file:
        lengths = {row["muscle"]: float(row["optimal_fiber_length_m"]) for row in csv.DictReader(file)}
    return np.array([lengths[muscle] for muscle in model.muscles])


def test_fibres_work_near_their_optimal_length_over_every_joint_range(model):
    """Each joint alone from end to end, the others at rest: 0.5 to 1.5 optimal lengths."""
    optimal = optimal_lengths(model)
    for joint in range(len(model.rest)):
        for angle in np.linspace(model.low[joint], model.high[joint], 9):
            pose = model.rest.copy()
            pose[joint] = angle
            model.set_pose(pose, 0 * pose)
            ratio = model.fibers().length / optimal
            assert ((ratio > 0.5) & (ratio < 1.5)).all(), [
                model.muscles[i] for i in np.flatnonzero(abs(ratio - 1) > 0.5)
            ]


def test_fibres_seldom_leave_the_working_range_in_any_pose(model):
    """All joints anywhere at once: a long finger muscle cannot serve every combination (active insufficiency)."""
    rng, optimal = np.random.default_rng(0), optimal_lengths(model)
    ratios = []
    for _ in range(300):
        model.set_pose(rng.uniform(model.low, model.high), np.zeros(len(model.rest)))
        ratios.append(model.fibers().length / optimal)
    outside = np.mean(np.abs(np.array(ratios) - 1) > 0.5)
    assert outside < 0.01


def test_the_passive_hand_rests_in_a_natural_pose(model):
    """Let go from a straight hand, its wrist and fingers curl a little: Kuo & Deshpande's rest within 20 degrees."""
    none, relaxed = np.zeros(len(model.rest)), np.zeros(len(model.muscles))
    hand = ForwardDynamics(model.path, DynamicState.at_rest(none, relaxed), model.low, model.high)
    for _ in range(300):
        assert hand.advance(relaxed, none, 0.01)
    assert np.abs(hand.state.velocity).max() < 0.05
    assert np.degrees(np.abs(hand.state.position - model.rest)).max() < 20.0
    for finger in FINGERS:
        for joint in ("mcp_flexion", "pip_flexion", "dip_flexion"):
            assert hand.state.position[model.coordinates.index(f"{finger}_{joint}")] > np.radians(5.0)


def test_fibre_velocity_follows_joint_velocity(at_rest):
    velocity, dt = np.linspace(0.3, -0.4, len(at_rest.rest)), 1e-4
    lengths = []
    for sign in (-1, 1):
        at_rest.set_pose(at_rest.rest + sign * dt / 2 * velocity, 0 * velocity)
        lengths.append(at_rest.fibers().length)
    at_rest.set_pose(at_rest.rest, velocity)
    assert np.allclose(at_rest.fibers().velocity, (lengths[1] - lengths[0]) / dt, atol=1e-5)


def test_holding_the_hand_against_gravity_takes_extension(at_rest):
    """Palm down: the wrist extensors carry the weight of the hand at its distance from the wrist."""
    moments = at_rest.moments_needed(np.zeros(len(at_rest.rest)))
    wrist = moments[at_rest.coordinates.index("wrist_flexion")]
    weight_moment = 0.28 * 9.81 * 0.042  # kg of hand and finger, m/s2, m from the wrist
    assert wrist == pytest.approx(-weight_moment, rel=0.1)


def test_inertia_shows_in_the_moments(at_rest):
    still = at_rest.moments_needed(np.zeros(len(at_rest.rest)))
    for row in range(len(at_rest.rest)):
        acceleration = np.zeros(len(at_rest.rest))
        acceleration[row] = 10.0
        assert (at_rest.moments_needed(acceleration) - still)[row] > 0


def test_bones_lie_where_the_table_has_them(model):
    """With all joints straight every body's frame is parallel to the ground, so bones keep their directions."""
    model.set_pose(0 * model.rest, 0 * model.rest)
    with config_file("forearm_hand/bones", ".csv", "models").open(newline="") as file:
        rows = [{k: float(v) for k, v in row.items() if k.endswith("_m")} for row in csv.DictReader(file)]
    wanted = np.array([[row[f"end_{a}_m"] - row[f"start_{a}_m"] for a in "xyz"] for row in rows])
    bones = model.bone_lines()
    drawn = bones[:, 1] - bones[:, 0]
    for bone in wanted:
        assert np.abs(drawn - bone).max(axis=1).min() < 1e-4


def test_bones_reach_from_elbow_to_fingertip(at_rest):
    bones = at_rest.bone_lines()
    lengths = np.linalg.norm(bones[:, 1] - bones[:, 0], axis=1)
    assert len(bones) > 20 and lengths.max() == pytest.approx(0.244, abs=0.01)  # radius
    assert np.ptp(bones[..., 1]) > 0.38  # elbow to fingertip along the arm


@pytest.mark.parametrize("content", [None, "<OpenSimDocument", "nonsense"])
def test_missing_or_broken_model_is_named(tmp_path, content):
    path = tmp_path / "broken.osim"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InvalidInput, match=r"broken\.osim"):
        MusculoskeletalModel(path)


def test_opensim_leaves_the_environment_and_the_working_folder_alone(tmp_path):
    code = (
        "import os; before = os.environ.get('LD_LIBRARY_PATH'); import emgsim_ros.musculoskeletal.opensim.build; "
        "assert before == os.environ.get('LD_LIBRARY_PATH')"
    )
    subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, env=dict(os.environ))
    assert list(tmp_path.iterdir()) == []
