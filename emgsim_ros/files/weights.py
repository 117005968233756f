"""Trained weights as safetensors files, each with a card (JSON) that describes the weights and their errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ..errors import InvalidInput


def save_weights(path: Path, networks: dict[str, nn.Module], card: dict[str, Any]) -> None:
    """Write the weights of networks to one file, and the card beside it.

    Args:
        path: File of the weights.
        networks: Networks by name; the names of their weights begin with it.
        card: Content of the card.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {
        f"{name}.{key}": value for name, network in networks.items() for key, value in network.state_dict().items()
    }
    save_file({name: value.contiguous().cpu() for name, value in weights.items()}, path)
    path.chmod(0o644)
    write_card(path, card)


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write the card of the weights at ``path``."""
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


def read_card(path: Path) -> dict[str, Any]:
    """Read the card of the weights at ``path``.

    Raises:
        InvalidInput: The card is missing, or it is not a JSON mapping.
    """
    file = path.with_suffix(".json")
    try:
        card = json.loads(file.read_text())
    except OSError as error:
        raise InvalidInput("card", str(file), f"a readable file beside the weights ({error.strerror})") from None
    except json.JSONDecodeError as error:
        raise InvalidInput("card", str(file), f"JSON ({error})") from None
    if not isinstance(card, dict):
        raise InvalidInput("card", str(file), "a JSON mapping")
    return card


def read_weights(path: Path, device: str = "cpu") -> dict[str, Tensor]:
    """Read all tensors of a file.

    Raises:
        InvalidInput: The file is missing or invalid, or the device is not available.
    """
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise InvalidInput("device", device, "cpu: this machine has no CUDA device that torch can use")
    try:
        return load_file(path, device=device)
    except (OSError, SafetensorError) as error:
        raise InvalidInput("checkpoint", str(path), f"a safetensors file ({error})") from None


def fill(network: nn.Module, name: str, weights: dict[str, Tensor], path: Path, device: str) -> None:
    """Load the weights that were saved under ``name`` into a network, and set it to evaluation mode.

    Args:
        network: The network; it is changed in place.
        name: Name of the network in `save_weights`.
        weights: All tensors of the file.
        path: The file, for messages.
        device: Torch device of the network.

    Raises:
        InvalidInput: The weights belong to another network.
    """
    mine = {key.removeprefix(f"{name}."): value for key, value in weights.items() if key.startswith(f"{name}.")}
    try:
        network.load_state_dict(mine)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise InvalidInput("checkpoint", str(path), f"the weights that its card describes ({reason})") from None
    network.to(device).eval()
