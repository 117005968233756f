import math

import numpy as np
import pytest

from emgsim_ros.emg.plan import bank_plan, electrode_grid
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import ElectrodeGrid, load_anatomy
from emgsim_ros.muap.limb.motor_unit import draw_motor_units
from emgsim_ros.parameters import EmgParameters

RADIUS = 0.04


@pytest.fixture(scope="module")
def forearm():
    return load_anatomy(config_file("forearm", folder="anatomy"))


def test_the_default_grid_is_where_it_always_was():
    grid = ElectrodeGrid(10, 32, 0.008, 0.004, RADIUS)
    assert grid.closed
    assert np.array_equal(grid.angles, 2 * np.pi * np.arange(32) / 32)


def test_a_grid_around_the_limb_can_be_turned():
    turned = ElectrodeGrid(1, 8, 0.008, 0.004, RADIUS, angle=0.5)
    assert turned.closed and np.allclose(turned.angles - 0.5, ElectrodeGrid(1, 8, 0.008, 0.004, RADIUS).angles)


def test_the_columns_of_a_patch_are_as_far_apart_as_asked_for(forearm):
    patch = ElectrodeGrid(13, 5, 0.008, 0.003, RADIUS, column_spacing=0.008, angle=1.0)
    assert not patch.closed
    assert np.allclose(np.diff(patch.angles) * RADIUS, 0.008) and patch.angles[2] == 1.0
    placed = patch.positions(forearm.placement).reshape(13, 5, 3)
    chord = 2 * RADIUS * math.sin(0.004 / RADIUS)
    assert np.allclose(np.linalg.norm(np.diff(placed, axis=1), axis=2), chord)
    assert np.allclose(np.linalg.norm(np.diff(placed, axis=0), axis=2), 0.008)


@pytest.mark.parametrize("spacing", [0.0, -0.008, math.nan, 2 * math.pi * RADIUS / 5 * 1.01])
def test_a_patch_that_does_not_fit_is_rejected(spacing):
    with pytest.raises(InvalidInput, match="column_spacing"):
        ElectrodeGrid(13, 5, 0.008, 0.003, RADIUS, column_spacing=spacing)


def test_parameters_give_patches(forearm):
    around = electrode_grid(EmgParameters(), forearm)
    assert around == ElectrodeGrid(10, 32, 0.008, 0.004, forearm.cylinder.skin_radius)
    patch = electrode_grid(EmgParameters(rows=13, columns=5, column_spacing=8.0, grid_angle=0.25), forearm)
    assert patch.column_spacing == pytest.approx(0.008) and patch.angles[2] == pytest.approx(np.pi / 2)


@pytest.mark.parametrize("generator", ["conductor", "network"])
def test_a_patch_records_what_a_grid_around_the_limb_records_there(forearm, generator):
    """Electrodes at the same places have the same potentials, whichever grid they belong to."""
    common = {"rows": 3, "generator": generator, "units_per_muscle": 3, "reference": "distant"}
    around = EmgParameters(columns=16, **common)
    spacing = 2 * math.pi * forearm.cylinder.skin_radius / 16 * 1e3
    patch = EmgParameters(columns=3, column_spacing=spacing, grid_angle=1 / 8, **common)
    units, times, made = draw_motor_units(forearm, "FCR", 3, 1), np.arange(64) / 2048, []
    for parameters in (around, patch):
        model = bank_plan(parameters, forearm).model(units, "cpu")
        potentials = model.potentials(units, 0, 1.0, times)
        made.append(potentials.reshape(3, 64, 3, parameters.columns))
    assert np.allclose(made[0][..., 1:4], made[1], atol=1e-5 * np.abs(made[0]).max())
