"""Our via-point model against MyoHand with its wrapping surfaces."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("myo_sim")


@pytest.fixture(scope="module")
def comparison():
    path = Path(__file__).parents[2] / "benchmarks" / "moment_arms.py"
    spec = importlib.util.spec_from_file_location("moment_arms", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("moment_arms", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module.compare(poses=40)


def test_moment_arms_agree(comparison):
    errors = comparison.arm_errors
    assert np.median(errors) <= 1.5e-3 and np.percentile(errors, 90) <= 3e-3
    ours, theirs = comparison.arms[:, comparison.crossed], comparison.arms_myohand[:, comparison.crossed]
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.97


def test_large_moment_arms_have_the_same_sign(comparison):
    mean, reference = comparison.arms.mean(axis=0), comparison.arms_myohand.mean(axis=0)
    large = (np.abs(reference) > 4e-3) & (mean != 0.0)  # 0: tendons that end before the joint in our extensor hood
    assert (np.sign(mean[large]) == np.sign(reference[large])).all()


def test_lengths_agree(comparison):
    errors = np.abs(comparison.lengths - comparison.lengths_myohand)
    assert np.median(errors) <= 1.5e-3
