"""A patient's trained network as a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.weights import fill, read_card, read_weights, save_weights
from .network import NetworkSize, StimulationNetwork


@dataclass(frozen=True)
class TrainedPatient:
    """A trained network with the contents of its card.

    Attributes:
        network: The network from electrode currents to muscle envelopes, in evaluation mode.
        muscles: [muscles] names of the muscles.
        lead: Name of the lead.
        card: Content of the card.
    """

    network: StimulationNetwork
    muscles: tuple[str, ...]
    lead: str
    card: dict[str, Any]


def save_patient(
    path: Path, network: StimulationNetwork, electrodes: int, muscles: tuple[str, ...], lead: str, card: dict[str, Any]
) -> None:
    """Write weights, and beside them the card from which `load_patient` makes the network again."""
    facts = {"size": asdict(network.size), "electrodes": electrodes, "muscles": list(muscles), "lead": lead}
    save_weights(path, {"network": network}, {**facts, **card})


def load_patient(path: Path, device: str = "cpu") -> TrainedPatient:
    """Read a trained network.

    Raises:
        InvalidInput: A file is missing or invalid, or the weights do not fit the card.
    """
    card = read_card(path)
    weights = read_weights(path, device)
    try:
        muscles = tuple(card["muscles"])
        network = StimulationNetwork(NetworkSize(**card["size"]), card["electrodes"], len(muscles))
        lead = str(card["lead"])
    except (KeyError, TypeError) as error:
        found = f"{path.with_suffix('.json')}"
        raise InvalidInput(found, f"{error}", "size, electrodes, muscles and lead") from None
    fill(network, "network", weights, path, device)
    return TrainedPatient(network, muscles, lead, card)
