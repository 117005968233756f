"""A trained policy as weights: it computes actions from observations, without gymnasium and the training libraries."""

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
from .actions import ActionRange, action_of

CLIPPED = 10.0  # largest absolute value of a normalised observation
ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU}


@dataclass(frozen=True)
class PolicyShape:
    """The sizes of a policy's network and the scale of its outputs; stored in the card.

    Attributes:
        observations: Number of observed values.
        muscles: Number of outputs: the muscles, or the actions of an environment without muscles.
        layers: Number of units of each hidden layer.
        activation: Activation function of the hidden layers, tanh or relu.
        squashed: Whether a tanh is applied to the outputs; otherwise they are clipped.
        power: See `actions.excitation_of`.
        low, high: [actions] lowest and highest action; empty for excitations, 0 to 1.
    """

    observations: int
    muscles: int
    layers: tuple[int, ...]
    activation: str
    squashed: bool
    power: float
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    @property
    def actions(self) -> ActionRange:
        """Range of the actions."""
        return ActionRange(self.low, self.high) if self.low else ActionRange.of_excitations(self.muscles)


class PolicyNetwork(nn.Module):
    """Computes outputs, -1 to 1, from observations.

    Args:
        shape: Sizes of the network.
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
        """Return the outputs, [..., muscles] -1 to 1, for observations, [..., observations]."""
        output = self.unclipped(observation)
        return torch.tanh(output) if self.shape.squashed else output.clamp(-1.0, 1.0)

    def unclipped(self, observation: Tensor) -> Tensor:
        """Return the outputs before they are squashed or clipped, [..., muscles]."""
        seen = ((observation - self.mean) / self.deviation).clamp(-CLIPPED, CLIPPED)
        output: Tensor = self.body(seen)
        return output


@dataclass(frozen=True)
class TrainedPolicy:
    """A policy that is ready for use.

    Attributes:
        network: The network.
        environment: ID of the environment that it controls.
        card: Content of its card.
    """

    network: PolicyNetwork
    environment: str
    card: dict[str, Any]

    def action(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the action for an observation: [muscles] excitations, 0 to 1, or the actions of another environment.

        Raises:
            InvalidInput: An observation of another length.
        """
        wanted = self.network.shape.observations
        if observation.shape != (wanted,):
            raise InvalidInput("policy: observation: shape", observation.shape, f"({wanted},)")
        with torch.inference_mode():
            output = self.network(torch.from_numpy(np.asarray(observation, np.float32))).numpy()
        shape = self.network.shape
        return action_of(output, shape.power, shape.actions)


def save_policy(path: Path, network: PolicyNetwork, environment: str, card: dict[str, Any]) -> None:
    """Write the weights to ``path`` and the card beside them; ``card`` holds entries besides kind and shape."""
    about = {"kind": "policy", "environment": environment, "shape": asdict(network.shape)}
    save_weights(path, {"policy": network}, {**about, **card})


def load_policy(path: Path) -> TrainedPolicy:
    """Load a policy from its weights and the card beside them.

    Raises:
        InvalidInput: A file is missing or broken, or the weights are not those of a policy.
    """
    card = read_card(path)
    try:
        given = dict(card["shape"])
        lists = {name: tuple(given.get(name, ())) for name in ("layers", "low", "high")}
        shape = PolicyShape(**{**given, **lists})
        environment = str(card["environment"])
    except (KeyError, TypeError):
        raise InvalidInput("card", str(path.with_suffix(".json")), "the card of a policy") from None
    network = PolicyNetwork(shape)
    fill(network, "policy", read_weights(path), path, "cpu")
    return TrainedPolicy(network, environment, card)
