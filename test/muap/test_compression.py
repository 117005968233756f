"""Compression of a muscle's potentials, against the potentials themselves."""

import numpy as np
import pytest
import torch

from emgsim_ros.files.resources import checkpoint_file, config_file
from emgsim_ros.muap import BankPlan, ElectrodeGrid, build_bank, load_anatomy
from emgsim_ros.muap.bank import RELATIVE_LENGTHS
from emgsim_ros.muap.compression import compressed
from emgsim_ros.muap.limb.motor_unit import draw_motor_units

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
RADIUS = ANATOMY.cylinder.skin_radius


class Known:
    """A series of given [lengths, units, samples, electrodes] potentials."""

    def __init__(self, potentials):
        self.potentials = potentials

    def at(self, lengths, waveforms=None, patterns=None):
        made = self.potentials[list(lengths)]
        made = made if waveforms is None else waveforms @ made
        return made if patterns is None else made @ patterns.T


@pytest.mark.parametrize("reference", [None, ElectrodeGrid(2, 32, 0.008, 0.008, RADIUS, height=-0.15)])
def test_the_bank_holds_the_potentials_of_the_model(reference):
    """At every length, within the two errors that the compression allows."""
    grid = ElectrodeGrid(6, 16, 0.008, 0.004, RADIUS)
    weights = checkpoint_file("muap_generator")
    plan = BankPlan(ANATOMY, grid, {"FCR": 40}, 2048, 1, "network", weights, reference=reference)
    bank, units = build_bank(plan), draw_motor_units(ANATOMY, "FCR", 40, 1)
    model, times = plan.model(units, "cpu"), np.arange(plan.samples) / 2048
    for number in (0, 5, 9, 17):
        length = RELATIVE_LENGTHS[number]
        made = bank.potentials("FCR", number)
        wanted = model.potentials(units, 0, length, times * length)[:, : made.shape[1]]
        error = np.sqrt(((made - wanted) ** 2).mean(axis=(1, 2)) / (wanted**2).mean(axis=(1, 2)))
        assert np.sqrt((error**2).mean()) < 0.015 and error.max() < 0.05


def test_waveforms_and_patterns_are_orthonormal_and_few():
    rng = np.random.default_rng(0)
    waveforms, patterns = rng.standard_normal((4, 64)), rng.standard_normal((3, 50))
    weights = rng.standard_normal((18, 20, 4, 3))
    potentials = torch.from_numpy((waveforms.T @ weights @ patterns).astype(np.float32))
    made = compressed(Known(potentials), 18, 50)
    assert made.patterns.shape == (3, 50) and made.waveforms.shape == (4, 64)
    for basis in (made.patterns, made.waveforms):
        assert np.allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-5)
    assert np.allclose(made.waveforms.T @ made.weights @ made.patterns, potentials, atol=1e-3)


def test_a_common_tail_is_left_out():
    potentials = torch.zeros(18, 5, 64, 6)
    potentials[:, :, :30] = torch.from_numpy(np.random.default_rng(0).standard_normal((18, 5, 30, 6))).float()
    made = compressed(Known(potentials), 18, 6)
    assert made.waveforms.shape[1] == 31
    assert np.allclose(made.waveforms.T @ made.weights @ made.patterns, potentials[:, :, :31], atol=0.05)


def test_silent_units_are_compressed_to_nothing():
    made = compressed(Known(torch.zeros(18, 5, 64, 6)), 18, 6)
    assert not made.weights.any() and np.isfinite(made.patterns).all() and np.isfinite(made.waveforms).all()
