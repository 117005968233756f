"""A decoder of the hand's pose: a causal temporal convolutional network on EMG amplitudes.

The mean rectified EMG of short frames, as its logarithm, passes residual layers of dilated causal convolutions (Bai,
Kolter & Koltun 2018, arXiv:1803.01271), whose receptive field doubles from layer to layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d, pad

from emgsim_ros.files.plans import require_positive
from emgsim_ros.pose.networks.interface import PoseNetwork, resampled

KERNEL = 3  # taps of a convolution
FLOOR = 1e-4  # mV, added to amplitudes before the logarithm


@dataclass(frozen=True)
class TcnSize:
    """Sizes of the network; a plan gives them in its section ``decoder``.

    Attributes:
        rows, columns: Electrodes along and around the forearm.
        sample_rate: Sampling rate of the EMG, Hz.
        frame: Samples of a frame.
        width: Channels of the hidden layers.
        layers: Residual layers.
    """

    rows: int = 1
    columns: int = 16
    sample_rate: int = 2000
    frame: int = 40
    width: int = 64
    layers: int = 4

    def __post_init__(self) -> None:
        require_positive(self, "tcn decoder")


class TcnDecoder(PoseNetwork):
    """From samples of EMG to joint angles.

    Args:
        size: Sizes of the network.
        angles: Number of joint angles.
    """

    Size = TcnSize

    def __init__(self, size: TcnSize, angles: int) -> None:
        super().__init__()
        self.channels, self.angles, self.sample_rate = size.rows * size.columns, angles, size.sample_rate
        self._frame = size.frame
        self._context = (KERNEL - 1) * (2**size.layers - 1)  # frames that an output sees before its own
        self.left_context = self._context * size.frame
        self.enter = nn.Conv1d(self.channels, size.width, 1)
        self.layers = nn.ModuleList(
            nn.Conv1d(size.width, size.width, KERNEL, dilation=2**number) for number in range(size.layers)
        )
        self.leave = nn.Conv1d(size.width, angles, 1)

    def forward(self, frames: Tensor, initial: Tensor | None = None) -> Tensor:
        """Return [batch, angles, samples - left_context] joint angles (rad) of [batch, channels, samples] EMG (mV)."""
        amplitude = torch.log(avg_pool1d(frames.abs(), self._frame) + FLOOR)
        hidden = self.enter(amplitude)
        for layer in self.layers:
            reach = layer.dilation[0] * (KERNEL - 1)
            hidden = hidden + layer(pad(hidden, (reach, 0))).relu()
        angles = self.leave(hidden)[..., self._context :]
        return resampled(angles, frames.shape[-1] - self.left_context)
