"""A causal digital filter for many channels at once.

A filter of second-order sections is linear, so `LENGTH` samples of its output and its next state are one matrix times
its state and `LENGTH` samples of its input. For hundreds of channels one such product takes a fraction of the time of
the recursion sample by sample (`scipy.signal.sosfilt`), and it has the same result up to the rounding of double
precision. Every product has the same shape, whatever the number of samples given, and inputs that are not known yet
are zeros with the weight zero. The output therefore does not depend on the division of the signal, to the last bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

Array = NDArray[np.float64]

LENGTH = 16  # samples of a product; 12 to 24 take the least time


class ChannelFilter:
    """Filters the samples of several channels, one call after another.

    Args:
        sections: [sections, 6] second-order sections, as of `scipy.signal.butter`.
        channels: Number of channels.
    """

    def __init__(self, sections: Array, channels: int) -> None:
        self._matrix = _response(sections)
        self._states = 2 * len(sections)
        self._terms = np.zeros((LENGTH + self._states, channels))  # inputs since the last product, then the state
        self._known = 0  # number of these inputs

    def reset(self) -> None:
        """Start from rest."""
        self._terms[:] = 0.0
        self._known = 0

    def process(self, signal: NDArray[np.floating], out: NDArray[np.floating], gain: Array | float = 1.0) -> None:
        """Filter the next samples.

        Args:
            signal: [samples, channels] input.
            out: [samples, channels] receives the output times ``gain``; may be ``signal``.
            gain: Of every channel.
        """
        first, product = 0, np.empty_like(self._terms)
        while first < len(signal):
            start = self._known
            end = min(start + len(signal) - first, LENGTH)
            self._terms[start:end] = signal[first : first + end - start]
            np.matmul(self._matrix, self._terms, out=product)
            np.multiply(product[start:end], gain, out=out[first : first + end - start], casting="same_kind")
            first += end - start
            self._known = end % LENGTH
            if end == LENGTH:
                self._terms[LENGTH:] = product[LENGTH:]
                self._terms[:LENGTH] = 0.0


def _response(sections: Array) -> Array:
    """Return the matrix from [inputs, state] to [outputs, next state]."""
    states = 2 * len(sections)
    inputs = np.eye(LENGTH, LENGTH + states)
    before = np.zeros((states, LENGTH + states))
    before[:, LENGTH:] = np.eye(states)
    outputs, after = sosfilt(sections, inputs, axis=0, zi=before.reshape(len(sections), 2, -1))
    return np.concatenate([outputs, after.reshape(states, -1)])
