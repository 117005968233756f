"""NeuroPose (Liu, Zhang, Gowda 2021) as emg2pose trains it: a convolutional network over time and channels.

The code was written from its description; parameter names follow the published checkpoints. An estimate depends on
up to 2.7 s of later EMG.
"""

from __future__ import annotations

from torch import Tensor, nn

from ...errors import InvalidInput
from .interface import PUBLISHED_ANGLES, PUBLISHED_CHANNELS, PUBLISHED_RATE, PoseNetwork, resampled

KERNEL = (3, 2)  # times, channels
ROWS = (32, 128, 256)
POOLS = ((10, 2), (8, 2), (4, 4))  # factors by which each encoding block reduces times and channels
GROWTHS = ((10, 4), (8, 4), (4, 2))  # factors by which each decoding block increases them
RESIDUAL_BLOCKS, CONVOLUTIONS = 5, 3
DROPOUT = 0.05
SHORTEST = 320  # samples of the shortest window


def _convolved(rows_in: int, rows_out: int) -> list[nn.Module]:
    return [
        nn.Conv2d(rows_in, rows_out, KERNEL, padding="same"),
        nn.BatchNorm2d(rows_out),
        nn.ReLU(),
        nn.Dropout(DROPOUT),
    ]


class _Block(nn.Module):
    def __init__(self, *parts: nn.Module) -> None:
        super().__init__()
        self.network = nn.Sequential(*parts)

    def forward(self, rows: Tensor) -> Tensor:
        made: Tensor = self.network(rows)
        return made


class _Residual(_Block):
    def forward(self, rows: Tensor) -> Tensor:
        made: Tensor = self.network(rows)
        return rows + made


class _UNet(nn.Module):
    def __init__(self, channels: int, angles: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        width = channels
        for rows_in, rows_out, pool in zip((1, *ROWS), ROWS, POOLS, strict=False):
            blocks.append(_Block(*_convolved(rows_in, rows_out), nn.MaxPool2d(pool)))
            width //= pool[1]
        for _ in range(RESIDUAL_BLOCKS):
            parts = [part for _ in range(CONVOLUTIONS) for part in _convolved(ROWS[-1], ROWS[-1])]
            blocks.append(_Residual(*parts))
        decoded = (ROWS[1], ROWS[0], 1)
        for rows_in, rows_out, growth in zip((ROWS[2], *decoded), decoded, GROWTHS, strict=False):
            blocks.append(_Block(*_convolved(rows_in, rows_out), nn.Upsample(scale_factor=growth)))
            width *= growth[1]
        self.network = nn.Sequential(*blocks)
        self.linear = nn.Linear(width, angles)

    def forward(self, emg: Tensor) -> Tensor:
        made: Tensor = self.network(emg.swapaxes(-1, -2)[:, None])
        angles: Tensor = self.linear(made.squeeze(1))
        return angles.swapaxes(-1, -2)


class NeuroPose(PoseNetwork):
    """Computes a whole window at once; initial angles are not used.

    Args:
        channels: Number of EMG channels, 16 or more.
        angles: Number of joint angles.
        sample_rate: Sampling rate of the EMG, Hz.

    Raises:
        InvalidInput: Fewer than 16 channels.
    """

    def __init__(
        self, channels: int = PUBLISHED_CHANNELS, angles: int = PUBLISHED_ANGLES, sample_rate: int = PUBLISHED_RATE
    ) -> None:
        super().__init__()
        if channels < PUBLISHED_CHANNELS:
            raise InvalidInput("neuropose: channels", channels, f"{PUBLISHED_CHANNELS} or more")
        self.channels, self.angles, self.sample_rate, self.left_context = channels, angles, sample_rate, 0
        self.network = _UNet(channels, angles)

    def forward(self, emg: Tensor, initial: Tensor | None = None) -> Tensor:
        """See `PoseNetwork`.

        Raises:
            InvalidInput: A window of fewer than 320 samples.
        """
        if emg.shape[-1] < SHORTEST:
            raise InvalidInput("neuropose: samples of a window", emg.shape[-1], f"{SHORTEST} or more")
        return resampled(self.network(emg), emg.shape[-1])
