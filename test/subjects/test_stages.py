import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.model_tables import read_tables
from emgsim_ros.files.resources import config_file, share_directory
from emgsim_ros.motion import load_poses
from emgsim_ros.signals.simulation_time import from_seconds
from emgsim_ros.subjects.stages import draw_movement, load_stages

POSES = load_poses(config_file("poses", folder="movements"))
STAGES = load_stages(config_file("stages", folder="pose"))


def angles(stage, seed=0, seconds=20.0, pace=1.0):
    movement = draw_movement(STAGES[stage], POSES, pace, seconds, np.random.default_rng(seed))
    moments = np.arange(0.0, seconds, 0.02)
    return np.stack([movement.target(from_seconds(t)).position for t in moments])


@pytest.mark.parametrize("stage", STAGES)
def test_stages_stay_within_the_joints_ranges_and_move(stage):
    tables = read_tables(share_directory() / "config" / "models" / "forearm_hand")
    made = np.degrees(angles(stage))
    for row in tables.coordinates:
        column = made[:, POSES.coordinates.index(row.name)]
        assert row.low - 2.0 <= column.min() and column.max() <= row.high + 2.0, row.name
    assert made.std(axis=0).max() > 10.0


@pytest.mark.parametrize("stage", STAGES)
def test_no_moment_looks_like_failed_inverse_kinematics(stage):
    assert np.abs(angles(stage)).sum(axis=1).min() > 1e-3


def test_a_stage_is_different_every_time_and_the_same_for_a_seed():
    assert np.array_equal(angles("random", 1), angles("random", 1))
    assert not np.allclose(angles("random", 1), angles("random", 2))


def test_a_slower_pace_takes_longer():
    def steps(pace):
        return len(draw_movement(STAGES["fingers"], POSES, pace, 60.0, np.random.default_rng(0))._ends)

    assert steps(0.8) > 1.3 * steps(1.25)


def test_gripping_fingers_carry_a_load_and_free_movement_has_none():
    def load(stage):
        movement = draw_movement(STAGES[stage], POSES, 1.0, 60.0, np.random.default_rng(0))
        targets = [movement.target(from_seconds(t)) for t in np.arange(0.0, 60.0, 0.05)]
        joint = POSES.coordinates.index("index_mcp_flexion")
        return np.array([(t.position[joint], t.load[joint]) for t in targets]).T

    bent, grip = load("random_grip")
    assert grip.min() >= 0.0 and grip.max() > 0.1 and bent[grip > 0.1].min() > 0.0
    assert not load("wrist")[1].any()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a: {base: open}", "poses, or random"),
        ("a: {base: open, poses: [open], random: true}", "poses, or random"),
        ("a: {base: open, pose: [open]}", "'pose'"),
        ("a: {base: open, poses: [open], grip: firm}", "grip"),
    ],
)
def test_broken_stages_are_refused(tmp_path, text, named):
    path = tmp_path / "stages.yaml"
    path.write_text(text + "\n")
    with pytest.raises(InvalidInput, match=named):
        load_stages(path)


def test_an_unknown_pose_is_refused(tmp_path):
    path = tmp_path / "stages.yaml"
    path.write_text("a: {base: open, poses: [handstand]}\n")
    with pytest.raises(InvalidInput, match="handstand"):
        draw_movement(load_stages(path)["a"], POSES, 1.0, 5.0, np.random.default_rng(0))
