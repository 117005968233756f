"""Forward kinematics of the forearm model's hand: joint angles to 21 landmarks, batched and differentiable.

The tables are those of the OpenSim model (config/models/forearm_hand), and a test compares the results with OpenSim. A
joint has a fixed place in its parent body and rotates about its axes one after the other; each axis is fixed in the
frame that the rotations before it produce.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..errors import InvalidInput
from ..files.model_tables import CoordinateRow, ModelTables, read_tables

FINGERS = ("index", "middle", "ring", "little")

# Landmark: (body, place). The place is the joint of the body, or the end of its last bone (tip).
LANDMARKS: dict[str, tuple[str, str]] = {
    "wrist": ("hand", "joint"),
    "thumb_cmc": ("thumb_metacarpal", "joint"),
    "thumb_mcp": ("thumb_proximal", "joint"),
    "thumb_ip": ("thumb_distal", "joint"),
    "thumb_tip": ("thumb_distal", "tip"),
}
for _finger in FINGERS:
    LANDMARKS |= {
        f"{_finger}_mcp": (f"{_finger}_proximal", "joint"),
        f"{_finger}_pip": (f"{_finger}_middle", "joint"),
        f"{_finger}_dip": (f"{_finger}_distal", "joint"),
        f"{_finger}_tip": (f"{_finger}_distal", "tip"),
    }


@dataclass(frozen=True)
class _Level:
    """Bodies that are as many joints away from the frame ``forearm``; they are computed together.

    Attributes:
        bodies: Their numbers.
        parents: For each, the place of its parent among the bodies of the level before.
    """

    bodies: Any
    parents: Any


@dataclass(frozen=True)
class _Geometry:
    """The constants of a hand, as arrays of numpy or tensors of torch.

    Attributes:
        cross: [coordinates, 3, 3] cross products with the unit axes.
        origins: [bodies, 3, 1] places of the joints in their parents, m.
        tips: [landmarks, 3, 1] places of the landmarks in their bodies, m.
        turns: For the first axis of the joints, the second and so on, the [bodies] numbers of the coordinates; one
            after all coordinates where a joint has fewer axes.
        levels: The bodies, from the frame outwards.
        places: [landmarks] places of their bodies in the order of the levels.
    """

    cross: Any
    origins: Any
    tips: Any
    turns: tuple[Any, ...]
    levels: tuple[_Level, ...]
    places: Any

    def as_tensors(self, kind: torch.dtype, device: torch.device) -> _Geometry:
        """Return the same constants as tensors."""
        cross, origins, tips = (torch.tensor(one).to(device, kind) for one in (self.cross, self.origins, self.tips))

        def numbers(values: Any) -> Tensor:
            return torch.tensor(values, device=device)

        levels = tuple(_Level(numbers(level.bodies), numbers(level.parents)) for level in self.levels)
        return _Geometry(cross, origins, tips, tuple(map(numbers, self.turns)), levels, numbers(self.places))


class HandKinematics(nn.Module):
    """Computes landmarks of the hand from joint angles.

    Args:
        tables: Tables of the model.

    Attributes:
        coordinates: [coordinates] names of the joint angles, in order.
        landmarks: [21] names of the landmarks, in order.

    Raises:
        InvalidInput: The model lacks a body of the landmarks.
    """

    def __init__(self, tables: ModelTables) -> None:
        super().__init__()
        self.coordinates = tuple(row.name for row in tables.coordinates)
        self.landmarks = tuple(LANDMARKS)
        self._arrays = _geometry(tables)
        self._tensors: dict[tuple[torch.dtype, torch.device], _Geometry] = {}

    def links(self) -> list[tuple[int, int]]:
        """Return pairs of landmarks that a bone connects, along each finger from the wrist to the tip."""
        names = list(self.landmarks)
        chains = [[n for n in names if n.startswith(finger)] for finger in ("thumb", *FINGERS)]
        return [(names.index(a), names.index(b)) for chain in chains for a, b in itertools.pairwise(["wrist", *chain])]

    def forward(self, angles: Tensor) -> Tensor:
        """Return [..., 21, 3] landmarks in the frame ``forearm`` (m) of [..., coordinates] joint angles (rad).

        Raises:
            InvalidInput: Another number of angles.
        """
        self._check(angles.shape)
        return _landmarks(torch, self._on(angles.dtype, angles.device), angles)

    def positions(self, angles: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the landmarks as `forward` does, by numpy, which takes a fifth of the time for one or two poses."""
        self._check(angles.shape)
        landmarks: NDArray[np.float64] = _landmarks(np, self._arrays, angles)
        return landmarks

    def _check(self, shape: tuple[int, ...]) -> None:
        if shape[-1] != len(self.coordinates):
            raise InvalidInput("angles: shape", tuple(shape), f"(..., {len(self.coordinates)})")

    def _on(self, kind: torch.dtype, device: torch.device) -> _Geometry:
        if (kind, device) not in self._tensors:
            with torch.inference_mode(False):  # the tensors may take part in a training later
                self._tensors[kind, device] = self._arrays.as_tensors(kind, device)
        return self._tensors[kind, device]


def _geometry(tables: ModelTables) -> _Geometry:
    by_body: dict[str, list[CoordinateRow]] = {}
    for row in tables.coordinates:
        by_body.setdefault(row.body, []).append(row)
    bodies, names = list(by_body), [row.name for row in tables.coordinates]
    levels = _levels([rows[0].parent for rows in by_body.values()], bodies)
    order = [bodies[number] for level in levels for number in level.bodies]
    places, tips = [], []
    for body, place in LANDMARKS.values():
        if body not in bodies:
            raise InvalidInput("hand kinematics: body", body, "one of " + ", ".join(bodies))
        places.append(order.index(body))
        ends = [bone.end for bone in tables.bones if bone.body == body]
        tips.append(ends[-1] if place == "tip" else (0.0, 0.0, 0.0))
    axes = np.array([row.axis for row in tables.coordinates], dtype=float)
    x, y, z = (axes / np.linalg.norm(axes, axis=1, keepdims=True)).T
    cross = np.array([[0 * x, -z, y], [z, 0 * x, -x], [-y, x, 0 * x]]).transpose(2, 0, 1)
    turns = tuple(
        np.array([names.index(rows[axis].name) if axis < len(rows) else len(names) for rows in by_body.values()])
        for axis in range(max(map(len, by_body.values())))
    )
    origins = np.array([rows[0].origin for rows in by_body.values()], dtype=float)
    return _Geometry(cross, origins[..., None], np.array(tips)[..., None], turns, levels, np.array(places))


def _levels(parents: list[str], bodies: list[str]) -> tuple[_Level, ...]:
    """Return the levels of bodies whose parents' names are given; a parent that is no body is the frame."""
    first = [number for number, parent in enumerate(parents) if parent not in bodies]
    levels = [_Level(np.array(first), np.zeros(len(first), int))]
    while sum(len(level.bodies) for level in levels) < len(bodies):
        before = [bodies[number] for number in levels[-1].bodies]
        numbers = [number for number, parent in enumerate(parents) if parent in before]
        levels.append(_Level(np.array(numbers), np.array([before.index(parents[number]) for number in numbers])))
    return tuple(levels)


def _landmarks(library: Any, hand: _Geometry, angles: Any) -> Any:
    """Return [..., landmarks, 3] landmarks of [..., coordinates] angles.

    Args:
        library: numpy or torch, whose arrays `hand` and ``angles`` are.
    """
    batch, unturned = angles.shape[:-1], library.eye(3)
    unturned = library.broadcast_to(unturned.to(angles) if library is torch else unturned, (*batch, 1, 3, 3))
    sine, cosine = library.sin(angles)[..., None, None], library.cos(angles)[..., None, None]
    turns = unturned + sine * hand.cross + (1 - cosine) * (hand.cross @ hand.cross)  # Rodrigues' formula
    turns = library.concatenate([turns, unturned], axis=-3)
    turned = turns[..., hand.turns[0], :, :]
    for numbers in hand.turns[1:]:
        turned = turned @ turns[..., numbers, :, :]
    outermost = hand.levels[0].bodies
    rotations = [turned[..., outermost, :, :]]
    places = [library.broadcast_to(hand.origins[outermost], (*batch, len(outermost), 3, 1))]
    for level in hand.levels[1:]:
        parent = rotations[-1][..., level.parents, :, :]
        places.append(places[-1][..., level.parents, :, :] + parent @ hand.origins[level.bodies])
        rotations.append(parent @ turned[..., level.bodies, :, :])
    rotation = library.concatenate(rotations, axis=-3)[..., hand.places, :, :]
    return (library.concatenate(places, axis=-3)[..., hand.places, :, :] + rotation @ hand.tips)[..., 0]


def load_hand_kinematics(folder: Path) -> HandKinematics:
    """Read the kinematics of the hand from the folder of a model's tables, such as config/models/forearm_hand.

    Raises:
        InvalidInput: A table is missing or invalid, or the model has no hand.
    """
    return HandKinematics(read_tables(folder))
