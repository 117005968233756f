"""Many poses and many steps at once, against the same one by one."""

from dataclasses import replace

import numpy as np
import pytest
from model_of_all_joints import build

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import load_movement
from emgsim_ros.musculoskeletal import Effort, KinematicDrive, MusculoskeletalStates, load_engine
from emgsim_ros.musculoskeletal.mechanics import many_poses, mechanics

USUAL = Effort(resistance=0.2, tone=0.05, speed_tone=0.01, enslaving=1.0)
VALUES = (
    "position",
    "velocity",
    "moment",
    "excitation",
    "activation",
    "fiber_length",
    "fiber_velocity",
    "tendon_force",
)


def load(name, engine="mujoco"):
    return load_engine(engine).model(config_file(name, ".osim", "models"))


@pytest.fixture(scope="module")
def hand():
    return load("forearm_hand")


@pytest.mark.parametrize(
    ("name", "body"), [("forearm_hand", "index_distal"), ("arm", "forearm"), ("human", "foot_right")]
)
def test_the_mechanics_in_many_poses_are_those_of_single_ones(name, body):
    model, rng, count = load(name), np.random.default_rng(0), 12
    position = rng.uniform(model.low - 0.1, model.high + 0.1, (count, len(model.rest)))
    if name == "human":  # some poses with the feet in the ground
        position = model.rest + rng.normal(0.0, 0.1, position.shape)
        position[:, model.coordinates.index("pelvis_height")] = np.linspace(0.85, 1.0, count)
    velocity, acceleration = rng.normal(0.0, 3.0, position.shape), rng.normal(0.0, 30.0, position.shape)
    points = [(body, (0.01, -0.02, 0.03)), ("ground", (0.1, 0.2, 0.3))]
    model.set_pose(model.rest, 0 * model.rest)
    found = many_poses(model).mechanics(position, velocity, acceleration, points)
    assert np.array_equal(model.fibers().length, model.reference_fiber_length)  # it keeps its own pose
    expected = mechanics(model, position, velocity, acceleration, points)
    assert np.allclose(found.arms, expected.arms, atol=1e-12)
    assert np.allclose(found.moments, expected.moments, rtol=1e-9, atol=1e-8)
    assert np.allclose(found.places, expected.places, atol=1e-12)
    for part in ("length", "velocity", "active_force", "passive_force"):
        assert np.allclose(getattr(found.fibers, part), getattr(expected.fibers, part), rtol=1e-9, atol=1e-9)


def test_arrays_of_another_shape_are_rejected(hand):
    right, wrong = np.zeros((4, len(hand.rest))), np.zeros((3, len(hand.rest)))
    with pytest.raises(InvalidInput, match="acceleration"):
        many_poses(hand).mechanics(right, right, wrong, [])
    with pytest.raises(InvalidInput, match="body"):
        many_poses(hand).mechanics(right, right, right, [("elbow", (0.0, 0.0, 0.0))])


def targets(drive, count):
    return load_movement("hand_tour").targets(drive.next_stamp + np.arange(count) * drive.period)


def alike(many, single, tolerance=1e-9):
    assert np.array_equal(many.stamp, single.stamp)
    for name in VALUES:
        assert np.allclose(getattr(many, name), getattr(single, name), rtol=tolerance, atol=tolerance), name


@pytest.mark.parametrize("extra", [0.0, 0.3])
def test_many_steps_are_those_of_single_ones_however_they_are_cut(hand, extra):
    drives = [KinematicDrive(hand, 100, 40.0) for _ in range(2)]
    given = np.full(len(hand.muscles), extra)
    single = [drives[0].step(target, given, USUAL) for target in targets(drives[0], 160)]
    assert drives[1].computes_many
    many = [drives[1].steps(targets(drives[1], count), given, USUAL) for count in (1, 59, 100)]
    alike(MusculoskeletalStates.of([state for part in many for state in part]), MusculoskeletalStates.of(single))
    assert np.allclose(drives[1].save().voluntary, drives[0].save().voluntary, atol=1e-9)


def test_many_steps_continue_from_a_saved_state(hand):
    first, again = (KinematicDrive(hand, 100, 40.0) for _ in range(2))
    none = np.zeros(len(hand.muscles))
    first.steps(targets(first, 40), none, USUAL)
    again.begin(40)
    again.restore(first.save())
    alike(again.steps(targets(again, 30), none, USUAL), first.steps(targets(first, 30), none, USUAL))


def test_with_opensim_they_are_single_steps_to_the_bit():
    model = load("forearm_hand", "opensim")
    drives = [KinematicDrive(model, 100, 40.0) for _ in range(2)]
    none = np.zeros(len(model.muscles))
    many = drives[0].steps(targets(drives[0], 5), none, USUAL)
    single = MusculoskeletalStates.of([drives[1].step(target, none, USUAL) for target in targets(drives[1], 5)])
    assert not drives[0].computes_many
    assert all(np.array_equal(getattr(many, name), getattr(single, name)) for name in VALUES)


def test_a_drive_with_another_step_keeps_it(hand):
    class Stiff(KinematicDrive):
        def step(self, target, extra_excitation, effort):
            return super().step(replace(target, position=0.5 * target.position), extra_excitation, effort)

    drive, none = Stiff(hand, 100, 40.0), np.zeros(len(hand.muscles))
    wanted = targets(drive, 300)
    bent = drive.steps(wanted, none, USUAL)
    order = [hand.coordinates.index(name) for name in wanted.coordinates]
    assert not drive.computes_many and np.allclose(bent.position[-1, order], 0.5 * wanted.position[-1], atol=0.05)


def test_models_with_coupled_joints_are_computed_one_by_one(tmp_path):
    build().printToXML(str(tmp_path / "coupled.osim"))
    assert many_poses(load_engine("mujoco").model(tmp_path / "coupled.osim")) is None
