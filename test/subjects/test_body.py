import dataclasses

import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import load_anatomy
from emgsim_ros.subjects.body import MuscleChange, standard_body


@pytest.fixture(scope="module")
def standard():
    return load_anatomy(config_file("forearm", folder="anatomy"))


@pytest.fixture(scope="module")
def body(standard):
    return standard_body("forearm", standard)


def test_a_body_without_changes_is_the_standard_anatomy(standard, body):
    made = body.anatomy(standard)
    assert made.fiber == standard.fiber and set(made.muscles) == set(standard.muscles)
    assert made.cylinder.muscle_radius == pytest.approx(standard.cylinder.muscle_radius)
    for name, territory in standard.muscles.items():
        assert dataclasses.astuple(made.muscles[name])[:2] == dataclasses.astuple(territory)[:2]
        assert made.muscles[name].depth == pytest.approx(territory.depth)
        assert made.muscles[name].angle == territory.angle and made.muscles[name].belly == territory.belly


def test_turned_and_shifted_electrodes_move_every_muscle_alike(standard, body):
    made = dataclasses.replace(body, turn=0.02, shift=-0.005).anatomy(standard)
    for name, territory in standard.muscles.items():
        assert made.muscles[name].angle[1] - territory.angle[1] == pytest.approx(0.02)
        assert made.muscles[name].belly - territory.belly == pytest.approx(-0.005)


def test_a_change_concerns_one_muscle(standard, body):
    change = MuscleChange(around=0.01, along=0.003, depth=0.001, area=1.5, fiber_length=0.9, motor_units=0.5)
    made = dataclasses.replace(body, muscles={"FCU": change}).anatomy(standard, strength=2.0)
    before, after = standard.muscles["FCU"], made.muscles["FCU"]
    assert after.area == pytest.approx(3.0 * before.area) and after.depth[0] - before.depth[0] == pytest.approx(0.001)
    assert after.fiber_length == pytest.approx(0.9 * before.fiber_length)
    assert after.motor_units == round(0.5 * before.motor_units)
    assert made.muscles["FCR"].area == pytest.approx(2.0 * standard.muscles["FCR"].area)
    assert made.muscles["FCR"].angle == standard.muscles["FCR"].angle


def test_more_fat_pushes_the_muscles_away_from_the_skin_within_the_muscle_layer(standard, body):
    made = dataclasses.replace(body, fat=body.fat + 0.004).anatomy(standard)
    for name, territory in standard.muscles.items():
        assert made.muscles[name].depth[0] > territory.depth[0]
        assert made.muscles[name].depth[1] < made.cylinder.skin_radius - made.cylinder.bone_radius


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda body: dataclasses.replace(body, fat=0.0), "fat"),
        (lambda body: dataclasses.replace(body, territory_density=-1.0), "territory_density"),
        (lambda body: MuscleChange(area=0.0), "area"),
    ],
)
def test_impossible_numbers_are_refused(body, make, named):
    with pytest.raises(InvalidInput, match=named):
        make(body)


def test_an_unknown_muscle_and_a_limb_without_muscle_are_refused(standard, body):
    with pytest.raises(InvalidInput, match="VASTUS"):
        dataclasses.replace(body, muscles={"VASTUS": MuscleChange()}).anatomy(standard)
    with pytest.raises(InvalidInput, match="radii"):
        dataclasses.replace(body, fat=0.04).anatomy(standard)
