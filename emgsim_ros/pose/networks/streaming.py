"""Our decoder: causal, and a new frame costs that frame alone.

Log powers of the EMG (:mod:`.power`) go through a linear mix into gated recurrent units, and from them to joint angles.
If the pose at one moment is known (tracking), its difference from what was decoded then is added to later angles, each
as far as a gate finds that what is heard now resembles what was heard then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ...errors import InvalidInput
from ...files.plans import require_positive
from .interface import PUBLISHED_ANGLES, PoseNetwork, Preparation
from .power import ElectrodeArray, FramePower

CONTEXT = 0.9  # s, what vemg2pose hears before its first angle
COLUMNS_PER_TURN = 16  # electrodes may sit a sixteenth of the arm's circumference aside
NOISE = (1e-6, 4e-5)  # mV^2, power of a recording's noise
GAIN_SCATTER = (0.2, 0.1)  # SD of the logarithm of power, of all channels together and of each
LOST = 0.02  # probability that a training window lacks a channel
LOUDEST = 6.0  # standard deviations at which an input is clipped


@dataclass(frozen=True)
class DecoderSize:
    """What a decoder is made of.

    Attributes:
        rows, columns: The electrodes.
        sample_rate: Hz.
        frame: Samples of a frame.
        mixed: Rows after the linear mix.
        units, layers: Gated recurrent units.
        dropout: While training.
        displaced: Probability that a training window's electrodes sit one place aside; with few people to learn from,
            more than they really do.
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


@dataclass
class DecoderState:
    """What a stream carries from frame to frame.

    Attributes:
        hidden: [layers, batch, units].
        heard, offset: [batch, units] hidden state and [batch, angles] error where the pose was known; None before.
    """

    hidden: Tensor
    heard: Tensor | None = None
    offset: Tensor | None = None


class StreamingDecoder(PoseNetwork):
    """See above.

    Args:
        size: What it is made of.
        angles: Joint angles.
    """

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
        """Log powers; see :class:`.power.FramePower`."""
        return FramePower(self.array, self.frame).push

    def signature(self) -> str:
        """Electrodes and frame."""
        return f"power_{self.size.rows}x{self.size.columns}_{self.frame}"

    def augmented(self, frames: Tensor, rng: np.random.Generator) -> Tensor:
        """Electrodes turned and shifted by up to one place, another noise, other gains, and channels lost."""
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
        """[kinds, rows, columns, frames] sometimes around the arm by up to a sixteenth, along it by up to one row."""
        if rng.random() >= self.size.displaced:
            return window
        most = max(1, self.array.columns // COLUMNS_PER_TURN)
        turned = window.roll(int(rng.integers(-most, most + 1)), dims=2)
        move = int(rng.integers(-1, 2)) if self.array.rows > 1 else 0
        return turned[:, torch.arange(self.array.rows).sub(move).clamp(0, self.array.rows - 1)]

    def touched(self, lost: Tensor) -> Tensor:
        """[..., rows] inputs that hear one of the [..., channels] lost ones, themselves or their neighbours."""
        grid = lost.reshape(*lost.shape[:-1], self.array.rows, self.array.columns)
        kinds = [grid, grid, grid | grid.roll(-1, dims=-1)]
        if self.array.rows > 1:
            kinds.append(grid | torch.cat([grid[..., 1:, :], grid[..., -2:-1, :]], dim=-2))
        return torch.cat([kind.flatten(-2) for kind in kinds], dim=-1)

    def fit_inputs(self, mean: Tensor, scale: Tensor, rest: Tensor) -> None:
        """Take mean and spread of the inputs, and the mean pose, from the data to learn from."""
        self.mean.copy_(mean)
        self.scale.copy_(scale.clamp_min(1e-3))
        self.rest.copy_(rest)

    def forward(self, frames: Tensor, initial: Tensor | None = None) -> Tensor:
        """See :class:`.interface.PoseNetwork`."""
        hidden, _ = self.memory(self._mixed(frames))
        hidden = hidden[:, self.left_context :]
        angles = self.rest + self.output(hidden)
        if initial is not None:
            heard, offset = hidden[:, :1].expand_as(hidden), initial[:, None] - angles[:, :1]
            angles = angles + self._shares(hidden, heard) * offset
        return angles.swapaxes(1, 2)

    def begin(self, batch: int = 1) -> DecoderState:
        """The state before the first frame."""
        return DecoderState(self.mean.new_zeros(self.size.layers, batch, self.size.units))

    @torch.inference_mode()
    def step(self, frames: Tensor, state: DecoderState, known: Tensor | None = None) -> Tensor:
        """[batch, angles, frames] angles of the frames that follow; ``state`` goes on with them.

        Args:
            frames: [batch, rows, frames].
            state: From :meth:`begin`.
            known: [batch, angles] pose at the last of these frames (rad), if it is known: from then on it is tracked.

        Raises:
            InvalidInput: No frame to know the pose at.
        """
        hidden, state.hidden = self.memory(self._mixed(frames), state.hidden)
        angles: Tensor = self.rest + self.output(hidden)
        if known is not None:
            if not hidden.shape[1]:
                raise InvalidInput("known pose: frames", 0, "1 or more")
            state.heard, state.offset = hidden[:, -1], known - angles[:, -1]
        if state.heard is not None and state.offset is not None:
            angles = angles + self._shares(hidden, state.heard[:, None].expand_as(hidden)) * state.offset[:, None]
        return angles.swapaxes(1, 2)

    def _mixed(self, frames: Tensor) -> Tensor:
        heard = (frames.swapaxes(1, 2) - self.mean) / self.scale
        mixed: Tensor = self.mix(heard.clamp(-LOUDEST, LOUDEST))
        return mixed

    def _shares(self, hidden: Tensor, heard: Tensor) -> Tensor:
        shares: Tensor = self.gate(torch.cat([hidden, heard], dim=-1)).sigmoid()
        return shares
