"""Random changes of the EMG of training windows, such as a displacement of the electrodes.

Each transform takes EMG, [channels, samples], and a random generator, and returns the changed EMG. The number of a
channel is ``row * columns + column``; the columns cover the circumference of the arm once.
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
        """Return the changed EMG, [channels, samples], of EMG of the same form."""
        ...


@dataclass(frozen=True)
class ChannelRotation:
    """Rotates a ring of channels by up to ``most`` channels in either direction; emg2pose rotates by up to one."""

    most: int = 1

    def __call__(self, emg: Emg, rng: np.random.Generator) -> Emg:
        """Return the changed EMG, [channels, samples]."""
        return np.roll(emg, int(rng.integers(-self.most, self.most + 1)), axis=0)


@dataclass(frozen=True)
class GridShift:
    """Rotates a grid around the arm and displaces it along the arm by a random number of electrodes.

    Rows from beyond the ends of the grid repeat its outermost row.

    Attributes:
        rows, columns: Size of the grid.
        around, along: Greatest rotation and displacement in either direction, electrodes.
    """

    rows: int
    columns: int
    around: int = 1
    along: int = 1

    def __call__(self, emg: Emg, rng: np.random.Generator) -> Emg:
        """Return the changed EMG, [channels, samples].

        Raises:
            InvalidInput: The number of channels is not that of the grid.
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
    """Keeps every ``step``-th channel, like a sleeve with fewer electrodes."""

    step: int = 2

    def __call__(self, emg: Emg, rng: np.random.Generator) -> Emg:
        """Return the changed EMG, [channels, samples]."""
        return emg[:: self.step]
