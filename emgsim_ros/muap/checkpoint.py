"""The trained generator as a file: weights as safetensors, and beside it a card that says what they are.

The card (JSON) holds the size of the network, what it was trained on and by which command, and how well it does.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ..errors import InvalidInput
from .encoder import MuapEncoder
from .generator import GeneratorSize, MuapGenerator
from .identity import standard_anatomy


@dataclass(frozen=True)
class TrainedMuaps:
    """The networks of one file, ready for use, and the file's card.

    Attributes:
        generator, encoder: The networks; the encoder knows one size of grid, see the card's ``recording``.
        card: As read.
    """

    generator: MuapGenerator
    encoder: MuapEncoder
    card: dict[str, Any]


def save_trained(path: Path, generator: MuapGenerator, encoder: MuapEncoder, card: dict[str, Any]) -> None:
    """Write weights to ``path`` and the card beside it (.json)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {f"generator.{name}": value for name, value in generator.state_dict().items()}
    weights |= {f"encoder.{name}": value for name, value in encoder.state_dict().items()}
    save_file({name: value.contiguous().cpu() for name, value in weights.items()}, path)
    path.with_suffix(".json").write_text(json.dumps({"size": asdict(generator.size), **card}, indent=2) + "\n")


def load_trained(path: Path, device: str = "cpu") -> TrainedMuaps:
    """Read a generator.

    Raises:
        InvalidInput: A file is missing or broken, the weights do not fit the card, or the device is not there.
    """
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise InvalidInput("device", device, "cpu: this machine has no CUDA device that torch can use")
    card = _card(path.with_suffix(".json"))
    try:
        weights = load_file(path, device=device)
        size, recording = GeneratorSize(**card["size"]), card["recording"]
        encoder = MuapEncoder(recording["rows"], recording["samples"], card["encoder_width"])
    except (OSError, SafetensorError) as error:
        raise InvalidInput("checkpoint", str(path), f"a safetensors file ({error})") from None
    except (KeyError, TypeError) as error:
        raise InvalidInput(f"{path.with_suffix('.json')}", f"{error}", "size, recording and encoder_width") from None
    generator = MuapGenerator(size, standard_anatomy().fiber)
    for prefix, network in (("generator.", generator), ("encoder.", encoder)):
        mine = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        try:
            network.load_state_dict(mine)
        except RuntimeError as error:
            reason = str(error).splitlines()[-1].strip()
            raise InvalidInput("checkpoint", str(path), f"the weights that its card describes ({reason})") from None
        network.to(device).eval()
    return TrainedMuaps(generator, encoder, card)


def write_results(path: Path, results: dict[str, float]) -> None:
    """Put the results of a test into the card of weights."""
    card = _card(path.with_suffix(".json"))
    card["nrmse_percent"] = results
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


def _card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(path.read_text())
    except OSError as error:
        raise InvalidInput("card", str(path), f"a readable file beside the weights ({error.strerror})") from None
    except json.JSONDecodeError as error:
        raise InvalidInput("card", str(path), f"JSON ({error})") from None
    if not isinstance(card, dict):
        raise InvalidInput("card", str(path), "a JSON mapping")
    return card
