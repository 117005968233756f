"""Changes of windows while a network learns, as if the electrodes sat differently or were fewer.

Each takes [channels, samples] EMG and a generator, and gives the changed EMG. Channels are numbered along rows: one is
``row * columns + column``, and columns go once around the arm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput

Emg = NDArray[np.float32]


class Transform(Protocol):
    """A change of a window's EMG."""

    def __call__(self, emg: Emg, rng: np.random.Generator) -> Emg:
        """[channels, samples] of [channels, samples]."""
        ...


@dataclass(frozen=True)
class ChannelRotation:
    """The ring is turned by so many channels at most, either way; emg2pose's turns by one."""

    most: int = 1

    def __call__(self, emg: Emg, rng: np.random.Generator) -> Emg:
        """See :class:`Transform`."""
        return np.roll(emg, int(rng.integers(-self.most, self.most + 1)), axis=0)


@dataclass(frozen=True)
class GridShift:
    """The grid is turned around the arm and moved along it by so many electrodes at most.

    What comes from beyond its ends along the arm repeats the last row.

    Attributes:
        rows, columns: Of the grid.
        around, along: Electrodes at most, either way.
    """

    rows: int
    columns: int
    around: int = 1
    along: int = 1

    def __call__(self, emg: Emg, rng: np.random.Generator) -> Emg:
        """See :class:`Transform`.

        Raises:
            InvalidInput: The EMG is not of such a grid.
        """
        if len(emg) != self.rows * self.columns:
            raise InvalidInput("grid shift: channels", len(emg), f"{self.rows} x {self.columns}")
        turn = int(rng.integers(-self.around, self.around + 1))
        move = int(rng.integers(-self.along, self.along + 1))
        grid = np.roll(emg.reshape(self.rows, self.columns, -1), turn, axis=1)
        kept = np.clip(np.arange(self.rows) - move, 0, self.rows - 1)
        return grid[kept].reshape(emg.shape)


@dataclass(frozen=True)
class ChannelDownSampling:
    """Every so many-th channel alone, as of a sleeve with fewer electrodes."""

    step: int = 2

    def __call__(self, emg: Emg, rng: np.random.Generator) -> Emg:
        """See :class:`Transform`."""
        return emg[:: self.step]
