"""Potentials that follow the length of the fibres, against potentials computed at that length."""

import numpy as np
import pytest
import torch

from emgsim_ros.emg.moving_potentials import MovingPotentials
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import BankPlan, ElectrodeGrid, build_bank, load_anatomy
from emgsim_ros.muap.limb.motor_unit import draw_motor_units
from emgsim_ros.muap.models import ConductorModel

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
GRID = ElectrodeGrid(6, 16, 0.008, 0.004, 0.04)
RATE, UNITS = 2048, 8
MUSCLES = ("FCR", "FDSI")


@pytest.fixture(scope="module")
def bank():
    return build_bank(BankPlan(ANATOMY, GRID, dict.fromkeys(MUSCLES, UNITS), RATE, 1))


@pytest.fixture(scope="module")
def exact():
    units = {muscle: draw_motor_units(ANATOMY, muscle, UNITS, 1) for muscle in MUSCLES}
    model = ConductorModel(ANATOMY, GRID, [u for drawn in units.values() for u in drawn], np.array([0.55, 1.4]))
    return lambda muscle, length, times: model.potentials(units[muscle], 0, length, times)


def moved(bank, muscle, length, slowing=1.0):
    """[units, samples, electrodes]: one discharge of each unit."""
    potentials = bank.muscles[muscle]
    moving = MovingPotentials(potentials)
    moving.move(length, slowing)
    made = []
    for unit in range(UNITS):
        sums = np.zeros((moving.longest, len(potentials.patterns)), np.float32)
        moving.add(sums, np.array([0]), np.array([unit]))
        made.append(sums @ potentials.patterns)
    return np.stack(made)


def error(made, reference):
    return np.sqrt(np.square(made - reference).sum(axis=(1, 2)) / np.square(reference).sum(axis=(1, 2)))


@pytest.mark.parametrize("muscle", MUSCLES)
@pytest.mark.parametrize("length", [0.55, 0.675, 0.87, 1.0, 1.026, 1.175, 1.4])
def test_error_is_bounded_at_every_length(bank, exact, muscle, length):
    """RMS of the error over that of the potential; 1 % is about 0.1 % in nRMSE.

    The error is largest halfway between two lengths of the bank, for deep units whose fibres end under the grid.
    """
    made = moved(bank, muscle, length)
    reference = exact(muscle, length, np.arange(made.shape[1]) / RATE)
    assert error(made, reference).max() < 0.045
    assert error(made, reference).mean() < 0.03


def test_a_movement_is_a_smooth_path(bank):
    path = np.stack([moved(bank, "FCR", length) for length in np.arange(0.9, 1.1, 0.01)])
    size = np.sqrt(np.square(path).sum(axis=(2, 3)))[:-1]
    change = np.sqrt(np.square(np.diff(path, axis=0)).sum(axis=(2, 3))) / size
    assert change.max() < 0.12  # for 1 % of the length


def test_fatigue_slows_the_potential(bank, exact):
    """Conduction at 0.8 of its velocity: the same potential in 1 / 0.8 of the time."""
    made = moved(bank, "FCR", 1.0, slowing=0.8)
    reference = exact("FCR", 1.0, np.arange(made.shape[1]) / RATE * 0.8)
    assert error(made, reference).max() < 0.03


def test_lengths_beyond_the_bank_are_held_at_its_ends(bank):
    assert np.array_equal(moved(bank, "FCR", 0.3), moved(bank, "FCR", 0.55))
    assert np.array_equal(moved(bank, "FCR", 2.0), moved(bank, "FCR", 1.4))


def test_a_discharge_keeps_the_potential_of_its_moment(bank):
    """Whatever happens to the length afterwards, and before."""
    patterns = bank.muscles["FCR"].patterns
    moving = MovingPotentials(bank.muscles["FCR"])
    sums = np.zeros((2 * moving.longest, len(patterns)), np.float32)
    moving.move(0.8)
    moving.add(sums, np.array([0]), np.array([2]))
    moving.move(1.2)
    moving.add(sums, np.array([moving.longest]), np.array([UNITS - 1]))
    made = sums @ patterns
    assert np.allclose(made[: moving.longest], moved(bank, "FCR", 0.8)[2], atol=1e-7)
    assert np.allclose(made[moving.longest :], moved(bank, "FCR", 1.2)[-1], atol=1e-7)


def test_neither_the_number_of_discharges_at_once_nor_the_library_matters(bank):
    rng = np.random.default_rng(0)
    sample, unit = np.sort(rng.integers(0, 300, 100)), rng.integers(0, UNITS, 100)
    moving = MovingPotentials(bank.muscles["FCR"])
    moving.move(1.1)
    whole, parts = np.zeros((2, 300 + moving.longest, len(bank.muscles["FCR"].patterns)), np.float32)
    moving.add(whole, sample, unit)
    for first, end in ((0, 1), (1, 40), (40, 40), (40, 100)):
        moving.add(parts, sample[first:end], unit[first:end])
    assert np.array_equal(whole, parts)
    tensor = torch.zeros(whole.shape)
    moving.add(tensor, sample, unit)
    assert np.allclose(tensor.numpy(), whole, rtol=0, atol=1e-6 * np.abs(whole).max())
