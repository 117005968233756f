"""The example packages, installed beside the environment as another developer's packages would be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
PACKAGES = ("poisson_pool", "grip_node", "tcn_decoder")
SMALL = "{units_per_muscle: 12, rows: 4, columns: 8, pool: poisson, options: ['pool.dead_time=0.008']}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example packages installed."""
    folder = tmp_path_factory.mktemp("site")
    sources = tmp_path_factory.mktemp("sources")  # a build leaves files beside the sources
    copies = [str(shutil.copytree(EXAMPLES / name, sources / name)) for name in PACKAGES]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*command, "--target", str(folder), *copies], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def emgsim(site: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Run the command line in an empty folder, with the example packages on the path."""

    def run(*arguments: str, installed: bool = True) -> subprocess.CompletedProcess:
        environment = {**os.environ, "PYTHONPATH": str(site) if installed else "", "COLUMNS": "200"}
        command = [sys.executable, "-P", "-m", "emgsim_ros.cli", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    return run


@pytest.fixture
def small_config(tmp_path: Path) -> str:
    """A parameter file with the example's pool and a small EMG node."""
    path = tmp_path / "small.yaml"
    path.write_text(f"emg:\n  ros__parameters: {SMALL}\n")
    return str(path)
