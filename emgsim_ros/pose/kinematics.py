"""Forward kinematics of the forearm model's hand: joint angles to 21 landmarks, batched and differentiable.

The tables are those of the OpenSim model (config/models/forearm_hand), and a test compares the results with OpenSim. A
joint has a fixed place in its parent body and rotates about its axes one after the other; each axis is fixed in the
frame that the rotations before it produce.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import torch
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
class _Joint:
    """The joint of a body: number of the parent body (-1: the frame ``forearm``), and numbers of its coordinates."""

    parent: int
    coordinates: tuple[int, ...]


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
        by_body: dict[str, list[CoordinateRow]] = {}
        for row in tables.coordinates:
            by_body.setdefault(row.body, []).append(row)
        bodies = list(by_body)
        self._joints = [
            _Joint(
                bodies.index(rows[0].parent) if rows[0].parent in bodies else -1,
                tuple(self.coordinates.index(row.name) for row in rows),
            )
            for rows in by_body.values()
        ]
        self._places = []
        tips = []
        for body, place in LANDMARKS.values():
            if body not in bodies:
                raise InvalidInput("hand kinematics: body", body, "one of " + ", ".join(bodies))
            self._places.append(bodies.index(body))
            ends = [bone.end for bone in tables.bones if bone.body == body]
            tips.append(ends[-1] if place == "tip" else (0.0, 0.0, 0.0))
        axes = torch.tensor([row.axis for row in tables.coordinates], dtype=torch.float64)
        origins = torch.tensor([rows[0].origin for rows in by_body.values()], dtype=torch.float64)
        self.axes: Tensor
        self.origins: Tensor
        self.tips: Tensor
        self.register_buffer("axes", axes / axes.norm(dim=1, keepdim=True))
        self.register_buffer("origins", origins)
        self.register_buffer("tips", torch.tensor(tips, dtype=torch.float64))

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
        if angles.shape[-1] != len(self.coordinates):
            raise InvalidInput("angles: shape", tuple(angles.shape), f"(..., {len(self.coordinates)})")
        turns = _rotations(self.axes.to(angles.dtype), angles)
        rotations: list[Tensor] = []
        places: list[Tensor] = []
        for joint, origin in zip(self._joints, self.origins.to(angles.dtype), strict=True):
            turned = turns[..., joint.coordinates[0], :, :]
            for coordinate in joint.coordinates[1:]:
                turned = turned @ turns[..., coordinate, :, :]
            if joint.parent < 0:
                places.append(origin.expand(*angles.shape[:-1], 3))
                rotations.append(turned)
            else:
                parent = rotations[joint.parent]
                places.append(places[joint.parent] + parent @ origin)
                rotations.append(parent @ turned)
        tips = self.tips.to(angles.dtype)
        return torch.stack(
            [places[body] + rotations[body] @ tip for body, tip in zip(self._places, tips, strict=True)], dim=-2
        )


def _rotations(axes: Tensor, angles: Tensor) -> Tensor:
    """Return [..., coordinates, 3, 3] rotations by angles about unit axes (Rodrigues' formula)."""
    x, y, z = axes.unbind(dim=1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=1).view(-1, 3, 3)
    sine, cosine = torch.sin(angles)[..., None, None], torch.cos(angles)[..., None, None]
    return torch.eye(3, dtype=axes.dtype, device=axes.device) + sine * cross + (1 - cosine) * (cross @ cross)


def load_hand_kinematics(folder: Path) -> HandKinematics:
    """Read the kinematics of the hand from the folder of a model's tables, such as config/models/forearm_hand.

    Raises:
        InvalidInput: A table is missing or invalid, or the model has no hand.
    """
    return HandKinematics(read_tables(folder))
