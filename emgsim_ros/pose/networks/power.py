"""The power of EMG in short frames, from the past alone: what the streaming decoder hears.

Every frame of a few samples becomes, for each channel, the logarithm of the mean square of some differences: over time,
which leaves out what drifts and brings out two parts of the spectrum, and between neighbouring electrodes, which
brings out what lies close under them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput

SLOW, FAST, ACROSS = 8, 2, 4  # samples that the differences over time span
FLOOR = 1e-8  # mV^2 below which power is not told apart from silence


@dataclass(frozen=True)
class ElectrodeArray:
    """How channels are laid out: rows along the arm, columns around it; a channel is ``row * columns + column``."""

    rows: int
    columns: int

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.rows * self.columns

    @property
    def kinds(self) -> int:
        """Powers for each channel: two of its own, one with its neighbour around the arm, one with that along it."""
        return 4 if self.rows > 1 else 3


class FramePower:
    """Powers of successive stretches of EMG; remembers the few samples that the next stretch needs.

    Args:
        array: The channels.
        frame: Samples of a frame.
    """

    def __init__(self, array: ElectrodeArray, frame: int) -> None:
        self._array, self._frame = array, frame
        self.reset()

    def reset(self) -> None:
        """Forget what came before: as if the electrodes had been silent."""
        self._past = np.zeros((self._array.channels, SLOW), np.float32)
        self._left = np.zeros((self._array.channels, 0), np.float32)

    def push(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """[kinds * channels, frames] log powers of the frames that these samples complete.

        Args:
            emg: [channels, samples] mV.

        Raises:
            InvalidInput: Another number of channels.
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
    """Differences of the samples after the past with those ``lag`` before."""
    return series[:, SLOW:] - series[:, SLOW - lag : -lag]
