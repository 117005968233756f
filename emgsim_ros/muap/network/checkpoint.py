"""Files of the trained generator and its encoder.

The card holds the size of the network, its training data, the command of the training and the evaluation results.
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
    """The networks of one file and its card.

    Attributes:
        generator: The generator.
        encoder: The encoder, which works for one size of grid only; see the card's ``recording``.
        card: Content of the card.
    """

    generator: MuapGenerator
    encoder: MuapEncoder
    card: dict[str, Any]


def save_trained(path: Path, generator: MuapGenerator, encoder: MuapEncoder, card: dict[str, Any]) -> None:
    """Write the weights to ``path`` and the card to a .json file of the same name."""
    save_weights(path, {"generator": generator, "encoder": encoder}, {"size": asdict(generator.size), **card})


def load_trained(path: Path, device: str = "cpu") -> TrainedMuaps:
    """Read a generator and its encoder.

    Raises:
        InvalidInput: A file is missing or damaged, the weights do not match the card, or the device does not exist.
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
    """Add the results of an evaluation to the card of the weights at ``path``."""
    write_card(path, {**read_card(path), "nrmse_percent": results})
