"""The electrode maps that ship."""

import numpy as np
import pytest

from emgsim_ros.emg.plan import bank_plan
from emgsim_ros.files.resources import checkpoint_file, config_file, share_directory
from emgsim_ros.muap import load_anatomy
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.pose.checkpoint import load_pose
from emgsim_ros.pose.stream import PoseStream, load_electrode_map
from emgsim_ros.subjects.cohort import CohortPlan

RATE = 2000


def electrode_layout(**electrodes):
    anatomy = load_anatomy(config_file("forearm", folder="anatomy"))
    return bank_plan(EmgParameters(**electrodes), anatomy).grid.layout


def test_the_ring_map_names_the_grid_electrodes_that_lie_where_the_rings_are():
    channels = list(load_electrode_map(config_file("ring_from_grid", folder="electrode_maps")))
    grid, plan = electrode_layout(), CohortPlan().ring
    ring = electrode_layout(rows=plan.rows, columns=plan.columns, spacing=plan.spacing, diameter=plan.diameter)
    assert np.allclose(grid.angles[channels], ring.angles)
    apart = np.abs(grid.heights[channels] - ring.heights)
    assert np.allclose(apart, np.abs(grid.heights).min())  # in a row that is nearest to the ring
    assert len(set(grid.heights[channels])) == 1


def test_the_ring_decoder_runs_on_the_default_grid_with_the_map():
    trained = load_pose(checkpoint_file("pose_ring"))
    channels = load_electrode_map(config_file("ring_from_grid", folder="electrode_maps"))
    grid = np.random.default_rng(0).normal(0, 0.02, (2 * RATE, 320)).astype(np.float32)
    (mapped, ring) = (
        PoseStream(trained, RATE, 320, channels).push(0, grid),
        PoseStream(trained, RATE, 16).push(0, np.ascontiguousarray(grid[:, list(channels)])),
    )
    assert len(mapped) == len(ring) > 0
    assert all(np.array_equal(a.angles, b.angles) for a, b in zip(mapped, ring, strict=True))


@pytest.mark.parametrize(
    "path", sorted((share_directory() / "config" / "electrode_maps").iterdir()), ids=lambda p: p.stem
)
def test_every_map_that_ships_can_be_read(path):
    assert load_electrode_map(path)
