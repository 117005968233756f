"""The encoder of vemg2pose: strided convolutions and time-depth-separable blocks (Hannun et al. 2019).

Parameter names follow the published checkpoints, so that they load.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

STRIDE = 80  # samples from one feature vector to the next
LEFT_CONTEXT = 1790  # samples before the sample to which a feature vector belongs
FEATURES = 64
_CHANNELS, _WIDTH = 16, 16  # a time-depth-separable block divides its 256 rows into these
_ROWS = _CHANNELS * _WIDTH


def _over_rows(norm: nn.LayerNorm, rows: Tensor) -> Tensor:
    """Apply layer normalisation over the rows of [batch, rows, times]."""
    normalized: Tensor = norm(rows.swapaxes(-1, -2))
    return normalized.swapaxes(-1, -2)


class _Convolution(nn.Module):
    def __init__(self, rows_in: int, rows_out: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.Conv1d(rows_in, rows_out, kernel, stride), nn.ReLU())
        self.norm = nn.LayerNorm(rows_out)

    def forward(self, rows: Tensor) -> Tensor:
        return _over_rows(self.norm, self.conv(rows))


class _TimeBlock(nn.Module):
    """A convolution over time within each channel; the last part of the input is added to its result."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.conv2d = nn.Conv2d(_CHANNELS, _CHANNELS, (1, kernel))
        self.layer_norm = nn.LayerNorm(_ROWS)

    def forward(self, rows: Tensor) -> Tensor:
        batch, _, times = rows.shape
        made = self.conv2d(rows.reshape(batch, _CHANNELS, _WIDTH, times)).relu()
        made = made.reshape(batch, _ROWS, -1)
        return _over_rows(self.layer_norm, made + rows[..., -made.shape[-1] :])


class _DepthBlock(nn.Module):
    """Two layers over the rows of each time; the input is added to their result."""

    def __init__(self) -> None:
        super().__init__()
        self.fc_block = nn.Sequential(nn.Linear(_ROWS, _ROWS), nn.ReLU(), nn.Linear(_ROWS, _ROWS))
        self.layer_norm = nn.LayerNorm(_ROWS)

    def forward(self, rows: Tensor) -> Tensor:
        made: Tensor = self.fc_block(rows.swapaxes(-1, -2))
        return _over_rows(self.layer_norm, made.swapaxes(-1, -2) + rows)


class _Blocks(nn.Module):
    def __init__(self, kernel: int, pairs: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for _ in range(pairs):
            blocks += [_TimeBlock(kernel), _DepthBlock()]
        self.tds_conv_blocks = nn.Sequential(*blocks)

    def forward(self, rows: Tensor) -> Tensor:
        made: Tensor = self.tds_conv_blocks(rows)
        return made


class _Stage(nn.Module):
    def __init__(self, kernel: int, stride: int, block_kernel: int, rows_out: int | None = None) -> None:
        super().__init__()
        parts = OrderedDict(conv1dblock=_Convolution(_ROWS, _ROWS, kernel, stride), tds_block=_Blocks(block_kernel, 2))
        self.layers = nn.Sequential(parts)
        self.linear_layer = None if rows_out is None else nn.Linear(_ROWS, rows_out)

    def forward(self, rows: Tensor) -> Tensor:
        made: Tensor = self.layers(rows)
        if self.linear_layer is None:
            return made
        mixed: Tensor = self.linear_layer(made.swapaxes(-1, -2))
        return mixed.swapaxes(-1, -2)


class TdsEncoder(nn.Module):
    """Computes features of EMG from past samples alone, one vector every 80 samples.

    Args:
        channels: Number of channels of the EMG.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _Convolution(channels, _ROWS, 11, 5),
            _Convolution(_ROWS, _ROWS, 5, 2),
            _Stage(17, 4, 9),
            _Stage(9, 2, 5, FEATURES),
        )

    def forward(self, emg: Tensor) -> Tensor:
        """Return [batch, 64, times] features of [batch, channels, samples] EMG."""
        features: Tensor = self.layers(emg)
        return features
