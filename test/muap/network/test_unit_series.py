"""Potentials of many fibre lengths computed together, against the same potentials one by one."""

import numpy as np
import pytest
import torch

from emgsim_ros.files.resources import checkpoint_file, config_file
from emgsim_ros.muap import ElectrodeGrid, load_anatomy
from emgsim_ros.muap.limb.motor_unit import draw_motor_units
from emgsim_ros.muap.models import NetworkModel, WithReference
from emgsim_ros.muap.network.identity import batch_of
from emgsim_ros.muap.series import EachLength, series_of

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
RADIUS = ANATOMY.cylinder.skin_radius
GRID = ElectrodeGrid(5, 16, 0.008, 0.004, RADIUS)
STRAP = ElectrodeGrid(3, 32, 0.0067, 0.0067, RADIUS, height=-0.15)
PATCH = ElectrodeGrid(2, 3, 0.006, 0.006, RADIUS, column_spacing=0.006, angle=1.0, height=0.12)
LENGTHS = np.array([0.55, 0.8, 1.0, 1.4])
TIMES = np.arange(64) / 2048
UNITS = [unit for name in ("FCR", "FDPM", "EIP", "PT") for unit in draw_motor_units(ANATOMY, name, 12, 3)]
DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]


def network(grid, device="cpu"):
    return NetworkModel(ANATOMY, grid, checkpoint_file("muap_generator"), device)


def error(made, wanted):
    """Greatest RMS error of a potential, as a share of its RMS."""
    return ((made - wanted).square().mean(dim=(2, 3)) / wanted.square().mean(dim=(2, 3))).sqrt().max()


def one_by_one(model, lengths=LENGTHS):
    return torch.from_numpy(np.stack([model.potentials(UNITS, 0, length, TIMES * length) for length in lengths]))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("grid", [GRID, PATCH, ElectrodeGrid(1, 16, 0.008, 0.008, RADIUS)])
def test_lengths_together_are_those_one_by_one(grid, device):
    """They differ by the points at which the source is computed, which matters for small potentials."""
    model = network(grid, device)
    assert error(model.over_lengths(UNITS, 0, LENGTHS, TIMES).at(range(4)), one_by_one(model)) < (
        2e-3 if grid.height == 0 else 1e-2
    )


@pytest.mark.parametrize("grid", [GRID, STRAP])
def test_a_projection_is_that_of_the_potentials(grid):
    series = network(grid).over_lengths(UNITS, 0, LENGTHS, TIMES)
    rng = np.random.default_rng(0)
    waveforms = torch.from_numpy(rng.standard_normal((7, 64)).astype(np.float32))
    patterns = torch.from_numpy(rng.standard_normal((5, grid.count)).astype(np.float32))
    whole = series.at([0, 3])
    assert whole.shape == (2, len(UNITS), 64, grid.count)
    wanted = waveforms @ whole @ patterns.T
    assert error(series.at([0, 3], waveforms, patterns), wanted) < 1e-4
    assert error(series.at([0, 3], waveforms), waveforms @ whole) < 1e-4


def test_the_mean_around_the_limb_needs_few_angular_orders():
    """The orders that cancel around the limb are left out, without an effect on the mean of the discs."""
    series = network(STRAP).over_lengths(UNITS, 0, LENGTHS, TIMES)
    mean = torch.full((1, STRAP.count), 1 / STRAP.count)
    made = series.at(range(4), None, mean)
    assert error(made, series.at(range(4)).mean(dim=3, keepdim=True)) < 1e-3


@pytest.mark.parametrize("reference", [STRAP, PATCH])
def test_the_reference_is_the_mean_of_its_discs(reference):
    model = WithReference(network(GRID), network(reference), reference.count)
    series = series_of(model, UNITS, 0, LENGTHS, TIMES)
    made, wanted = series.at(range(4)), one_by_one(model)
    assert made.shape[3] == GRID.count + 1
    assert error(made[..., -1:], wanted[..., -1:]) < 5e-3  # the reference is far away and its potentials are small
    assert error(made, wanted) < 2e-3
    patterns = torch.linalg.qr(
        torch.from_numpy(np.random.default_rng(1).standard_normal((GRID.count + 1, 6)))
    ).Q.T.float()
    assert error(series.at(range(4), None, patterns), made @ patterns.T) < 1e-4


def test_any_model_has_a_series_and_computes_few_lengths_once():
    calls = []

    class Counting:
        def potentials(self, units, first, relative_length, times):
            calls.append(float(relative_length))
            return np.full((len(units), len(times), 4), relative_length * times[1], dtype=np.float32)

    series = series_of(Counting(), UNITS, 0, LENGTHS, TIMES)
    assert isinstance(series, EachLength)
    examples = series.at([0, 3])
    assert torch.equal(examples, series.at([0, 3]))
    assert np.allclose(examples[:, 0, 0, 0], LENGTHS[[0, 3]] ** 2 * TIMES[1])  # times are multiplied by the length
    assert series.at(range(4), torch.ones(2, 64), torch.ones(3, 4)).shape == (4, len(UNITS), 2, 3)
    assert sorted(calls) == sorted(LENGTHS)


def test_a_batch_has_the_means_and_spreads_of_the_fibres():
    batch = batch_of(UNITS, ANATOMY.cylinder)
    for row, unit in enumerate(UNITS):
        depth = RADIUS - unit.radii
        assert batch.depth[row] == pytest.approx(depth.mean())
        assert batch.depth_spread[row] == pytest.approx(depth.std(), abs=1e-12)
        assert batch.angle_spread[row] == pytest.approx(unit.angles.std(), abs=1e-12)
        if len(depth) > 1:
            assert batch.correlation[row] == pytest.approx(np.corrcoef(depth, unit.angles)[0, 1])
