"""Our decoder: it is causal, and a new frame costs that frame alone.

Log powers of the EMG (`power`) pass through a linear layer and gated recurrent units (GRU) to joint angles. If the pose
at one moment is known (tracking), its difference from what was decoded at that moment is added to later angles. A gate
scales it by how similar the hidden state is to the hidden state at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...files.plans import require_positive
from ...sessions.pose_windows import Series
from .interface import PUBLISHED_ANGLES, WAYS, PoseNetwork, Preparation
from .power import ElectrodeArray, FramePower
from .streaming_live import LiveStreamingDecoder

Array = NDArray[np.float64]

CONTEXT = 0.9  # s of EMG before the first angle, as in vemg2pose
COLUMNS_PER_TURN = 16  # electrodes may be displaced by a sixteenth of the arm's circumference
NOISE = (1e-6, 4e-5)  # mV^2, range of the power of a recording's noise
GAIN_SCATTER = (0.2, 0.1)  # SD of the logarithm of power, of all channels together and of each
LOST = 0.02  # probability that a channel of a training window is lost
LARGEST_INPUT = 6.0  # standard deviations at which an input is clipped
FITTED_EVERY = 4  # the statistics of the inputs are computed from every fourth frame


@dataclass(frozen=True)
class DecoderSize:
    """Electrodes and layers of a decoder.

    Attributes:
        rows, columns: Electrodes along and around the arm.
        sample_rate: Sampling rate of the EMG, Hz.
        frame: Samples of a frame.
        mixed: Units of the linear layer.
        units, layers: Units of a GRU layer, and number of GRU layers.
        dropout: Dropout probability during training.
        displaced: Probability that the electrodes of a training window are displaced by one place. With few people in
            the training data, a value above the real probability helps.
    """

    rows: int = 1
    columns: int = 16
    sample_rate: int = 2000
    frame: int = 40
    mixed: int = 128
    units: int = 256
    layers: int = 2
    dropout: float = 0.2
    displaced: float = 1.0

    def __post_init__(self) -> None:
        require_positive(self, "decoder", zero_allowed=("dropout", "displaced"))


class StreamingDecoder(PoseNetwork):
    """The network that the module describes.

    Args:
        size: Electrodes and layers.
        angles: Number of joint angles.
    """

    Size = DecoderSize
    ways = WAYS
    largest_input = LARGEST_INPUT

    def __init__(self, size: DecoderSize, angles: int = PUBLISHED_ANGLES) -> None:
        super().__init__()
        self.size, self.angles = size, angles
        self.array = ElectrodeArray(size.rows, size.columns)
        self.channels, self.sample_rate, self.frame = self.array.channels, size.sample_rate, size.frame
        self.left_context = round(CONTEXT * size.sample_rate / size.frame)
        rows = self.array.kinds * self.channels
        self.mean: Tensor
        self.scale: Tensor
        self.rest: Tensor
        self.register_buffer("mean", torch.zeros(rows))
        self.register_buffer("scale", torch.ones(rows))
        self.register_buffer("rest", torch.zeros(angles))
        self.mix = nn.Sequential(
            nn.Linear(rows, size.mixed), nn.LayerNorm(size.mixed), nn.SiLU(), nn.Dropout(size.dropout)
        )
        self.memory = nn.GRU(size.mixed, size.units, size.layers, batch_first=True, dropout=size.dropout)
        self.output = nn.Sequential(
            nn.Dropout(size.dropout), nn.Linear(size.units, size.units), nn.SiLU(), nn.Linear(size.units, angles)
        )
        self.gate = nn.Sequential(nn.Linear(2 * size.units, size.units), nn.SiLU(), nn.Linear(size.units, angles))

    def preparation(self) -> Preparation:
        """Return the computation of log powers; see `FramePower`."""
        return FramePower(self.array, self.frame).push

    def signature(self) -> str:
        """Return a name of the electrodes and the frame."""
        return f"power_{self.size.rows}x{self.size.columns}_{self.frame}"

    def augmented(self, frames: Tensor, rng: np.random.Generator) -> Tensor:
        """Return inputs with displaced electrodes, additional noise, other gains, and some channels lost."""
        rows, columns = self.array.rows, self.array.columns
        grid = frames.reshape(len(frames), self.array.kinds, rows, columns, -1)
        made = torch.stack([self._displaced(window, rng) for window in grid])
        noise = np.exp(rng.uniform(np.log(NOISE[0]), np.log(NOISE[1]), (len(frames), 1, 1, 1, 1)))
        made = (made.exp() + torch.as_tensor(noise, dtype=made.dtype)).log()
        common = GAIN_SCATTER[0] * rng.standard_normal((len(frames), 1, 1, 1, 1))
        own = GAIN_SCATTER[1] * rng.standard_normal((len(frames), 1, rows, columns, 1))
        made = (made + torch.as_tensor(common + own, dtype=frames.dtype)).reshape(frames.shape)
        lost = torch.from_numpy(rng.random((len(frames), self.channels)) < LOST)
        return torch.where(self.touched(lost)[..., None], self.mean[:, None].to(made.dtype).cpu(), made)

    def _displaced(self, window: Tensor, rng: np.random.Generator) -> Tensor:
        """Displace [kinds, rows, columns, frames] at random: a sixteenth around the arm, one row along it at most."""
        if rng.random() >= self.size.displaced:
            return window
        most = max(1, self.array.columns // COLUMNS_PER_TURN)
        turned = window.roll(int(rng.integers(-most, most + 1)), dims=2)
        move = int(rng.integers(-1, 2)) if self.array.rows > 1 else 0
        return turned[:, torch.arange(self.array.rows).sub(move).clamp(0, self.array.rows - 1)]

    def touched(self, lost: Tensor) -> Tensor:
        """Return [..., rows] inputs that depend on one of the [..., channels] lost channels or of their neighbours."""
        grid = lost.reshape(*lost.shape[:-1], self.array.rows, self.array.columns)
        kinds = [grid, grid, grid | grid.roll(-1, dims=-1)]
        if self.array.rows > 1:
            kinds.append(grid | torch.cat([grid[..., 1:, :], grid[..., -2:-1, :]], dim=-2))
        return torch.cat([kind.flatten(-2) for kind in kinds], dim=-1)

    def fit_inputs(self, series: Sequence[Series]) -> None:
        """Set the mean and the standard deviation of every input, and the mean pose, to those of the sessions."""
        frames = [one.read()["emg"][::FITTED_EVERY] for one in series]
        count = sum(len(one) for one in frames)
        mean = sum(one.sum(axis=0, dtype=np.float64) for one in frames) / count
        spread = np.sqrt(sum(np.square(one - mean).sum(axis=0) for one in frames) / count)
        rest = np.mean([one.read()["joint_angles"].mean(axis=0) for one in series], axis=0)
        mean, spread, rest = (torch.from_numpy(np.asarray(one, dtype=np.float32)) for one in (mean, spread, rest))
        self.mean.copy_(mean)
        self.scale.copy_(spread.clamp_min(1e-3))
        self.rest.copy_(rest)

    def live(self) -> LiveStreamingDecoder:
        """See `PoseNetwork.live`; the decoder continues from its state, so a frame costs that frame alone."""
        return LiveStreamingDecoder(self)

    def forward(self, frames: Tensor, initial: Tensor | None = None) -> Tensor:
        """See `PoseNetwork`."""
        hidden, _ = self.memory(self._mixed(frames))
        hidden = hidden[:, self.left_context :]
        angles = self.rest + self.output(hidden)
        if initial is not None:
            known, offset = hidden[:, :1].expand_as(hidden), initial[:, None] - angles[:, :1]
            angles = angles + self._shares(hidden, known) * offset
        return angles.swapaxes(1, 2)

    def _mixed(self, frames: Tensor) -> Tensor:
        scaled = (frames.swapaxes(1, 2) - self.mean) / self.scale
        mixed: Tensor = self.mix(scaled.clamp(-LARGEST_INPUT, LARGEST_INPUT))
        return mixed

    def _shares(self, hidden: Tensor, known: Tensor) -> Tensor:
        """Return the share of the known pose's offset that applies, by the present and the known hidden state."""
        shares: Tensor = self.gate(torch.cat([hidden, known], dim=-1)).sigmoid()
        return shares
