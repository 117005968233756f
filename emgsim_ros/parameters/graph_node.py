"""Parameters that every node of the graph has."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter


@dataclass(frozen=True)
class GraphNodeParameters:
    """Parameters that connect a node with the rest of its graph.

    ``links_awaited`` lists a topic that the node publishes once for each subscription to it, and a topic that it
    subscribes to once for each publisher.
    """

    links_awaited: tuple[str, ...] = parameter(
        (), "Topics that must be connected before the node is ready; filled in by the scenario."
    )


@dataclass(frozen=True)
class ClockNodeParameters(GraphNodeParameters):
    """Parameters of the node that drives the clock."""

    nodes_awaited: tuple[str, ...] = parameter(
        (), "Nodes (fully qualified) that must be ready before the clock starts; filled in by the scenario."
    )
    nodes_timeout: float = parameter(
        120.0, "Longest wait for those nodes; after it the clock starts without them.", unit="s", low=0.0, high=3600.0
    )
