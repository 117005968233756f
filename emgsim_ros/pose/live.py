"""Pose networks on a stream of EMG: the samples of a block in, joint angles out.

The streaming decoder carries its state, so that a block costs that block alone. The published networks know whole
windows only; they are run again and again on the latest one.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import InvalidInput
from .networks.interface import PoseNetwork
from .networks.streaming import StreamingDecoder

Array = NDArray[np.float64]

WINDOW = 1.0  # s of angles in a window of a published network; its left context comes before
HOP = 0.04  # s from one window to the next


class LiveDecoder(Protocol):
    """Decodes a stream.

    Attributes:
        frame: Samples from one estimate to the next.
        warm_up: Samples before the first estimate that can be trusted.
    """

    frame: int
    warm_up: int

    def push(self, emg: NDArray[np.float32], lost: NDArray[np.bool_]) -> Array:
        """[angles, frames] angles (rad) at the ends of the frames that these samples complete.

        Args:
            emg: [channels, samples] mV.
            lost: [channels] without a signal.
        """
        ...

    def know(self, angles: Array) -> None:
        """Track from the present on: the hand is at these [angles] (rad)."""
        ...

    def reset(self) -> None:
        """Begin anew, as after a gap."""
        ...


class LiveStreamingDecoder:
    """The streaming decoder, frame by frame; see :class:`LiveDecoder`.

    Args:
        network: Trained.
    """

    def __init__(self, network: StreamingDecoder) -> None:
        self._network = network
        self._device = network.mean.device
        self.frame = network.frame
        self.warm_up = (network.left_context + 1) * network.frame
        self.reset()

    def reset(self) -> None:
        """See :class:`LiveDecoder`."""
        self._prepare, self._state = self._network.preparation(), self._network.begin()
        self._known: torch.Tensor | None = None

    def know(self, angles: Array) -> None:
        """See :class:`LiveDecoder`."""
        self._known = torch.as_tensor(angles, dtype=torch.float32, device=self._device)[None]

    def push(self, emg: NDArray[np.float32], lost: NDArray[np.bool_]) -> Array:
        """See :class:`LiveDecoder`."""
        frames = torch.from_numpy(self._prepare(emg)).to(self._device)
        if not frames.shape[1]:
            return np.zeros((self._network.angles, 0))
        if lost.any():  # what a lost channel would say is replaced by what channels say on average
            touched = self._network.touched(torch.from_numpy(lost)).to(self._device)
            frames = torch.where(touched[:, None], self._network.mean[:, None], frames)
        angles = self._network.step(frames[None], self._state, self._known)[0]
        self._known = None
        return angles.cpu().numpy().astype(float)


class LiveWindowDecoder:
    """A network that knows whole windows only, on the latest one; see :class:`LiveDecoder`.

    Args:
        network: Trained, working on samples.
    """

    def __init__(self, network: PoseNetwork) -> None:
        if network.frame != 1:
            raise InvalidInput("network: frame", network.frame, "1: a network that works on samples")
        self._network = network
        self.frame = round(HOP * network.sample_rate)
        self._ahead = round(WINDOW * network.sample_rate)
        self.warm_up = network.left_context + self._ahead
        self._device = next(network.parameters()).device
        self.reset()

    def reset(self) -> None:
        """See :class:`LiveDecoder`."""
        self._emg = np.zeros((self._network.channels, 0), np.float32)
        self._since = 0
        self._estimates: list[Array] = []  # at the ends of the frames that the window covers
        self._known: Array | None = None

    def know(self, angles: Array) -> None:
        """See :class:`LiveDecoder`."""
        self._known = np.asarray(angles, dtype=float)
        self._estimates = [self._known] * len(self._estimates)

    def push(self, emg: NDArray[np.float32], lost: NDArray[np.bool_]) -> Array:
        """See :class:`LiveDecoder`."""
        made = []
        for piece in self._pieces(emg):
            self._emg = np.concatenate([self._emg, piece], axis=1)[:, -self.warm_up :]
            self._since += piece.shape[1]
            if self._since == self.frame:
                self._since = 0
                made.append(self._latest())
        return np.stack(made, axis=1) if made else np.zeros((self._network.angles, 0))

    def _pieces(self, emg: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The samples, cut where frames end."""
        first = self.frame - self._since
        return np.split(emg, range(first, emg.shape[1], self.frame), axis=1)

    @torch.inference_mode()
    def _latest(self) -> Array:
        heard = np.pad(self._emg, ((0, 0), (self.warm_up - self._emg.shape[1], 0)))
        start = self._estimates[0] if len(self._estimates) == self._ahead // self.frame else self._known
        initial = None if start is None else torch.as_tensor(start, dtype=torch.float32, device=self._device)[None]
        angles = self._network(torch.from_numpy(heard)[None].to(self._device), initial)[0, :, -1]
        estimate: Array = angles.cpu().numpy().astype(float)
        self._estimates = [*self._estimates, estimate][-(self._ahead // self.frame) :]
        return estimate


def live_decoder(network: PoseNetwork) -> LiveDecoder:
    """What decodes a stream with this network."""
    network.eval()
    return LiveStreamingDecoder(network) if isinstance(network, StreamingDecoder) else LiveWindowDecoder(network)
