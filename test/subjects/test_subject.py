import numpy as np
import pytest

from emgsim_ros.emg.plan import electrode_grid
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import load_anatomy
from emgsim_ros.muap.models import _check_trained_for
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.subjects.subject import FAT, SKIN_RADIUS, draw_subject


@pytest.fixture(scope="module")
def standard():
    return load_anatomy(config_file("forearm", folder="anatomy"))


@pytest.fixture(scope="module")
def people(standard):
    return [draw_subject(standard, 1, number) for number in range(30)]


def test_a_seed_and_a_number_are_a_person(standard, people):
    assert draw_subject(standard, 1, 3) == people[3]
    assert draw_subject(standard, 2, 3) != people[3] and people[3] != people[4]


def test_people_differ_in_arm_fat_strength_and_noise(people):
    for values, (low, high) in (
        ([one.anatomy.cylinder.skin_radius for one in people], SKIN_RADIUS),
        ([one.anatomy.cylinder.fat_radius - one.anatomy.cylinder.muscle_radius for one in people], FAT),
    ):
        assert low <= min(values) < low + 0.3 * (high - low) and high - 0.3 * (high - low) < max(values) <= high
    assert np.std([one.strength for one in people]) > 0.1 and np.std([np.log(one.noise_rms) for one in people]) > 0.1


def test_people_differ_in_effort_about_one(people):
    efforts = np.log([one.effort for one in people])
    assert abs(efforts.mean()) < 0.2 and 0.1 < efforts.std() < 0.5


def test_every_muscle_lies_between_fat_and_bone(people):
    for one in people:
        arm = one.anatomy.cylinder
        for territory in one.anatomy.muscles.values():
            assert arm.skin_radius - arm.muscle_radius < territory.depth[0] < territory.depth[1]
            assert territory.depth[1] < arm.skin_radius - arm.bone_radius and territory.motor_units > 10


def test_muscles_stay_near_their_place_and_move_together_with_the_electrodes(standard, people):
    moved = np.array(
        [[one.anatomy.muscles[m].angle[0] - t.angle[0] for m, t in standard.muscles.items()] for one in people]
    )
    assert np.abs(moved).max() < 0.08
    assert moved.mean(axis=1).std() > 2 * moved.std(axis=1).mean() / np.sqrt(moved.shape[1])  # a turn common to all


def test_the_generator_knows_every_arm(people):
    for one in people:
        _check_trained_for(one.anatomy, electrode_grid(EmgParameters(), one.anatomy))
