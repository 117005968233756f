"""Baselines for decoders: the mean pose, and linear regression of the angles on the EMG's amplitudes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool1d, pad

from ...sessions.pose_windows import Series
from .interface import PoseNetwork, Preparation

RATE = 50.0  # Hz, sampling rate of the amplitudes
SMOOTHED = 10  # number of amplitudes that are averaged: 200 ms
RIDGE = 1e-3  # regularisation, relative to the mean variance of the amplitudes


class MeanPose(PoseNetwork):
    """Always returns the mean pose of the sessions to which it was fitted.

    Args:
        channels, angles: Number of EMG channels and of joint angles.
        sample_rate: Sampling rate of the EMG, Hz.
    """

    def __init__(self, channels: int, angles: int, sample_rate: int) -> None:
        super().__init__()
        self.channels, self.angles, self.sample_rate = channels, angles, sample_rate
        self.frame = round(sample_rate / RATE)
        self.left_context = SMOOTHED
        self.weights = torch.zeros(angles, channels)
        self.rest = torch.zeros(angles)

    def preparation(self) -> Preparation:
        """Return the computation of each channel's root mean square over a frame."""

        def amplitudes(emg: NDArray[np.float32]) -> NDArray[np.float32]:
            frames = emg[:, : emg.shape[1] // self.frame * self.frame].reshape(len(emg), -1, self.frame)
            rms: NDArray[np.float32] = np.sqrt(np.square(frames).mean(axis=2))
            return rms

        return amplitudes

    def signature(self) -> str:
        """Return a name of the frame."""
        return f"amplitude_{self.frame}"

    def fit(self, series: Sequence[Series]) -> None:
        """Set the mean pose to that of the sessions."""
        angles = np.concatenate([one.read()["joint_angles"] for one in series])
        self.rest = torch.from_numpy(angles.mean(axis=0))

    def forward(self, frames: Tensor, initial: Tensor | None = None) -> Tensor:
        """See `PoseNetwork`."""
        return (
            torch.einsum("ac,bct->bat", self.weights, smoothed(frames)[..., self.left_context :]) + self.rest[:, None]
        )


class LinearAmplitude(MeanPose):
    """Ridge regression of the angles on each channel's amplitude over the last 200 ms."""

    def fit(self, series: Sequence[Series]) -> None:
        """Solve the regression for the sessions."""
        amplitudes, wanted = [], []
        for one in series:
            records = one.read()
            frames = torch.from_numpy(np.ascontiguousarray(records["emg"].T))[None]
            amplitudes.append(smoothed(frames)[0].T.double().numpy())
            wanted.append(records["joint_angles"].astype(float))
        x, y = np.concatenate(amplitudes), np.concatenate(wanted)
        mean, rest = x.mean(axis=0), y.mean(axis=0)
        square = (x - mean).T @ (x - mean)
        square += RIDGE * np.trace(square) / len(square) * np.eye(len(square))
        weights = np.linalg.solve(square, (x - mean).T @ (y - rest)).T
        self.weights = torch.from_numpy(weights).float()
        self.rest = torch.from_numpy(rest - weights @ mean).float()


def smoothed(frames: Tensor) -> Tensor:
    """Return [batch, channels, frames] means over the latest `SMOOTHED` frames; the first is repeated at the start."""
    return avg_pool1d(pad(frames, (SMOOTHED - 1, 0), mode="replicate"), SMOOTHED, stride=1)


BASELINES: dict[str, type[MeanPose]] = {"mean pose": MeanPose, "linear on RMS": LinearAmplitude}
