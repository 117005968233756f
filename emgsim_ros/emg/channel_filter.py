"""A causal digital filter for many channels at once, in machine code.

The second-order sections are computed sample by sample, like `scipy.signal.sosfilt`, but for several channels in one
instruction. The output does not depend on the division of the signal, to the last bit.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]


class ChannelFilter:
    """Filters the samples of several channels, one call after another.

    Args:
        sections: [sections, 6] second-order sections, as of `scipy.signal.butter`.
        channels: Number of channels.
    """

    def __init__(self, sections: Array, channels: int) -> None:
        self._sections = np.ascontiguousarray(sections / sections[:, 3:4])
        self._states = np.zeros((len(sections), 2, channels))
        self._row = np.empty(channels)

    def reset(self) -> None:
        """Start from rest."""
        self._states[:] = 0.0

    def process(self, signal: NDArray[np.floating], out: NDArray[np.floating], gain: Array | float = 1.0) -> None:
        """Filter the next samples.

        Args:
            signal: [samples, channels] input.
            out: [samples, channels] receives the output times ``gain``; may be ``signal``.
            gain: Of every channel.
        """
        gains = np.broadcast_to(np.asarray(gain, np.float64), self._row.shape)
        filter_channels(self._sections, self._states, np.ascontiguousarray(gains), signal, out, self._row)


@njit(cache=True)
def filter_channels(sections, states, gains, signal, out, row):
    """Filter [samples, channels] samples; the sections are of the transposed direct form II."""
    for sample in range(len(signal)):
        given = signal[sample]
        for channel in range(len(row)):
            row[channel] = given[channel]
        for number in range(len(sections)):
            _section(sections[number], states[number, 0], states[number, 1], row)
        made = out[sample]
        for channel in range(len(row)):
            made[channel] = row[channel] * gains[channel]


@njit(cache=True)
def _section(section, first, second, row):
    b0, b1, b2, a1, a2 = section[0], section[1], section[2], section[4], section[5]
    for channel in range(len(row)):
        given = row[channel]
        made = b0 * given + first[channel]
        first[channel] = b1 * given - a1 * made + second[channel]
        second[channel] = b2 * given - a2 * made
        row[channel] = made
