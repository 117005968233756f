"""A trained pose network as a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.weights import fill, read_card, read_weights, save_weights
from ..sessions.pose_session import ANGLE_NAMES
from .networks.interface import PoseNetwork
from .networks.kinds import make_network
from .networks.published import load_published
from .networks.streaming import DecoderSize

PUBLISHED_ENDING = ".ckpt"


@dataclass(frozen=True)
class TrainedPose:
    """A network, ready for use.

    Attributes:
        network: Frames of EMG to joint angles.
        kind: One of :data:`.networks.kinds.KINDS`.
        angle_names: [angles] what they are.
        card: As read; empty for published weights.
    """

    network: PoseNetwork
    kind: str
    angle_names: tuple[str, ...]
    card: dict[str, Any]


def save_pose(
    path: Path, network: PoseNetwork, kind: str, size: DecoderSize, angle_names: tuple[str, ...], card: dict[str, Any]
) -> None:
    """Write weights to ``path`` and the card beside it."""
    facts = {"kind": kind, "size": asdict(size), "angles": list(angle_names)}
    save_weights(path, {"network": network}, {**facts, **card})


def load_pose(path: Path, device: str = "cpu") -> TrainedPose:
    """Read a network: one of ours, or emg2pose's published ``.ckpt``.

    Raises:
        InvalidInput: A file is missing or broken, or the weights do not fit the card.
    """
    if path.suffix == PUBLISHED_ENDING:
        return TrainedPose(load_published(path).to(device), "published", ANGLE_NAMES, {})
    card = read_card(path)
    weights = read_weights(path, device)
    try:
        angle_names = tuple(card["angles"])
        network = make_network(card["kind"], DecoderSize(**card["size"]), len(angle_names))
    except (KeyError, TypeError) as error:
        raise InvalidInput(f"{path.with_suffix('.json')}", f"{error}", "kind, size and angles") from None
    fill(network, "network", weights, path, device)
    return TrainedPose(network, card["kind"], angle_names, card)
