"""What all pose networks have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import interpolate

Preparation = Callable[[NDArray[np.float32]], NDArray[np.float32]]

PUBLISHED_RATE = 2000  # Hz of emg2pose's recordings
PUBLISHED_CHANNELS = 16
PUBLISHED_ANGLES = 20


class PoseNetwork(nn.Module, ABC):
    """From windows of EMG to joint angles.

    A network works on frames: each sample of the EMG, or what :meth:`preparation` makes of a few of them. What does not
    change while the network learns belongs there; it is done once.

    Attributes:
        channels, angles: Numbers of EMG channels and joint angles.
        sample_rate: Hz of the EMG.
        frame: Samples of a frame.
        left_context: Frames at the beginning of a window for which there are no angles yet.
    """

    channels: int
    angles: int
    sample_rate: int
    left_context: int
    frame: int = 1

    def preparation(self) -> Preparation:
        """What makes [rows, frames] of the next [channels, samples] EMG, piece by piece; here the EMG itself."""
        return lambda emg: emg

    def signature(self) -> str:
        """A name that only networks with the same preparation share."""
        return "emg"

    def augmented(self, frames: Tensor, rng: np.random.Generator) -> Tensor:
        """[batch, rows, frames] as if the electrodes sat a little differently: turned by one, either way."""
        return torch.stack([window.roll(int(rng.integers(-1, 2)), dims=0) for window in frames])

    @abstractmethod
    def forward(self, frames: Tensor, initial: Tensor | None = None) -> Tensor:
        """[batch, angles, frames - left_context] joint angles (rad), one for each frame after the left context.

        Args:
            frames: [batch, rows, frames], as :meth:`preparation` makes them.
            initial: [batch, angles] angles at the first frame after the left context (rad), for tracking; None if
                they are not known (regression).
        """


def resampled(series: Tensor, samples: int, ends_in_place: bool = False) -> Tensor:
    """[batch, rows, samples] of [batch, rows, times], linearly.

    Args:
        series: The series.
        samples: Wanted.
        ends_in_place: The first and last values stay the first and last; else each stands for its share of the time.
    """
    return interpolate(series, size=samples, mode="linear", align_corners=ends_in_place)
