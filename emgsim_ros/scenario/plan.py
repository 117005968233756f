"""Scenarios as data: which nodes run together, and what is particular about each.

A scenario of another package is a `ScenarioPlan` of its own, or one of this package's with a node added, swapped or
removed; see docs/extending.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidInput
from ..parts import load_part
from .node_kind import NodeKind


@dataclass(frozen=True)
class NodePlan:
    """A node of a scenario.

    Attributes:
        kind: A registered node by its name, or the `NodeKind` itself.
        name: Name of the node in this scenario; default that of its kind.
        namespace: Its ROS namespace, such as ``/left``.
        remappings: Pairs of topic names (from, to).
        defaults: Parameter values where they differ from the defaults of its parameter dataclass.
        option: Launch option without which the node takes no part, such as ``record``; empty: it always takes part.
    """

    kind: str | NodeKind
    name: str = ""
    namespace: str = ""
    remappings: tuple[tuple[str, str], ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    option: str = ""

    @property
    def node_name(self) -> str:
        """Name of the node in the scenario."""
        return self.name or (self.kind if isinstance(self.kind, str) else self.kind.name)

    def node_kind(self) -> NodeKind:
        """The kind of the node.

        Raises:
            UnknownPart: No node of that name is registered.
        """
        if isinstance(self.kind, NodeKind):
            return self.kind
        found: NodeKind = load_part("node", self.kind)
        return found


@dataclass(frozen=True)
class ScenarioPlan:
    """A scenario.

    Attributes:
        name: Its name; a file of that name in config/ holds its parameters, if there is one.
        nodes: Its nodes.
        about: What it is for, one sentence.
        config: Path of its parameter file, for a scenario of another package.
        rviz: RViz layout: a name in config/ or a path; empty if it has none.
    """

    name: str
    nodes: tuple[NodePlan, ...]
    about: str = ""
    config: str = ""
    rviz: str = ""

    def __post_init__(self) -> None:
        names = [(node.namespace, node.node_name) for node in self.nodes]
        for namespace, name in names:
            if names.count((namespace, name)) > 1:
                raise InvalidInput(f"scenario {self.name!r}: node", f"{namespace}/{name}", "each name once")

    def node(self, name: str) -> NodePlan:
        """The node of this name.

        Raises:
            InvalidInput: The scenario has no such node.
        """
        for node in self.nodes:
            if node.node_name == name:
                return node
        expected = "one of " + ", ".join(node.node_name for node in self.nodes)
        raise InvalidInput(f"scenario {self.name!r}: node", name, expected)

    def with_node(self, node: NodePlan) -> ScenarioPlan:
        """The scenario with another node.

        Raises:
            InvalidInput: It has a node of that name.
        """
        return dataclasses.replace(self, nodes=(*self.nodes, node))

    def without(self, name: str) -> ScenarioPlan:
        """The scenario without one of its nodes.

        Raises:
            InvalidInput: It has no such node.
        """
        left_out = self.node(name)
        return dataclasses.replace(self, nodes=tuple(node for node in self.nodes if node is not left_out))

    def swapped(self, name: str, node: NodePlan) -> ScenarioPlan:
        """The scenario with ``node`` in the place of the one called ``name``.

        Raises:
            InvalidInput: It has no such node.
        """
        swapped = self.node(name)
        return dataclasses.replace(self, nodes=tuple(node if one is swapped else one for one in self.nodes))

    def with_defaults(self, name: str, **values: Any) -> ScenarioPlan:
        """The scenario with other default parameters of one of its nodes; they are checked when it is loaded.

        Raises:
            InvalidInput: It has no such node.
        """
        node = self.node(name)
        return self.swapped(name, dataclasses.replace(node, defaults={**node.defaults, **values}))

    def renamed(self, name: str, about: str = "", config: str = "", rviz: str = "") -> ScenarioPlan:
        """The scenario under another name, with a description, parameter file and RViz layout of its own."""
        return dataclasses.replace(self, name=name, about=about, config=config, rviz=rviz)
