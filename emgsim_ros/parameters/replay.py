"""Parameters of the replay node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import ClockNodeParameters


@dataclass(frozen=True)
class ReplayParameters(ClockNodeParameters):
    """The bag that is played, and how."""

    bag: str = parameter("", "Folder of the bag to play.")
    topics: tuple[str, ...] = parameter(
        (), "Topics to play; empty for all topics of the bag that the simulator publishes."
    )
    rate: float = parameter(1.0, "Bag time per wall-clock time.", low=0.01, high=100.0)
    duration: float = parameter(
        0.0, "Bag time after which the graph ends; 0: the whole bag.", unit="s", low=0.0, high=1e6
    )
