"""The streaming decoder on a stream of EMG: every frame is computed from the state that the frame before it left.

The network is that of `streaming`, computed by numpy: for one frame, calling the layers of torch takes longer than
their products of matrix and vector. A test compares both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from ...errors import InvalidInput

if TYPE_CHECKING:
    from .streaming import StreamingDecoder

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

NORM_EPS = np.float32(1e-5)  # the default of torch.nn.LayerNorm


class FrameDecoder:
    """Decodes frame after frame.

    Args:
        network: The trained decoder; later changes of its weights have no effect.
    """

    def __init__(self, network: StreamingDecoder) -> None:
        weights = {name: value.detach().cpu().numpy().copy() for name, value in network.state_dict().items()}
        self._mean, self._scale, self._rest = (weights[name] for name in ("mean", "scale", "rest"))
        self._limit, self._units = network.largest_input, network.size.units
        self._mix, self._norm = _Linear(weights, "mix.0"), _LayerNorm(weights, "mix.1")
        self._cells = [_Cell(weights, f"l{number}") for number in range(network.size.layers)]
        self._output = _Linear(weights, "output.1"), _Linear(weights, "output.3")
        self._gate = _Linear(weights, "gate.0"), _Linear(weights, "gate.2")
        self.reset()

    def reset(self) -> None:
        """Return to the state before the first frame."""
        self._hidden = [np.zeros(self._units, np.float32) for _ in self._cells]
        self._known: tuple[Floats, Floats] | None = None  # hidden state and offset when the pose was last known

    def step(self, frames: Floats, known: Floats | None = None) -> Floats:
        """Return [angles, frames] angles (rad) of the frames that follow.

        Args:
            frames: [rows, frames].
            known: [angles] pose at the last of these frames (rad), if it is known; it is tracked from then on.

        Raises:
            InvalidInput: A known pose without a frame to which it belongs.
        """
        if known is not None and not frames.shape[1]:
            raise InvalidInput("known pose: frames", 0, "1 or more")
        angles = np.empty((len(self._rest), frames.shape[1]), np.float32)
        for number, frame in enumerate(frames.T):
            last = number == frames.shape[1] - 1
            angles[:, number] = self._frame(frame, known if last else None)
        return angles

    def _frame(self, frame: Floats, known: Floats | None) -> Floats:
        value = np.clip((frame - self._mean) / self._scale, -self._limit, self._limit)
        value = _silu(self._norm(self._mix(value)))
        for number, cell in enumerate(self._cells):
            value = self._hidden[number] = cell(value, self._hidden[number])
        first, second = self._output
        angles: Floats = self._rest + second(_silu(first(value)))
        if known is not None:
            self._known = value, known - angles
        if self._known is not None:
            then, offset = self._known
            first, second = self._gate
            angles = angles + _sigmoid(second(_silu(first(np.concatenate([value, then]))))) * offset
        return angles


class LiveStreamingDecoder:
    """The `LiveDecoder` of the streaming decoder.

    Args:
        network: The trained decoder.
    """

    def __init__(self, network: StreamingDecoder) -> None:
        self._network, self._decoder = network, FrameDecoder(network)
        self._mean = network.mean.cpu().numpy()
        self.frame = network.frame
        self.warm_up = (network.left_context + 1) * network.frame
        self.reset()

    def reset(self) -> None:
        """See `LiveDecoder`."""
        self._prepare = self._network.preparation()
        self._decoder.reset()
        self._pose: Floats | None = None

    def set_pose(self, angles: Array) -> None:
        """See `LiveDecoder`."""
        self._pose = np.asarray(angles, np.float32)

    def push(self, emg: Floats, lost: NDArray[np.bool_]) -> Array:
        """See `LiveDecoder`; inputs that depend on a lost channel are replaced by their mean in the training data."""
        frames = self._prepare(emg)
        if not frames.shape[1]:
            return np.zeros((self._network.angles, 0))
        if lost.any():
            touched = self._network.touched(torch.from_numpy(lost)).numpy()
            frames = np.where(touched[:, None], self._mean[:, None], frames)
        angles = self._decoder.step(frames, self._pose)
        self._pose = None
        return angles.astype(float)


class _Linear:
    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self._weight, self._bias = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def __call__(self, value: Floats) -> Floats:
        result: Floats = self._weight @ value + self._bias
        return result


class _LayerNorm:
    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self._weight, self._bias = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def __call__(self, value: Floats) -> Floats:
        centred = value - value.mean()
        normed: Floats = centred / np.sqrt(np.dot(centred, centred) / np.float32(len(value)) + NORM_EPS)
        return normed * self._weight + self._bias


class _Cell:
    """A layer of gated recurrent units, in the form and with the names of torch.nn.GRU."""

    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self._weights = weights[f"memory.weight_ih_{name}"], weights[f"memory.weight_hh_{name}"]
        self._biases = weights[f"memory.bias_ih_{name}"], weights[f"memory.bias_hh_{name}"]

    def __call__(self, value: Floats, hidden: Floats) -> Floats:
        """Return the next hidden state: (1 - update) * candidate + update * hidden."""
        own, past = self._weights[0] @ value + self._biases[0], self._weights[1] @ hidden + self._biases[1]
        units = len(hidden)
        gates = _sigmoid(own[: 2 * units] + past[: 2 * units])
        reset, update = gates[:units], gates[units:]
        candidate: Floats = np.tanh(own[2 * units :] + reset * past[2 * units :])
        return candidate + update * (hidden - candidate)


def _sigmoid(value: Floats) -> Floats:
    result: Floats = np.float32(0.5) * (np.tanh(np.float32(0.5) * value) + np.float32(1.0))
    return result


def _silu(value: Floats) -> Floats:
    return value * _sigmoid(value)
