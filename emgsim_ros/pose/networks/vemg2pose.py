"""emg2pose's own decoders on the time-depth-separable encoder: vemg2pose (velocities) and its MLP (positions).

Salter et al. 2024 ("emg2pose: a large and diverse benchmark for surface electromyographic hand pose estimation").
Written from its description; parameter names follow the published checkpoints.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .interface import PUBLISHED_ANGLES, PUBLISHED_CHANNELS, PUBLISHED_RATE, PoseNetwork, resampled
from .tds import FEATURES, LEFT_CONTEXT, TdsEncoder

ROLLOUT_RATE = 50  # Hz at which the decoder steps
POSITION_STEPS = 12  # of a regression (250 ms) that give positions; the others give velocities, which are summed
OUTPUT_SCALE = 0.01
HIDDEN = 512


class _SequentialLstm(nn.Module):
    """Two layers, one step at a time."""

    def __init__(self, rows_in: int, rows_out: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(rows_in, HIDDEN, 2, batch_first=True)
        self.mlp_out = nn.Sequential(nn.LeakyReLU(), nn.Linear(HIDDEN, rows_out))

    def forward(self, rows: Tensor, state: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        made, state = self.lstm(rows[:, None], state)
        return OUTPUT_SCALE * self.mlp_out(made[:, 0]), state


class _Mlp(nn.Module):
    def __init__(self, rows_in: int, rows_out: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(rows_in, HIDDEN),
            nn.LayerNorm(HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, HIDDEN),
            nn.LayerNorm(HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, rows_out),
        )

    def forward(self, rows: Tensor, state: None) -> tuple[Tensor, None]:
        return self.mlp(rows), None


class Vemg2Pose(PoseNetwork):
    """Encoder and a decoder that steps at 50 Hz; each step sees the features and the angles before.

    Args:
        decoder: ``tracking`` (summed velocities from known angles on), ``regression`` (positions for the first 250 ms,
            then summed velocities) or ``mlp`` (positions).
        channels, angles: Numbers.
        sample_rate: Hz; the published weights are for 2000.
    """

    def __init__(
        self,
        decoder: str = "regression",
        channels: int = PUBLISHED_CHANNELS,
        angles: int = PUBLISHED_ANGLES,
        sample_rate: int = PUBLISHED_RATE,
    ) -> None:
        super().__init__()
        self.channels, self.angles, self.sample_rate = channels, angles, sample_rate
        self.left_context = LEFT_CONTEXT
        self.kind = decoder
        self.ways = ("tracking",) if decoder == "tracking" else ("regression",)
        self.network = TdsEncoder(channels)
        outputs = 2 * angles if decoder == "regression" else angles
        self.decoder = (_Mlp if decoder == "mlp" else _SequentialLstm)(FEATURES + angles, outputs)

    def forward(self, emg: Tensor, initial: Tensor | None = None) -> Tensor:
        """See :class:`.interface.PoseNetwork`."""
        samples = emg.shape[-1] - self.left_context
        steps = round(samples / self.sample_rate * ROLLOUT_RATE)
        features = resampled(self.network(emg), steps, ends_in_place=True)
        start = emg.new_zeros(len(emg), self.angles) if initial is None else initial
        return resampled(self._rollout(features, start), samples)

    def _rollout(self, features: Tensor, before: Tensor) -> Tensor:
        """[batch, angles, steps] of [batch, features, steps] and the angles before the first."""
        made, state = [], None
        for step, seen in enumerate(features.unbind(dim=-1)):
            out, state = self.decoder(torch.cat([seen, before], dim=1), state)
            if self.kind == "regression":
                position, velocity = out.split(self.angles, dim=1)
                out = position if step < POSITION_STEPS else before + velocity
            elif self.kind == "tracking":
                out = before + out
            made.append(out)
            before = out
        return torch.stack(made, dim=-1)
