"""The trained generator and its encoder as a file.

The card holds the size of the network, what it was trained on and by which command, and how well it does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...errors import InvalidInput
from ...files.weights import fill, read_card, read_weights, save_weights, write_card
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
    save_weights(path, {"generator": generator, "encoder": encoder}, {"size": asdict(generator.size), **card})


def load_trained(path: Path, device: str = "cpu") -> TrainedMuaps:
    """Read a generator.

    Raises:
        InvalidInput: A file is missing or broken, the weights do not fit the card, or the device is not there.
    """
    card = read_card(path)
    weights = read_weights(path, device)
    try:
        size, recording = GeneratorSize(**card["size"]), card["recording"]
        encoder = MuapEncoder(recording["rows"], recording["samples"], card["encoder_width"])
    except (KeyError, TypeError) as error:
        raise InvalidInput(f"{path.with_suffix('.json')}", f"{error}", "size, recording and encoder_width") from None
    generator = MuapGenerator(size, standard_anatomy().fiber)
    fill(generator, "generator", weights, path, device)
    fill(encoder, "encoder", weights, path, device)
    return TrainedMuaps(generator, encoder, card)


def write_results(path: Path, results: dict[str, float]) -> None:
    """Put the results of a test into the card of weights."""
    write_card(path, {**read_card(path), "nrmse_percent": results})
