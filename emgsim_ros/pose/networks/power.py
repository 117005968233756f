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
        whole = np.concatenate([self._left, emg], axis=1) if self._left.size else emg
        frames = whole.shape[1] // self._frame
        used = frames * self._frame
        self._left = whole[:, used:]
        if not frames:
            return np.zeros((self._array.kinds * self._array.channels, 0), np.float32)
        series = np.concatenate([self._past, whole[:, :used]], axis=1)
        self._past = series[:, -SLOW:]
        return self._powers(series)

    def _powers(self, series: NDArray[np.float32]) -> NDArray[np.float32]:
        rows, columns = self._array.rows, self._array.columns
        made = np.empty((self._array.kinds, len(series), series.shape[1] - SLOW), np.float32)
        _span(series, SLOW, made[0])
        _span(series, FAST, made[1])
        grid, beside = series.reshape(rows, columns, -1), np.empty((rows, columns, series.shape[1]), np.float32)
        np.subtract(grid[:, :-1], grid[:, 1:], out=beside[:, :-1])
        np.subtract(grid[:, -1], grid[:, 0], out=beside[:, -1])
        _span(beside.reshape(series.shape), ACROSS, made[2])
        if rows > 1:
            np.subtract(grid[:-1], grid[1:], out=beside[:-1])
            np.subtract(grid[-1], grid[-2], out=beside[-1])  # the last row is compared with the one before it
            _span(beside.reshape(series.shape), ACROSS, made[3])
        pieces = made.reshape(len(made) * len(series), -1, self._frame)
        powers = np.einsum("cfs,cfs->cf", pieces, pieces) / np.float32(self._frame)
        return np.log(powers + np.float32(FLOOR))


def _span(series: NDArray[np.float32], lag: int, out: NDArray[np.float32]) -> None:
    """Compute differences between the samples after the stored ones and those ``lag`` samples before."""
    np.subtract(series[:, SLOW:], series[:, SLOW - lag : -lag], out=out)
