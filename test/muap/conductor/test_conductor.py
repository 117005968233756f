import dataclasses

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import ElectrodeGrid, load_anatomy
from emgsim_ros.muap.conductor import limb_conductor
from emgsim_ros.muap.conductor.limb_conductor import ForearmConductor
from emgsim_ros.muap.conductor.source import axial_current
from emgsim_ros.muap.limb.electrodes import ElectrodeLayout
from emgsim_ros.muap.limb.motor_unit import MotorUnit

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
TIMES = np.arange(64) / 2048


def unit(**change):
    values = {
        "fibers": 100,
        "radii": np.full(1, 0.030),
        "angles": np.zeros(1),
        "innervation_zone": 0.0,
        "proximal": 0.06,
        "distal": 0.05,
        "conduction_velocity": 4.0,
        "innervation_scatter": 0.0025,
        "end_scatter": 0.005,
    }
    return MotorUnit(**{**values, **change})


def potential(one, layout, cylinder=ANATOMY.cylinder):
    return ForearmConductor(cylinder, ANATOMY.fiber, layout, [one]).potential(one, TIMES)


def test_a_finite_fibre_in_a_boundless_anisotropic_medium(monkeypatch):
    """Against the integral of its current over the closed form of a point source's field.

    Close under the surface of a very thick uniform limb, which doubles the field: 2 I / (4 pi sqrt(s_r s_z) d) with
    d^2 = depth^2 + dz^2 s_r / s_z. Differences between electrodes, since a mean over the Fourier window is left out.
    """
    across, along, depth, skin = 0.1, 0.5, 0.010, 0.4
    limb = dataclasses.replace(
        ANATOMY.cylinder,
        bone_radius=0.005,
        muscle_radius=skin - 2e-5,
        fat_radius=skin - 1e-5,
        skin_radius=skin,
        bone=across,
        fat=across,
        skin=across,
    )
    monkeypatch.setattr(limb_conductor, "HIGHEST_ORDER", 700)
    electrodes = np.array([0.0, 0.01, 0.025, 0.045])
    one = unit(radii=np.full(1, skin - depth))
    made = potential(one, ElectrodeLayout(np.zeros(4), electrodes, 0.0), limb)
    heights = np.arange(-0.1, 0.1, 0.0005)
    current = np.gradient(axial_current(one, ANATOMY.fiber, heights, TIMES), heights, axis=0)  # A/m
    distance = np.sqrt(depth**2 + (electrodes[:, None] - heights) ** 2 * across / along)
    field = 2 / (4 * np.pi * np.sqrt(across * along) * distance) * 0.0005
    expected = (field @ current).T * 1e3
    error = np.diff(made, axis=1) - np.diff(expected, axis=1)
    assert np.abs(error).max() < 0.02 * np.ptp(expected)


def test_scattered_electrodes_see_what_a_grid_sees_there():
    grid = ElectrodeGrid(5, 8, 0.008, 0.004, 0.04)
    rng = np.random.default_rng(0)
    some = rng.permutation(grid.count)[:11]
    layout = grid.layout
    scattered = ElectrodeLayout(layout.angles[some], layout.heights[some], layout.diameter)
    assert np.allclose(potential(unit(), scattered), potential(unit(), layout)[:, some], rtol=1e-4, atol=1e-8)


def test_a_ring_is_a_layout_too():
    ring = ElectrodeLayout(np.linspace(0, 2 * np.pi, 16, endpoint=False), np.full(16, 0.012), 0.005)
    peaks = np.ptp(potential(unit(), ring), axis=0)
    assert peaks.argmax() == 0 and np.allclose(peaks[1:8], peaks[:8:-1], rtol=1e-3)


def test_moving_the_electrodes_is_moving_the_unit_the_other_way():
    here = ElectrodeLayout(np.array([0.3, 1.0]), np.array([0.02, -0.01]), 0.004)
    there = ElectrodeLayout(here.angles + 0.5, here.heights + 0.013, 0.004)
    moved = unit(angles=np.full(1, 0.5), innervation_zone=0.013)
    assert np.allclose(potential(unit(), here), potential(moved, there), rtol=1e-4, atol=1e-7)


def test_a_unit_the_other_way_round_is_seen_the_other_way_round():
    up = ElectrodeLayout(np.zeros(3), np.array([0.03, 0.0, -0.02]), 0.004)
    down = ElectrodeLayout(np.zeros(3), np.array([-0.03, 0.0, 0.02]), 0.004)
    turned = unit(proximal=0.05, distal=0.06)
    assert np.allclose(potential(unit(), up), potential(turned, down), rtol=1e-3, atol=1e-7)


def test_a_whole_unit_is_the_sum_of_its_fibres():
    both = unit(radii=np.array([0.030, 0.0325]), angles=np.array([0.0, 0.1]))
    each = [unit(fibers=50, radii=both.radii[[i]], angles=both.angles[[i]]) for i in range(2)]
    layout = ElectrodeGrid(3, 8, 0.008, 0.004, 0.04).layout
    total = potential(each[0], layout) + potential(each[1], layout)
    assert np.abs(potential(both, layout) - total).max() < 0.01 * np.abs(total).max()


@pytest.mark.parametrize(
    ("angles", "heights", "diameter", "named"),
    [
        (np.zeros(2), np.zeros(3), 0.004, "shapes"),
        (np.zeros(0), np.zeros(0), 0.004, "shapes"),
        (np.array([np.nan]), np.zeros(1), 0.004, "angles and heights"),
        (np.zeros(1), np.zeros(1), -1.0, "diameter"),
    ],
)
def test_impossible_electrodes_are_refused_by_name(angles, heights, diameter, named):
    with pytest.raises(InvalidInput, match=named):
        ElectrodeLayout(angles, heights, diameter)


def far(unit, window=None, monkeypatch=None):
    """[times, 6] potential (mV) at 0.2, 0.15 and 0.1 m on either side of the middle."""
    heights = np.array([0.2, 0.15, 0.1, -0.1, -0.15, -0.2])
    if window:
        frequencies = np.arange(1.0, round(limb_conductor.HIGHEST_FREQUENCY * window / (2 * np.pi)) + 1)
        monkeypatch.setattr(limb_conductor, "WINDOW", window)
        monkeypatch.setattr(limb_conductor, "FREQUENCIES", 2 * np.pi / window * frequencies)
    return potential(unit, ElectrodeLayout(np.full(6, 1.0), heights, 0.004))


def test_the_far_field_does_not_depend_on_the_window(monkeypatch):
    one = unit(proximal=0.04, distal=0.06)
    here, wider = far(one), far(one, 4 * limb_conductor.WINDOW, monkeypatch)
    assert np.abs(here - wider).max() < 0.015 * np.abs(wider[:, [0, -1]]).max()


def test_the_ends_of_the_limb_differ_by_the_current_of_the_fibres():
    """Far from the fibres the potential is the same everywhere on one side: the integral of the current over S / 2."""
    one, heights = unit(proximal=0.04, distal=0.06), np.arange(-0.1, 0.1, 0.0005)
    moment = axial_current(one, ANATOMY.fiber, heights, TIMES).sum(axis=0) * 0.0005
    half = moment / ANATOMY.cylinder.axial_conductance / 2 * 1e3
    made, most = far(one), np.abs(half).max()
    assert np.abs(made[:, 0] + half).max() < 0.05 * most and np.abs(made[:, -1] - half).max() < 0.05 * most
    assert np.abs(made[:, 0] - made[:, 1]).max() < 0.1 * most  # 0.2 and 0.15 m
    assert 0.0001 < most < 0.03  # 100 fibres: 0.02 uV per fibre


def test_a_fibre_that_ends_on_both_sides_at_once_has_no_far_field():
    same = far(unit(proximal=0.05, distal=0.05))
    other = far(unit(proximal=0.04, distal=0.06))
    assert np.abs(same[:, [0, -1]]).max() < 0.05 * np.abs(other[:, [0, -1]]).max()


def test_conductance_of_the_cross_section():
    uniform = dataclasses.replace(ANATOMY.cylinder, bone=0.3, muscle_along=0.3, fat=0.3, skin=0.3)
    assert uniform.axial_conductance == pytest.approx(0.3 * np.pi * 0.04**2)
    assert ANATOMY.cylinder.axial_conductance == pytest.approx(0.00232, rel=0.01)  # muscle 1.99e-3, skin 0.30e-3
