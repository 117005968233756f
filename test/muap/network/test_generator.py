"""The trained generator compared with the volume conductor of its training data, and the symmetries it must have."""

import dataclasses

import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import checkpoint_file, config_file
from emgsim_ros.muap import ElectrodeGrid, load_anatomy
from emgsim_ros.muap.conditions import CONDITIONS
from emgsim_ros.muap.conductor.limb_conductor import ForearmConductor
from emgsim_ros.muap.limb.motor_unit import draw_motor_units
from emgsim_ros.muap.models import ConductorModel, NetworkModel
from emgsim_ros.muap.network.checkpoint import load_trained
from emgsim_ros.muap.network.dataset import draw_conditions
from emgsim_ros.muap.network.evaluation import Evaluation, nrmse, statistics
from emgsim_ros.muap.network.examples import MuapExamples
from emgsim_ros.muap.network.identity import batch_of, draw_traits, units_under

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
GRID = ElectrodeGrid(10, 32, 0.008, 0.004, 0.04)
TIMES = np.arange(96) / 3072


def nothing(*_):
    pass


def units(count=24, seed=0, **fixed):
    rng = np.random.default_rng(seed)
    depths = rng.uniform(0.008, 0.02, count)
    traits, conditions = draw_traits(depths, rng), draw_conditions(count, depths, rng)
    for name, value in fixed.items():
        conditions[:, [c.name.replace(" ", "_") for c in CONDITIONS].index(name)] = value
    return traits, conditions


def make(trained, traits, conditions, grid=GRID, times=TIMES):
    batch = units_under(traits, conditions)
    return trained.generator.potentials(batch, grid.heights, grid.angles, grid.diameter, times)


@pytest.mark.parametrize("split", [1, 2])
def test_potentials_of_unseen_units_and_arms(trained, dataset, split):
    """The target is 2 % nRMSE."""
    if next(trained.generator.parameters()).is_cuda:
        examples = MuapExamples(dataset, "cuda")
    else:
        examples = MuapExamples(dataset)
    errors, reference, ours = Evaluation(trained, examples).generation(split, nothing)
    assert errors.nrmse.mean() < 0.1 and errors.nrmse.max() < 0.5
    for name in vars(reference):
        assert np.allclose(getattr(ours, name), getattr(reference, name), rtol=0.1, atol=4.0), name
    assert np.allclose(ours.amplitude, reference.amplitude, rtol=0.05)


def test_the_forearms_own_units(trained):
    """Deep flexors and shallow extensors of the shipped anatomy, in the graph's arm."""
    for muscle in ("PL", "FDPI", "EDCI"):
        drawn = draw_motor_units(ANATOMY, muscle, 12, 1)
        conductor = ForearmConductor(ANATOMY.cylinder, ANATOMY.fiber, GRID.layout, drawn)
        reference = np.stack([conductor.potential(unit, TIMES).T.reshape(10, 32, -1) for unit in drawn])
        batch = batch_of(drawn, ANATOMY.cylinder)
        made = trained.generator.potentials(batch, GRID.heights, GRID.angles, GRID.diameter, TIMES)
        assert nrmse(made, reference).max() < 0.3, muscle


@pytest.mark.parametrize("grid", [(4, 16, 0.012, 0.002), (1, 8, 0.008, 0.008), (16, 24, 0.005, 0.003)])
def test_other_electrodes(trained, grid):
    """Rows, columns, spacing and diameter that no training has seen together."""
    grid = ElectrodeGrid(*grid, 0.04)
    drawn = draw_motor_units(ANATOMY, "FCR", 8, 1)
    conductor = ForearmConductor(ANATOMY.cylinder, ANATOMY.fiber, grid.layout, drawn)
    reference = np.stack([conductor.potential(u, TIMES).T.reshape(grid.rows, grid.columns, -1) for u in drawn])
    batch = batch_of(drawn, ANATOMY.cylinder)
    made = trained.generator.potentials(batch, grid.heights, grid.angles, grid.diameter, TIMES)
    assert nrmse(made, reference).max() < 2.0  # units cut off at the border of their muscle, directly under the fat


def test_turning_the_unit_turns_the_potential(trained):
    traits, conditions = units()
    turned = conditions.copy()
    turned[:, 2] += 5 / 32
    here, there = make(trained, traits, conditions), make(trained, traits, turned)
    assert np.abs(np.roll(here, 5, axis=2) - there).max() < 1e-4 * np.abs(here).max()


def test_amplitude_grows_with_fibres_and_falls_with_depth(trained):
    traits, conditions = units(number_of_fibres=50.0)
    more, deeper = conditions.copy(), conditions.copy()
    more[:, 0], deeper[:, 1] = 55.0, conditions[:, 1] + 0.001
    base, many, deep = (np.ptp(make(trained, traits, c), axis=(1, 2, 3)) for c in (conditions, more, deeper))
    assert (many / base == pytest.approx(1.1, rel=0.02)) and (deep < base).all()


def test_faster_fibres_are_the_same_in_less_time(trained):
    traits, conditions = units(conduction_velocity=3.0)
    fast = conditions.copy()
    fast[:, 4] = 4.5
    assert np.allclose(
        make(trained, traits, conditions, times=TIMES * 1.5), make(trained, traits, fast), rtol=1e-3, atol=1e-6
    )


def test_one_at_a_time_or_together(trained):
    traits, conditions = units(70)
    together = make(trained, traits, conditions)
    for row in (0, 33, 69):
        alone = make(trained, traits[[row]], conditions[[row]])[0]
        assert np.abs(alone - together[row]).max() < 1e-3 * np.abs(alone).max()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_gpu_gives_the_cpus_numbers():
    traits, conditions = units()
    here, there = (
        make(load_trained(checkpoint_file("muap_generator"), device), traits, conditions) for device in ("cpu", "cuda")
    )
    assert np.abs(here - there).max() < 1e-4 * np.abs(here).max()


@pytest.mark.parametrize("column", range(6))
def test_a_path_of_conditions_is_a_smooth_path_of_potentials(trained, column):
    """In steps of 1 % of a condition's range no potential changes by more than 12 % of its size, or jumps.

    In angle 1 % is 3.6 degrees, a third of the distance between electrodes: 25 %.
    """
    traits, conditions = units(12)
    condition = CONDITIONS[column]
    path = []
    for share in np.linspace(0.4, 0.6, 21):
        step = conditions.copy()
        step[:, column] = condition.at(np.array((1 + share) / 2))
        path.append(make(trained, traits, step))
    path = np.stack(path)
    size = np.sqrt(np.square(path).mean(axis=(2, 3, 4)))
    change = np.sqrt(np.square(np.diff(path, axis=0)).mean(axis=(2, 3, 4))) / size[:-1]
    bend = np.sqrt(np.square(np.diff(path, n=2, axis=0)).mean(axis=(2, 3, 4))) / size[1:-1]
    assert change.max() < (0.25 if condition.name == "angle" else 0.12)
    assert bend.max() < 0.6 * change.max()


def test_lengthening_moves_the_potential_as_in_the_conductor():
    drawn = draw_motor_units(ANATOMY, "FCU", 10, 1)
    network = NetworkModel(ANATOMY, GRID, checkpoint_file("muap_generator"))
    reference = ConductorModel(ANATOMY, GRID, drawn, np.array([0.7, 1.3]))
    for length in (0.7, 1.0, 1.3):
        ours, theirs = (model.potentials(drawn, 0, length, TIMES) for model in (network, reference))
        assert nrmse(ours, theirs).max() < 0.8


@pytest.mark.parametrize(
    ("cylinder", "diameter", "named"),
    [({"fat_radius": 0.0495, "skin_radius": 0.051}, 0.004, "fat thickness"), ({}, 0.015, "electrode diameter"),
     ({"fat": 0.04}, 0.004, "conductivity of fat")],
)  # fmt: skip
def test_arms_it_was_not_trained_for_are_refused_by_name(cylinder, diameter, named):
    arm = dataclasses.replace(ANATOMY, cylinder=dataclasses.replace(ANATOMY.cylinder, **cylinder))
    grid = dataclasses.replace(GRID, diameter=diameter)
    with pytest.raises(InvalidInput, match=named):
        NetworkModel(arm, grid, checkpoint_file("muap_generator"))


def test_nrmse_is_the_rms_error_over_the_range():
    reference = np.zeros((1, 2, 2, 4), np.float32)
    reference[0, 0, 0] = [0, 3, -1, 0]
    assert nrmse(reference + 0.04, reference)[0] == pytest.approx(1.0, rel=1e-5)


def test_statistics_of_a_known_potential():
    times = np.arange(512) / 2048
    wave = np.sin(2 * np.pi * 100 * times) * np.exp(-(((times - 0.125) / 0.02) ** 2))
    potentials = np.zeros((1, 2, 3, 512), np.float32)
    potentials[0, 1, 2], potentials[0, 0, 1], potentials[0, 0, 0] = wave, 0.6 * wave, 0.3 * wave
    found = statistics(potentials, 2048)
    assert found.amplitude[0] == pytest.approx(2.0, rel=0.05) and found.spread[0] == 2
    assert found.median_frequency[0] == pytest.approx(100, abs=3)
    assert found.duration[0] == pytest.approx(20.0, rel=0.05)  # twice the SD 10 ms of the energy


@pytest.mark.parametrize("height", [-0.2, -0.12, 0.12])
def test_the_far_field_is_that_of_the_conductor(height):
    """A ring of electrodes far from the fibres; the weights have never seen electrodes there."""
    ring = ElectrodeGrid(1, 16, 0.008, 0.004, 0.04, height=height)
    drawn = draw_motor_units(ANATOMY, "EDCM", 12, 1)
    weights = checkpoint_file("muap_generator")
    reference = ConductorModel(ANATOMY, ring, drawn, np.array([0.8, 1.2])).potentials(drawn, 0, 1.2, TIMES)
    made = NetworkModel(ANATOMY, ring, weights).potentials(drawn, 0, 1.2, TIMES)
    assert np.abs(made - reference).max() < 0.08 * np.abs(reference).max()
