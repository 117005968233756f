"""The interface of all pose networks: what training, evaluation and the live graph require of a decoder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ...sessions.pose_windows import Series
from .live import LiveDecoder, LiveWindowDecoder

Preparation = Callable[[NDArray[np.float32]], NDArray[np.float32]]

WAYS = ("regression", "tracking")  # without and with a known initial pose
PUBLISHED_RATE = 2000  # Hz, sampling rate of emg2pose's recordings
PUBLISHED_CHANNELS = 16
PUBLISHED_ANGLES = 20


class PoseNetwork(nn.Module, ABC):
    """A network from windows of EMG to joint angles.

    A network works on frames: single samples of the EMG, or what `preparation` computes from several of them. The
    preparation has no weights; its results are computed once for each session and stored beside it.

    A subclass sets the attributes and implements `forward`. The other methods have defaults for a network that works on
    samples; one that works on longer frames also implements `preparation`, `signature` and `live`.

    Attributes:
        channels, angles: Number of EMG channels and of joint angles.
        sample_rate: Sampling rate of the EMG, Hz.
        frame: Samples of a frame.
        left_context: Frames at the beginning of a window for which the network returns no angles.
        ways: How the network is used and evaluated: without a known initial pose (``regression``), with it
            (``tracking``), or both.
    """

    channels: int
    angles: int
    sample_rate: int
    left_context: int
    frame: int = 1
    ways: tuple[str, ...] = ("regression",)

    def preparation(self) -> Preparation:
        """Return a function that computes [rows, frames] from successive pieces, [channels, samples], of the EMG.

        The default returns the samples themselves.
        """
        return lambda emg: emg

    def signature(self) -> str:
        """Return a name of the preparation; networks with the same name share the stored frames of a data set."""
        return "emg"

    def fit_inputs(self, series: Sequence[Series]) -> None:
        """Fit what is not trained by gradient descent, such as the mean of the inputs, to the training sessions.

        The training calls it once, before the first step. The default does nothing.

        Args:
            series: The training sessions, as the network's frames.
        """

    def augmented(self, frames: Tensor, rng: np.random.Generator) -> Tensor:
        """Return [batch, rows, frames] training inputs as if the electrodes were placed a little differently.

        The default turns the electrodes around the arm by at most one place.
        """
        return torch.stack([window.roll(int(rng.integers(-1, 2)), dims=0) for window in frames])

    def live(self) -> LiveDecoder:
        """Return a decoder that runs this network on a stream of EMG.

        The default runs the network on the latest window, again and again. A network that can continue from a state
        overrides it.

        Raises:
            InvalidInput: The network works on frames of more than one sample and does not override this method.
        """
        return LiveWindowDecoder(self)

    @abstractmethod
    def forward(self, frames: Tensor, initial: Tensor | None = None) -> Tensor:
        """Return [batch, angles, frames - left_context] joint angles (rad), one for each frame after the left context.

        Args:
            frames: [batch, rows, frames] from `preparation`.
            initial: [batch, angles] angles at the first frame after the left context (rad), for tracking; None if
                they are not known (regression).
        """


def resampled(series: Tensor, samples: int, ends_in_place: bool = False) -> Tensor:
    """Resample [batch, rows, times] to [batch, rows, samples] by linear interpolation.

    Args:
        series: The series.
        samples: Number of samples of the result.
        ends_in_place: Whether the first and last values remain the first and last; otherwise each value represents an
            equal share of the time.
    """
    return interpolate(series, size=samples, mode="linear", align_corners=ends_in_place)
