import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput, UnsafeStimulation
from emgsim_ros.stimulation.command import Configuration
from emgsim_ros.stimulation.network import NetworkSize, StimulationNetwork
from emgsim_ros.stimulation.optimise import SelectivitySearch

MUSCLES = ("near", "far")


class TwoMuscles(StimulationNetwork):
    """A made-up patient: each muscle answers to the current of one contact, `near` to 14 and `far` to 2."""

    def __init__(self):
        super().__init__(NetworkSize("gru", 2), 17, 2)

    def forward(self, currents, state=None):
        drive = torch.relu(-currents)
        answer = torch.stack([drive[..., 14] + 0.5 * drive[..., 13], drive[..., 2] + 0.2 * drive[..., 13]], dim=-1)
        return torch.tanh(0.4 * answer), {}


def test_the_search_finds_what_trying_everything_finds(lead):
    search = SelectivitySearch(TwoMuscles(), lead, MUSCLES, "near")
    found = search.optimise(60, seed=1)
    assert 30 <= search.evaluations <= 60  # fewer when no neighbour is better
    best = search.exhaustive()
    assert best.configuration.cathodes == (14,) and best.amplitude == 5.0
    assert found.selectivity > 0.95 * best.selectivity


def test_values_are_selectivity_indices_within_the_safe_limits(lead):
    search = SelectivitySearch(TwoMuscles(), lead, MUSCLES, "far")
    values = search.values([(Configuration((2,), (16,)), 3.0), (Configuration((14,), (16,)), 3.0)])
    assert values[0] == pytest.approx(np.tanh(1.2), abs=1e-5) and values[1] == pytest.approx(-values[0])
    with pytest.raises(UnsafeStimulation, match="safe limit"):
        search.values([(Configuration((2,), (16,)), 7.0)])
    with pytest.raises(InvalidInput, match="near, far"):
        SelectivitySearch(TwoMuscles(), lead, MUSCLES, "other")
