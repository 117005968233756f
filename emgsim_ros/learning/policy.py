"""A trained policy as weights: observation in, excitations out. Needs neither gymnasium nor what trained it."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..errors import InvalidInput
from ..files.weights import fill, read_card, read_weights, save_weights
from .actions import excitation_of

CLIPPED = 10.0  # of normalised observations
ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU}


@dataclass(frozen=True)
class PolicyShape:
    """What a policy's network looks like.

    Attributes:
        observations, muscles: Numbers in and out.
        layers: Units of the hidden layers.
        activation: Between them, tanh or relu.
        squashed: Whether outputs go through a tanh (else they are clipped).
        power: See :func:`.actions.excitation_of`.
    """

    observations: int
    muscles: int
    layers: tuple[int, ...]
    activation: str
    squashed: bool
    power: float


class PolicyNetwork(nn.Module):
    """Observation to output, -1 to 1.

    Args:
        shape: Of the network.
    """

    def __init__(self, shape: PolicyShape) -> None:
        super().__init__()
        self.shape = shape
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.zeros(shape.observations))
        self.register_buffer("deviation", torch.ones(shape.observations))
        sizes = [shape.observations, *shape.layers]
        parts: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            parts += [nn.Linear(before, after), ACTIVATIONS[shape.activation]()]
        self.body = nn.Sequential(*parts, nn.Linear(sizes[-1], shape.muscles))

    def forward(self, observation: Tensor) -> Tensor:
        """[..., observations] to [..., muscles]."""
        output = self.unclipped(observation)
        return torch.tanh(output) if self.shape.squashed else output.clamp(-1.0, 1.0)

    def unclipped(self, observation: Tensor) -> Tensor:
        """What goes beyond -1 and 1 too."""
        seen = ((observation - self.mean) / self.deviation).clamp(-CLIPPED, CLIPPED)
        output: Tensor = self.body(seen)
        return output


@dataclass(frozen=True)
class TrainedPolicy:
    """A policy, ready for use.

    Attributes:
        network: Observation to output.
        environment: Name of what it controls.
        card: As read.
    """

    network: PolicyNetwork
    environment: str
    card: dict[str, Any]

    def excitation(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """[muscles] 0 to 1.

        Raises:
            InvalidInput: An observation of another length.
        """
        wanted = self.network.shape.observations
        if observation.shape != (wanted,):
            raise InvalidInput("policy: observation: shape", observation.shape, f"({wanted},)")
        with torch.inference_mode():
            output = self.network(torch.from_numpy(np.asarray(observation, np.float32))).numpy()
        return excitation_of(output, self.network.shape.power)


def save_policy(path: Path, network: PolicyNetwork, environment: str, card: dict[str, Any]) -> None:
    """Write weights and card."""
    about = {"kind": "policy", "environment": environment, "shape": asdict(network.shape)}
    save_weights(path, {"policy": network}, {**about, **card})


def load_policy(path: Path) -> TrainedPolicy:
    """A policy from a file with its card beside it.

    Raises:
        InvalidInput: Missing or broken, or weights of something else.
    """
    card = read_card(path)
    try:
        given = dict(card["shape"])
        shape = PolicyShape(**{**given, "layers": tuple(given["layers"])})
        environment = str(card["environment"])
    except (KeyError, TypeError):
        raise InvalidInput("card", str(path.with_suffix(".json")), "the card of a policy") from None
    network = PolicyNetwork(shape)
    fill(network, "policy", read_weights(path), path, "cpu")
    return TrainedPolicy(network, environment, card)
