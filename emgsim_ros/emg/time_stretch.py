"""Band-limited stretching of signals in time.

The interpolating kernel is a sinc under a Kaiser window. Every refresh of the potentials needs new kernels for many
muscles, so the kernel is tabulated between two samples and interpolated linearly. A test holds the result to 1e-6 of
the formula.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

TAPS = 12  # samples on each side of the band-limited interpolation
SHAPE = 8.0  # shape parameter (beta) of its Kaiser window
PHASES = 2048  # places between two samples at which the kernel is tabulated; its linear interpolation is exact to 1e-7


@lru_cache(maxsize=1)
def kernel_table() -> NDArray[np.float32]:
    """Return the [`PHASES` + 1, 2 `TAPS`] kernel at the samples around places between samples 0 and 1."""
    distance = np.arange(PHASES + 1)[:, None] / PHASES - np.arange(1 - TAPS, TAPS + 1)
    window = np.i0(SHAPE * np.sqrt(np.maximum(1 - (distance / TAPS) ** 2, 0.0))) / np.i0(SHAPE)
    table: NDArray[np.float32] = (window * np.sinc(distance)).astype(np.float32)
    return table


def with_margins(signals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [signals, samples] signals as [samples, signals] with `TAPS` zeros before and after them."""
    return np.pad(np.ascontiguousarray(signals.T), ((TAPS, TAPS), (0, 0)))


def stretched(signals: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Return [signals, samples] signals stretched by ``factor``, [stretched samples, signals]."""
    out = np.empty((math.ceil(signals.shape[1] * factor), len(signals)), np.float32)
    stretch(with_margins(signals), factor, kernel_table(), out)
    return out


@njit(cache=True)
def stretch(margined, factor, table, out):
    """Write signals stretched by ``factor`` to ``out``, [stretched samples, signals]; see `with_margins`."""
    signals = margined.shape[1]
    for number in range(len(out)):
        place = number / factor
        sample = int(place)
        phase = (place - sample) * PHASES
        below = int(phase)
        share = np.float32(phase - below)
        row = out[number]
        row[:] = np.float32(0.0)
        for tap in range(2 * TAPS):
            weight = table[below, tap] + share * (table[below + 1, tap] - table[below, tap])
            given = margined[sample + tap + 1]
            for signal in range(signals):
                row[signal] += weight * given[signal]
