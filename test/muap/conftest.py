"""A small data set and the trained generator, shared by the tests of a worker."""

from __future__ import annotations

import pytest
import torch

from emgsim_ros.files.resources import checkpoint_file
from emgsim_ros.muap.network.checkpoint import TrainedMuaps, load_trained
from emgsim_ros.muap.network.dataset import DatasetPlan, simulate_dataset

DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]
PLAN = DatasetPlan(arms=6, held_out_arms=2, units=3, held_out_units=1, conditions=2, seed=7)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory):
    """A data set of six arms that no training of ours has seen."""
    path = tmp_path_factory.mktemp("dataset") / "muaps.h5"
    simulate_dataset(PLAN, path, workers=1)
    return path


@pytest.fixture(scope="session", params=DEVICES)
def trained(request) -> TrainedMuaps:
    """The generator that ships, on each device."""
    return load_trained(checkpoint_file("muap_generator"), request.param)
