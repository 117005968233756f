"""The streaming decoder on a stream of EMG: the state is kept between blocks, so a block costs that block alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .streaming import StreamingDecoder

Array = NDArray[np.float64]


class LiveStreamingDecoder:
    """The `LiveDecoder` of the streaming decoder, frame by frame.

    Args:
        network: The trained decoder.
    """

    def __init__(self, network: StreamingDecoder) -> None:
        self._network = network
        self._device = network.mean.device
        self.frame = network.frame
        self.warm_up = (network.left_context + 1) * network.frame
        self.reset()

    def reset(self) -> None:
        """See `LiveDecoder`."""
        self._prepare, self._state = self._network.preparation(), self._network.begin()
        self._pose: torch.Tensor | None = None

    def set_pose(self, angles: Array) -> None:
        """See `LiveDecoder`."""
        self._pose = torch.as_tensor(angles, dtype=torch.float32, device=self._device)[None]

    def push(self, emg: NDArray[np.float32], lost: NDArray[np.bool_]) -> Array:
        """See `LiveDecoder`; inputs that depend on a lost channel are replaced by their mean in the training data."""
        frames = torch.from_numpy(self._prepare(emg)).to(self._device)
        if not frames.shape[1]:
            return np.zeros((self._network.angles, 0))
        if lost.any():
            touched = self._network.touched(torch.from_numpy(lost)).to(self._device)
            frames = torch.where(touched[:, None], self._network.mean[:, None], frames)
        angles = self._network.step(frames[None], self._state, self._pose)[0]
        self._pose = None
        return angles.cpu().numpy().astype(float)
