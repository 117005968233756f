"""The variants in which the tests run with the kernels of another CPU do change what is computed."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "other_cpu.py"
VARIABLES = (
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "ATEN_CPU_CAPABILITY",
    "MKL_CBWR",
    "ONEDNN_MAX_CPU_ISA",
    "GLIBC_TUNABLES",
    "NUMBA_CPU_NAME",
)
CLEAN = {name: value for name, value in os.environ.items() if name not in VARIABLES}

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the variants are those of x86-64")


def output_of(*arguments, environment=CLEAN):
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def checksums(environment=CLEAN):
    lines = output_of("--show", environment=environment).splitlines()
    return {line.split()[0]: line.split()[1] for line in lines}


@pytest.fixture(scope="module")
def here():
    """The checksums with this machine's own kernels."""
    return checksums()


@pytest.mark.parametrize("library", ["blas", "numpy", "torch", "libm", "numba"])
def test_a_variant_changes_the_results_of_its_library(here, library):
    chosen = dict(pair.split("=", 1) for pair in output_of(library).split())
    if not chosen:
        pytest.skip(f"{library} has no other kernels on this machine")
    assert set(chosen) <= set(VARIABLES)
    assert checksums({**CLEAN, **chosen})[library] != here[library]


def test_the_same_kernels_give_the_same_checksums(here):
    assert checksums() == here


def test_an_unknown_variant_is_refused():
    refused = subprocess.run([sys.executable, str(SCRIPT), "gpu"], env=CLEAN, capture_output=True, text=True)
    assert refused.returncode != 0 and "'gpu' is none of blas, numpy, torch, libm, numba, all" in refused.stderr
