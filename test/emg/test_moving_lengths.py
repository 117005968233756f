"""Potentials that follow the length of the fibres, against potentials computed at that length."""

import dataclasses
import itertools

import numpy as np
import pytest
import torch

from emgsim_ros.emg import MuapSynthesis
from emgsim_ros.emg.device_synthesis import DeviceSums
from emgsim_ros.emg.moving_lengths import Move, longest_potential
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import BankPlan, ElectrodeGrid, build_bank, load_anatomy
from emgsim_ros.muap.limb.motor_unit import draw_motor_units
from emgsim_ros.muap.models import ConductorModel

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
GRID = ElectrodeGrid(6, 16, 0.008, 0.004, 0.04)
RATE, UNITS = 2048, 8
MUSCLES = ("FCR", "FDSI")
DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]


@pytest.fixture(scope="module")
def bank():
    return build_bank(BankPlan(ANATOMY, GRID, dict.fromkeys(MUSCLES, UNITS), RATE, 1))


@pytest.fixture(scope="module")
def exact():
    units = {muscle: draw_motor_units(ANATOMY, muscle, UNITS, 1) for muscle in MUSCLES}
    model = ConductorModel(ANATOMY, GRID, [u for drawn in units.values() for u in drawn], np.array([0.55, 1.4]))
    return lambda muscle, length, times: model.potentials(units[muscle], 0, length, times)


def alone(bank, muscle):
    return dataclasses.replace(bank, muscles={muscle: bank.muscles[muscle]})


def at(length, slowing=1.0):
    return np.array([length]), np.array([slowing])


def moved(bank, muscle, length, slowing=1.0):
    """[units, samples, electrodes]: one discharge of each unit."""
    synthesis = MuapSynthesis(alone(bank, muscle))
    synthesis.move(*at(length, slowing))
    longest = longest_potential(bank.muscles[muscle].waveforms.shape[1])
    made = []
    for unit in range(UNITS):
        made.append(synthesis.advance(np.array([0]), np.array([0]), np.array([unit]), longest))
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
    longest = longest_potential(bank.muscles["FCR"].waveforms.shape[1])
    moves = [Move(0, *at(0.8)), Move(5, *at(1.2)), Move(longest + 3, *at(0.7))]
    discharges = np.array([0, longest]), np.array([0, 0]), np.array([2, UNITS - 1])
    made = MuapSynthesis(alone(bank, "FCR")).advance(*discharges, 2 * longest, moves)
    assert np.allclose(made[:longest], moved(bank, "FCR", 0.8)[2], rtol=0, atol=1e-7)
    assert np.allclose(made[longest:], moved(bank, "FCR", 1.2)[-1], rtol=0, atol=1e-7)


def scene(bank, samples):
    """Discharges of both muscles in ``samples`` samples, and moves every 50 samples."""
    rng = np.random.default_rng(0)
    sample = np.sort(rng.integers(0, samples, 200))
    order = np.lexsort((unit := rng.integers(0, UNITS, 200), muscle := rng.integers(0, 2, 200), sample))
    moves = [Move(n, rng.uniform(0.6, 1.3, 2), rng.uniform(0.8, 1, 2)) for n in range(0, samples, 50)]
    return sample, muscle[order], unit[order], moves


def test_the_signal_does_not_depend_on_the_blocks_to_the_last_bit(bank):
    sample, muscle, unit, moves = scene(bank, 700)
    whole = MuapSynthesis(bank).advance(sample, muscle, unit, 700, moves)
    cut, parts = MuapSynthesis(bank), []
    for first, end in itertools.pairwise([0, 1, 2, 9, 100, 132, 164, 165, 500, 700]):
        own = (sample >= first) & (sample < end)
        later = [Move(m.sample - first, m.relative_lengths, m.slowing) for m in moves if first <= m.sample < end]
        parts.append(cut.advance(sample[own] - first, muscle[own], unit[own], end - first, later))
    assert np.array_equal(whole, np.concatenate(parts))


@pytest.mark.parametrize("device", DEVICES)
def test_machine_code_and_torch_give_the_same_signal(bank, device):
    """But for the tails of units that end before the longest unit of their muscle."""
    sample, muscle, unit, moves = scene(bank, 700)
    expected = MuapSynthesis(bank).advance(sample, muscle, unit, 700, moves)
    sums = DeviceSums(bank, device, rows=128)
    parts = [sums.advance(sample[sample < 300], muscle[sample < 300], unit[sample < 300], 300, moves[:6])]
    later = [Move(m.sample - 300, m.relative_lengths, m.slowing) for m in moves[6:]]
    rest = sample >= 300
    parts.append(sums.advance(sample[rest] - 300, muscle[rest], unit[rest], 400, later))
    error = np.abs(np.concatenate(parts) - expected).max()
    assert error < 2e-3 * np.abs(expected).max()
    assert np.sqrt(np.square(np.concatenate(parts) - expected).mean()) < 2e-4 * expected.std()
