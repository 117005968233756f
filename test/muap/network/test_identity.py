import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.muap.limb.motor_unit import draw_motor_units
from emgsim_ros.muap.network.dataset import draw_conditions
from emgsim_ros.muap.network.identity import (
    TRAITS,
    arm_of,
    batch_of,
    depth_range,
    draw_traits,
    latents_of,
    motor_unit,
    standard_anatomy,
    territory_places,
    traits_of,
    units_under,
)
from emgsim_ros.muap.network.morphing import from_shares, possible, shares_of


def some(count=50, seed=0):
    rng = np.random.default_rng(seed)
    depths = rng.uniform(0.008, 0.02, count)
    return draw_traits(depths, rng), draw_conditions(count, depths, rng)


def test_latents_and_traits_are_two_names_for_the_same():
    latents = np.random.default_rng(0).standard_normal((200, len(TRAITS)))
    assert np.allclose(latents_of(traits_of(latents)), latents)
    for number, trait in enumerate(TRAITS):
        values = traits_of(latents)[:, number]
        assert trait.low <= values.min() and values.max() <= trait.high
        assert values.mean() == pytest.approx((trait.low + trait.high) / 2, abs=0.15 * (trait.high - trait.low))


def test_drawn_units_lie_in_the_muscle_of_their_arms():
    traits, conditions = some(500)
    low, high = depth_range(traits)
    assert ((conditions[:, 1] >= low) & (conditions[:, 1] <= high)).all()


def test_shares_are_traits_and_conditions():
    traits, conditions = some()
    again = from_shares(shares_of(traits, conditions))
    assert np.allclose(again[0], traits) and np.allclose(again[1], conditions)
    shares = shares_of(traits, conditions)
    assert np.allclose(possible(shares), shares)
    wild = possible(shares + np.random.default_rng(1).normal(0, 1, shares.shape))
    units_under(*from_shares(wild))  # refuses what cannot be


def test_a_unit_of_the_conductor_has_the_moments_that_were_asked_for():
    traits, conditions = some(20)
    conditions[:, 0] = 3.0  # so few that no fibre comes to the muscle's border
    batch, rng = units_under(traits, conditions), np.random.default_rng(0)
    for row in range(len(batch)):
        unit = motor_unit(batch, row, territory_places(rng))
        again = batch_of([unit], arm_of(traits[row]))
        for name in ("fibers", "depth", "angle", "depth_spread", "angle_spread", "correlation", "zone", "skin_radius"):
            assert getattr(again, name)[0] == pytest.approx(getattr(batch, name)[row], rel=1e-6, abs=1e-9), name


@pytest.mark.parametrize("length", [0.7, 1.0, 1.3])
def test_a_batch_lengthens_as_its_units_do(length):
    anatomy = standard_anatomy()
    units = draw_motor_units(anatomy, "FDSI", 20, 1)  # far from the borders of the muscle layer
    whole = batch_of(units, anatomy.cylinder).lengthened(length)
    each = batch_of([unit.lengthened(length, anatomy.cylinder) for unit in units], anatomy.cylinder)
    for name, values in vars(whole).items():
        assert np.allclose(getattr(each, name), values, rtol=1e-6, atol=1e-12), name


def test_a_lengthened_unit_keeps_its_volume_and_its_zone():
    anatomy = standard_anatomy()
    unit = draw_motor_units(anatomy, "FCU", 20, 1)[-1]
    longer = unit.lengthened(1.2, anatomy.cylinder)
    assert longer.proximal + longer.distal == pytest.approx(1.2 * (unit.proximal + unit.distal))
    assert longer.radii.std() == pytest.approx(unit.radii.std() / np.sqrt(1.2))
    assert longer.conduction_velocity == pytest.approx(unit.conduction_velocity / 1.2)
    assert longer.innervation_zone == unit.innervation_zone and longer.fibers == unit.fibers


def test_a_depth_outside_the_arm_is_refused_by_name():
    traits, conditions = some(3)
    conditions[1, 1] = 0.045
    with pytest.raises(InvalidInput, match=r"depth is 0\.045"):
        units_under(traits, conditions)
    with pytest.raises(InvalidInput, match="number"):
        units_under(traits, conditions[:2])
    with pytest.raises(InvalidInput, match="latents"):
        traits_of(np.full((2, 3), np.nan))
