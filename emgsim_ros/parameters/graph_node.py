"""Parameters that every node of the graph has."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter


@dataclass(frozen=True)
class GraphNodeParameters:
    """What a node knows of the graph that it belongs to.

    In ``links_awaited`` a topic that the node writes stands once for each subscription to it, a topic that it reads
    once for each publisher.
    """

    links_awaited: tuple[str, ...] = parameter(
        (), "Topics to be connected before the node is ready; filled in by the scenario."
    )


@dataclass(frozen=True)
class ClockNodeParameters(GraphNodeParameters):
    """What the node that drives the clock knows of the graph besides."""

    nodes_awaited: tuple[str, ...] = parameter(
        (), "Nodes that must be ready before the clock starts; filled in by the scenario."
    )
    nodes_timeout: float = parameter(
        120.0, "Longest wait for those nodes; then the clock starts without them.", unit="s", low=0.0, high=3600.0
    )
