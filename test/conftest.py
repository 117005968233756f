"""Fixtures shared by all tests."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path

import pytest


def _own_domain() -> int:
    """A ROS domain that no other test process of this machine uses, held by a lock until this process ends.

    The highest domain whose ports Linux does not give to other programs is 101; 0 belongs to graphs outside the tests.
    """
    for domain in range(101, 0, -1):
        with contextlib.suppress(OSError):
            lock = os.open(Path(tempfile.gettempdir()) / f"emgsim_ros_test_domain_{domain}", os.O_CREAT | os.O_RDWR)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # for as long as the descriptor is open
            return domain
    raise RuntimeError("all ROS domains are in use by other tests")


os.environ["ROS_DOMAIN_ID"] = str(_own_domain())
os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
os.environ["OMP_NUM_THREADS"] = "1"

SMALL_EMG = {"units_per_muscle": 12, "rows": 4, "columns": 8}


@pytest.fixture(scope="session")
def small_emg() -> dict:
    """Parameters of an EMG node that is ready at once."""
    return dict(SMALL_EMG)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for computed potentials, shared by the tests of a worker."""
    return tmp_path_factory.mktemp("muap_cache")


@pytest.fixture(scope="session")
def small_pose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights, as they come out of the dice, of a decoder for the small EMG node's electrodes."""
    from emgsim_ros.pose.angles import HAND_NAMES
    from emgsim_ros.pose.checkpoint import save_pose
    from emgsim_ros.pose.networks.streaming import DecoderSize, StreamingDecoder

    size = DecoderSize(SMALL_EMG["rows"], SMALL_EMG["columns"], 2048, 32, mixed=16, units=16)
    path = tmp_path_factory.mktemp("weights") / "small_pose.safetensors"
    save_pose(path, StreamingDecoder(size, len(HAND_NAMES)), "streaming", size, HAND_NAMES, {})
    return path


@pytest.fixture(scope="session")
def small_config(tmp_path_factory: pytest.TempPathFactory, small_emg: dict, small_pose: Path) -> Path:
    """A parameter file of forearm_sim with a small EMG node."""
    lines = "\n".join(f"    {name}: {value}" for name, value in small_emg.items())
    path = tmp_path_factory.mktemp("config") / "small.yaml"
    path.write_text(f"emg:\n  ros__parameters:\n{lines}\npose:\n  ros__parameters:\n    checkpoint: {small_pose}\n")
    return path
