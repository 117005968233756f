"""A trained pose network as a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.weights import fill, read_card, read_weights, save_weights
from ..sessions.pose_session import ANGLE_NAMES
from .networks.interface import PoseNetwork
from .networks.kinds import make_network, read_size
from .networks.published import load_published

PUBLISHED_ENDING = ".ckpt"


@dataclass(frozen=True)
class TrainedPose:
    """A trained network with the contents of its card.

    Attributes:
        network: The network from frames of EMG to joint angles, in evaluation mode.
        kind: Name of the registered decoder; ``published`` for published weights.
        angle_names: [angles] names of the angles.
        card: Content of the card; empty for published weights.
        size: The dataclass of the decoder's sizes; None for published weights.
    """

    network: PoseNetwork
    kind: str
    angle_names: tuple[str, ...]
    card: dict[str, Any]
    size: Any = None


def save_pose(
    path: Path, network: PoseNetwork, kind: str, size: Any, angle_names: tuple[str, ...], card: dict[str, Any]
) -> None:
    """Write weights, and beside them the card from which `load_pose` makes the network again.

    Args:
        path: File of the weights.
        network: The network.
        kind: Name of the registered decoder that made it.
        size: The dataclass of its sizes.
        angle_names: [angles] names of the angles that it estimates.
        card: Further content of the card.
    """
    facts = {"kind": kind, "size": asdict(size), "angles": list(angle_names)}
    save_weights(path, {"network": network}, {**facts, **card})


def load_pose(path: Path, device: str = "cpu") -> TrainedPose:
    """Read a trained network: a registered decoder, or one of emg2pose's published ``.ckpt`` files.

    Args:
        path: The weights; the card lies beside them.
        device: Torch device.

    Raises:
        InvalidInput: A file is missing or broken, no decoder of the card's kind is registered, or the weights do not
            fit the card.
    """
    if path.suffix == PUBLISHED_ENDING:
        return TrainedPose(load_published(path).to(device), "published", ANGLE_NAMES, {})
    card = read_card(path)
    weights = read_weights(path, device)
    source = str(path.with_suffix(".json"))
    try:
        kind, angle_names, sizes = card["kind"], tuple(card["angles"]), dict(card["size"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(source, f"{error}", "kind, size and angles") from None
    size = read_size(kind, sizes, source)
    network = make_network(kind, size, len(angle_names), source)
    fill(network, "network", weights, path, device)
    return TrainedPose(network, kind, angle_names, card, size)
