"""The epidural paddle lead: the positions of its contacts above the roots, and its safety limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.yaml_files import read_yaml, require_mapping, require_number

Array = NDArray[np.float64]

SIDES = {"left": 1.0, "right": -1.0}  # sign of x


@dataclass(frozen=True)
class SafeLimits:
    """Safety limits of every contact.

    Attributes:
        current: Greatest current, mA.
        charge_density: Greatest charge density of one phase, uC/cm2.
    """

    current: float
    charge_density: float


@dataclass(frozen=True)
class PaddleLead:
    """A lead and the roots under it; lengths in mm, x to the left of the midline, y rostral of the lead's middle.

    Attributes:
        contacts: [contacts, 2] centres of the contacts. The stimulator's case is one more electrode, the last.
        contact_size: Size of a contact across and along the cord.
        segments: Position along the cord at which the posterior roots of each segment enter.
        sides: Sides whose roots are modelled.
        root_distance: Distance of the roots' entries from the midline.
        depth: Distance from the contacts to the roots.
        limits: Safety limits.
    """

    contacts: Array
    contact_size: tuple[float, float]
    segments: Mapping[str, float]
    sides: tuple[str, ...]
    root_distance: float
    depth: float
    limits: SafeLimits

    @property
    def electrodes(self) -> int:
        """Number of electrodes: the contacts and the case."""
        return len(self.contacts) + 1

    @property
    def contact_area(self) -> float:
        """Area of one contact, cm2."""
        return self.contact_size[0] * self.contact_size[1] / 100

    @property
    def roots(self) -> tuple[tuple[str, str], ...]:
        """(segment, side) of every root."""
        return tuple((segment, side) for side in self.sides for segment in self.segments)

    @property
    def root_places(self) -> Array:
        """[roots, 2] positions of the roots' entries."""
        return np.array([[SIDES[side] * self.root_distance, self.segments[segment]] for segment, side in self.roots])


def load_lead(path: Path) -> PaddleLead:
    """Read a lead from a file such as config/leads/lumbar.yaml.

    Raises:
        InvalidInput: The file is unreadable, a key is missing, a position is not a pair of numbers, or a length is not
            above 0.
    """
    keys = ("contacts", "contact_size", "segments", "sides", "root_distance", "depth", "limits")
    content = require_mapping(read_yaml(path), str(path), keys)
    segments = require_mapping(content["segments"], f"{path}: segments")
    limits = require_mapping(content["limits"], f"{path}: limits", ("current", "charge_density"))
    sides = tuple(content["sides"])
    if not sides or any(side not in SIDES for side in sides):
        raise InvalidInput(f"{path}: sides", sides, "one or both of left, right")
    contacts = content["contacts"]
    if not isinstance(contacts, list) or not contacts:
        raise InvalidInput(f"{path}: contacts", contacts, "a list of [x, y]")
    return PaddleLead(
        contacts=np.array([_pair(place, f"{path}: contact {number}") for number, place in enumerate(contacts)]),
        contact_size=_pair(content["contact_size"], f"{path}: contact_size"),
        segments={name: require_number(place, f"{path}: segment {name}") for name, place in segments.items()},
        sides=sides,
        root_distance=_positive(content["root_distance"], f"{path}: root_distance"),
        depth=_positive(content["depth"], f"{path}: depth"),
        limits=SafeLimits(
            *(_positive(limits[name], f"{path}: limits: {name}") for name in ("current", "charge_density"))
        ),
    )


def _pair(value: Any, field: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidInput(field, value, "two numbers, mm")
    return require_number(value[0], field), require_number(value[1], field)


def _positive(value: Any, field: str) -> float:
    number = require_number(value, field)
    if number <= 0:
        raise InvalidInput(field, value, "a number above 0")
    return number
