"""emg2pose's own decoders on the time-depth-separable encoder: vemg2pose (velocities) and its MLP (positions).

Salter et al. 2024 ("emg2pose: a large and diverse benchmark for surface electromyographic hand pose estimation").
The code was written from its description; parameter names follow the published checkpoints.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .interface import PUBLISHED_ANGLES, PUBLISHED_CHANNELS, PUBLISHED_RATE, PoseNetwork, resampled
from .tds import FEATURES, LEFT_CONTEXT, TdsEncoder

ROLLOUT_RATE = 50  # Hz, rate of the decoder's steps
POSITION_STEPS = 12  # first steps (250 ms) of a regression, which give positions; later steps give velocities to sum
OUTPUT_SCALE = 0.01
HIDDEN = 512


class _SequentialLstm(nn.Module):
    """A long short-term memory of two layers that computes one step at a time."""

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
    """An encoder, and a decoder with steps at 50 Hz whose inputs are the features and the angles of the step before.

    Args:
        decoder: ``tracking`` (velocities, summed from known angles on), ``regression`` (positions for the first 250 ms,
            then summed velocities) or ``mlp`` (positions).
        channels, angles: Number of EMG channels and of joint angles.
        sample_rate: Sampling rate of the EMG, Hz; the published weights require 2000.
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
        """See `PoseNetwork`."""
        samples = emg.shape[-1] - self.left_context
        steps = round(samples / self.sample_rate * ROLLOUT_RATE)
        features = resampled(self.network(emg), steps, ends_in_place=True)
        start = emg.new_zeros(len(emg), self.angles) if initial is None else initial
        return resampled(self._rollout(features, start), samples)

    def _rollout(self, features: Tensor, before: Tensor) -> Tensor:
        """Return [batch, angles, steps] from [batch, features, steps] and the angles before the first step."""
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
