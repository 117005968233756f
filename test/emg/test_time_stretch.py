"""Stretching in time, against signals at other times and against the formula without tables."""

import numpy as np
import pytest

from emgsim_ros.emg.time_stretch import SHAPE, TAPS, stretched

RATE = 2048


def formula(samples: int, factor: float) -> np.ndarray:
    place = np.arange(int(np.ceil(samples * factor)))[:, None] / factor - np.arange(samples)
    window = np.i0(SHAPE * np.sqrt(np.maximum(1 - (place / TAPS) ** 2, 0.0))) / np.i0(SHAPE)
    return np.sinc(place) * np.where(np.abs(place) < TAPS, window, 0.0)


def matrix(samples: int, factor: float) -> np.ndarray:
    """[stretched samples, samples]: the signals that are 1 at one sample."""
    return stretched(np.eye(samples, dtype=np.float32), factor)


@pytest.mark.parametrize("samples", [5, 37, 96, 200])
def test_the_tables_give_the_windowed_sinc(samples):
    # Among them quotients such as 1.37, with places that are a sample but for the rounding.
    factors = [*np.arange(0.5, 2.0, 0.07), *(length / slowing for length in (250, 274, 350) for slowing in (200, 499))]
    for factor in factors:
        made, expected = matrix(samples, float(factor)), formula(samples, float(factor))
        assert made.shape == expected.shape and made.dtype == np.float32
        assert np.abs(made - expected).max() < 1e-6


def test_a_factor_of_one_changes_nothing():
    assert np.abs(matrix(40, 1.0) - np.eye(40)).max() < 1e-15


@pytest.mark.parametrize("factor", [0.6, 1.0, 1.37])
def test_stretching_time_stretches_a_band_limited_signal(factor):
    times = np.arange(200) / RATE

    def signal(t):
        return np.sin(2 * np.pi * 130 * t) * np.exp(-(((t - 0.05) / 0.012) ** 2))

    made = stretched(signal(times).astype(np.float32)[None], factor)[:, 0]
    expected = signal(np.arange(len(made)) / RATE / factor)
    assert np.abs(made - expected).max() < 2e-3
