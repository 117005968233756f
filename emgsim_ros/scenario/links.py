"""Which nodes of a scenario are connected, filled into the parameters where the user leaves it open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from ..parameters import ClockNodeParameters, GraphNodeParameters
from .loaded import ScenarioNode
from .node_kind import EVERY_TOPIC


def connected(nodes: Sequence[ScenarioNode]) -> tuple[ScenarioNode, ...]:
    """The nodes with the topics that they collect and with the links and nodes that they wait for."""
    collecting = [_collecting(node, nodes) for node in nodes]
    return tuple(_waiting(node, collecting) for node in collecting)


def _collecting(node: ScenarioNode, nodes: Sequence[ScenarioNode]) -> ScenarioNode:
    """A node that collects topics (recorder, viewer), with those that the scenario publishes."""
    kind = node.kind
    if not kind.collects or getattr(node.parameters, kind.reads_by):
        return node
    published = dict.fromkeys(topic for other in nodes for topic in other.writes())
    chosen = [topic for topic in published if EVERY_TOPIC in kind.collects or topic in kind.collects]
    return _with(node, {kind.reads_by: tuple(chosen)})


def _waiting(node: ScenarioNode, nodes: Sequence[ScenarioNode]) -> ScenarioNode:
    parameters, awaited = node.parameters, dict[str, Any]()
    if isinstance(parameters, GraphNodeParameters) and not parameters.links_awaited:
        awaited["links_awaited"] = tuple(_links(node, nodes))
    if isinstance(parameters, ClockNodeParameters) and not parameters.nodes_awaited:
        awaited["nodes_awaited"] = tuple(other.path for other in nodes if other.kind.reports_ready)
    return _with(node, awaited) if awaited else node


def _links(node: ScenarioNode, nodes: Sequence[ScenarioNode]) -> Iterator[str]:
    """The topics of a node, each listed once for every subscription or publisher at its other end."""
    for topic in node.writes():
        yield from [topic] * sum(other.reads().count(topic) for other in nodes)
    for topic in dict.fromkeys(node.reads()):
        yield from [topic] * sum(topic in other.writes() for other in nodes)


def _with(node: ScenarioNode, values: dict[str, Any]) -> ScenarioNode:
    return dataclasses.replace(node, parameters=dataclasses.replace(node.parameters, **values))
