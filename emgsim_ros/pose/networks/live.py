"""Pose networks on a stream of EMG: the samples of a block in, joint angles out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...errors import InvalidInput

Array = NDArray[np.float64]

WINDOW = 1.0  # s of angles in the window of `LiveWindowDecoder`; the network's left context comes before it
HOP = 0.04  # s from one window to the next


class LiveDecoder(Protocol):
    """Decodes a stream of EMG; `PoseNetwork.live` makes one.

    Attributes:
        frame: Samples from one estimate to the next.
        warm_up: Samples before the first estimate that is reliable.
    """

    frame: int
    warm_up: int

    def push(self, emg: NDArray[np.float32], lost: NDArray[np.bool_]) -> Array:
        """Return [angles, frames] angles (rad) at the ends of the frames that these samples complete.

        Args:
            emg: [channels, samples] mV.
            lost: [channels] True where the channel has no signal.
        """
        ...

    def set_pose(self, angles: Array) -> None:
        """Set the present pose of the hand, [angles] rad; the following estimates start from it (tracking)."""
        ...

    def reset(self) -> None:
        """Discard the state of the stream, as is necessary after a gap."""
        ...


class WindowNetwork(Protocol):
    """What `LiveWindowDecoder` requires of a network; every `PoseNetwork` has it."""

    channels: int
    angles: int
    sample_rate: int
    frame: int
    left_context: int

    def __call__(self, frames: Tensor, initial: Tensor | None = None) -> Tensor:
        """Return the joint angles of a window; see `PoseNetwork.forward`."""

    def parameters(self) -> Iterator[nn.Parameter]:
        """Return the weights of the network."""


class LiveWindowDecoder:
    """A `LiveDecoder` for networks that compute whole windows: it runs the network on the latest window every 40 ms.

    Args:
        network: A trained network that works on samples (`frame` is 1).

    Raises:
        InvalidInput: A network that works on longer frames.
    """

    def __init__(self, network: WindowNetwork) -> None:
        if network.frame != 1:
            expected = "1: a network that works on longer frames has to implement live()"
            raise InvalidInput("network: frame", network.frame, expected)
        self._network = network
        self.frame = round(HOP * network.sample_rate)
        self._ahead = round(WINDOW * network.sample_rate)
        self.warm_up = network.left_context + self._ahead
        self._device = next(network.parameters()).device
        self.reset()

    def reset(self) -> None:
        """See `LiveDecoder`."""
        self._emg = np.zeros((self._network.channels, 0), np.float32)
        self._since = 0  # samples since the latest estimate
        self._estimates: list[Array] = []  # at the ends of the frames that the window covers
        self._initial: Array | None = None

    def set_pose(self, angles: Array) -> None:
        """See `LiveDecoder`."""
        self._initial = np.asarray(angles, dtype=float)
        self._estimates = [self._initial] * len(self._estimates)

    def push(self, emg: NDArray[np.float32], lost: NDArray[np.bool_]) -> Array:
        """See `LiveDecoder`."""
        made = []
        for piece in self._pieces(emg):
            self._emg = np.concatenate([self._emg, piece], axis=1)[:, -self.warm_up :]
            self._since += piece.shape[1]
            if self._since == self.frame:
                self._since = 0
                made.append(self._latest())
        return np.stack(made, axis=1) if made else np.zeros((self._network.angles, 0))

    def _pieces(self, emg: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return the samples, cut where frames end."""
        first = self.frame - self._since
        return np.split(emg, range(first, emg.shape[1], self.frame), axis=1)

    @torch.inference_mode()
    def _latest(self) -> Array:
        window = np.pad(self._emg, ((0, 0), (self.warm_up - self._emg.shape[1], 0)))
        start = self._estimates[0] if len(self._estimates) == self._ahead // self.frame else self._initial
        initial = None if start is None else torch.as_tensor(start, dtype=torch.float32, device=self._device)[None]
        angles = self._network(torch.from_numpy(window)[None].to(self._device), initial)[0, :, -1]
        estimate: Array = angles.cpu().numpy().astype(float)
        self._estimates = [*self._estimates, estimate][-(self._ahead // self.frame) :]
        return estimate
