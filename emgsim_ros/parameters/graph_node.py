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
