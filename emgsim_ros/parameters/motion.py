"""Parameters of the motion node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class MotionParameters(GraphNodeParameters):
    """The movement, and how far ahead of the clock its targets are published."""

    movement: str = parameter(
        "hand_tour", "Movement to play: a name in config/movements or the path of such a file.", live=True
    )
    rate: int = parameter(100, "Targets per second of simulation time.", unit="Hz", low=1, high=1000)
    lookahead: float = parameter(
        0.2, "How far ahead of the simulation clock targets are published.", unit="s", low=0.02, high=2.0
    )
