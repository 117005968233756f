"""The power of EMG in short frames, from past samples alone: the inputs of the streaming decoder.

For every channel and frame these are logarithms of the mean square of differences. Differences over time remove drift
and emphasise two parts of the spectrum. Differences between neighbouring electrodes emphasise sources close under them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput

SLOW, FAST, ACROSS = 8, 2, 4  # samples that the differences over time span
FLOOR = 1e-8  # mV^2, added to the power, so that a channel without signal has a finite logarithm


@dataclass(frozen=True)
class ElectrodeArray:
    """Layout of channels: rows along the arm, columns around it. Channel numbers are ``row * columns + column``."""

    rows: int
    columns: int

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.rows * self.columns

    @property
    def kinds(self) -> int:
        """Powers of each channel: two of its own, and one with its neighbour in each direction of the array."""
        return 4 if self.rows > 1 else 3


class FramePower:
    """Computes the powers of successive pieces of EMG; it stores the samples that the next piece requires.

    Args:
        array: Layout of the channels.
        frame: Samples of a frame.
    """

    def __init__(self, array: ElectrodeArray, frame: int) -> None:
        self._array, self._frame = array, frame
        self.reset()

    def reset(self) -> None:
        """Discard the stored samples; the signal before the next piece is taken to be 0."""
        self._past = np.zeros((self._array.channels, SLOW), np.float32)
        self._left = np.zeros((self._array.channels, 0), np.float32)

    def push(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return [kinds * channels, frames] log powers of the frames that these samples complete.

        Args:
            emg: [channels, samples] mV.

        Raises:
            InvalidInput: The number of channels is not that of the array.
        """
        if emg.ndim != 2 or len(emg) != self._array.channels:
            raise InvalidInput("EMG: shape", emg.shape, f"({self._array.channels}, samples)")
        whole = np.concatenate([self._left, emg], axis=1)
        frames = whole.shape[1] // self._frame
        used = frames * self._frame
        self._left = whole[:, used:]
        if not frames:
            return np.zeros((self._array.kinds * self._array.channels, 0), np.float32)
        series = np.concatenate([self._past, whole[:, :used]], axis=1)
        self._past = series[:, -SLOW:]
        return self._powers(series).astype(np.float32)

    def _powers(self, series: NDArray[np.float32]) -> NDArray[np.float32]:
        made = [_span(series, SLOW), _span(series, FAST)]
        grid = series.reshape(self._array.rows, self._array.columns, -1)
        made.append(_span((grid - np.roll(grid, -1, axis=1)).reshape(series.shape), ACROSS))
        if self._array.rows > 1:
            below = np.concatenate([grid[1:], grid[-2:-1]])  # the last row is compared with the one before it
            made.append(_span((grid - below).reshape(series.shape), ACROSS))
        squares = np.square(np.concatenate(made)).reshape(len(made) * len(series), -1, self._frame)
        powers: NDArray[np.float32] = np.log(squares.mean(axis=2) + FLOOR)
        return powers


def _span(series: NDArray[np.float32], lag: int) -> NDArray[np.float32]:
    """Return differences between the samples after the stored ones and those ``lag`` samples before."""
    return series[:, SLOW:] - series[:, SLOW - lag : -lag]
