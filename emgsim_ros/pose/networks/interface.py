"""What all pose networks have in common."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import interpolate

PUBLISHED_RATE = 2000  # Hz of emg2pose's recordings
PUBLISHED_CHANNELS = 16
PUBLISHED_ANGLES = 20


class PoseNetwork(nn.Module):
    """From windows of EMG to joint angles.

    Attributes:
        channels, angles: Numbers of EMG channels and joint angles.
        sample_rate: Hz of the EMG.
        left_context: Samples at the beginning of a window for which there are no angles yet.
    """

    channels: int
    angles: int
    sample_rate: int
    left_context: int

    def forward(self, emg: Tensor, initial: Tensor | None = None) -> Tensor:
        """[batch, angles, samples - left_context] joint angles (rad), one for each sample after the left context.

        Args:
            emg: [batch, channels, samples].
            initial: [batch, angles] angles at the first sample after the left context (rad), for tracking; None if
                they are not known (regression).
        """
        raise NotImplementedError


def resampled(series: Tensor, samples: int, ends_in_place: bool = False) -> Tensor:
    """[batch, rows, samples] of [batch, rows, times], linearly.

    Args:
        series: The series.
        samples: Wanted.
        ends_in_place: The first and last values stay the first and last; else each stands for its share of the time.
    """
    return interpolate(series, size=samples, mode="linear", align_corners=ends_in_place)
