"""Band-limited stretching of a signal in time, as a matrix.

The interpolating kernel is a sinc under a Kaiser window. A refresh of the potentials needs new matrices for many
muscles, so the window, whose Bessel functions are the most expensive part, is tabulated and interpolated linearly, and
the sines of a row are one sine with alternating sign. A test holds the result to 1e-6 of the formula.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

TAPS = 12  # samples on each side of the band-limited interpolation
SHAPE = 8.0  # shape parameter (beta) of its Kaiser window
PHASES = 512  # places between two samples at which the window is tabulated; its linear interpolation is exact to 3e-8
BEYOND = np.arange(1 - TAPS, TAPS + 1)  # taps of a place between samples 0 and 1


@lru_cache(maxsize=1)
def window_table() -> NDArray[np.float64]:
    """Return the [`PHASES` + 1, taps] Kaiser window over the taps, for places between samples 0 and 1."""
    place = (np.arange(PHASES + 1)[:, None] / PHASES - BEYOND) / TAPS
    table: NDArray[np.float64] = np.i0(SHAPE * np.sqrt(np.maximum(1 - place**2, 0.0))) / np.i0(SHAPE)
    return table


@lru_cache(maxsize=512)
def time_stretch(samples: int, factor: float) -> NDArray[np.float32]:
    """Return the [stretched samples, samples] matrix that stretches a signal by ``factor`` (Kaiser-windowed sinc)."""
    place = np.arange(int(np.ceil(samples * factor))) / factor
    sample = place.astype(np.int64)
    between = place - sample
    kernel = _window(between)
    kernel *= _sinc(between)
    padded = np.zeros((len(place), samples + 2 * TAPS), dtype=np.float32)
    rows = np.arange(len(place))[:, None]
    padded[rows, sample[:, None] + (BEYOND + TAPS)] = kernel
    return np.ascontiguousarray(padded[:, TAPS : TAPS + samples])


def _window(between: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the [places, taps] window at places ``between`` (0 to below 1) two samples."""
    phase = between * PHASES
    below = phase.astype(np.int64)
    share = (phase - below)[:, None]
    table = window_table()
    lower = table[below]
    window: NDArray[np.float64] = lower + share * (table[below + 1] - lower)
    return window


def _sinc(between: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the [places, taps] normalised sinc at the taps around places ``between`` (0 to below 1) two samples."""
    distance = between[:, None] - BEYOND
    nearest = np.minimum(between, 1.0 - between)  # exact close to a sample, where sine and distance both vanish
    sine = np.sin(np.pi * nearest)[:, None] * np.where(BEYOND % 2, -1.0, 1.0)
    on_sample = distance == 0.0
    return np.where(on_sample, 1.0, sine / np.where(on_sample, 1.0, np.pi * distance))
