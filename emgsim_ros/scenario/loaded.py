"""Scenarios ready to be launched or simulated: nodes with checked parameters."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput
from ..parameters import from_mapping
from .node_kind import NodeKind


@dataclass(frozen=True)
class ScenarioNode:
    """A node of a scenario.

    Attributes:
        kind: The kind of the node.
        parameters: Its parameter dataclass, or a plain mapping for a node that declares its parameters itself.
        name: Name of the node.
        namespace: Its ROS namespace; empty for none.
        remappings: Pairs of topic names (from, to).
    """

    kind: NodeKind
    parameters: Any
    name: str
    namespace: str = ""
    remappings: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """Fully qualified name, such as ``/left/emg``."""
        return f"/{self.namespace.strip('/')}/{self.name}".replace("//", "/")

    def reads(self) -> tuple[str, ...]:
        """Names of the topics that it reads, including those that its parameters add, after remapping."""
        added = getattr(self.parameters, self.kind.reads_by) if self.kind.reads_by else ()
        return tuple(self.resolved(name) for name in (*(topic.name for topic in self.kind.reads), *added))

    def writes(self) -> tuple[str, ...]:
        """Names of the topics that it publishes, after remapping."""
        return tuple(self.resolved(topic.name) for topic in self.kind.writes)

    def resolved(self, topic: str) -> str:
        """Name of a topic after remapping."""
        return dict(self.remappings).get(topic, topic)

    def values(self) -> dict[str, Any]:
        """Parameter values by name."""
        return dict(self.parameters if self.kind.parameters is None else dataclasses.asdict(self.parameters))

    def ros_parameters(self) -> dict[str, Any]:
        """Parameters as ROS takes them; an empty list becomes [''], because ROS cannot infer its type."""
        return {name: (list(v) or [""]) if isinstance(v, tuple) else v for name, v in self.values().items()}


@dataclass(frozen=True)
class Scenario:
    """A graph of nodes, ready to be launched or simulated.

    Attributes:
        name: Name of the scenario.
        nodes: Its nodes.
        rviz: RViz layout: a name in config/ or a path; empty if it has none.
    """

    name: str
    nodes: tuple[ScenarioNode, ...]
    rviz: str = ""

    def has(self, name: str) -> bool:
        """Whether it has a node called ``name``."""
        return any(node.name == name for node in self.nodes)

    def node(self, name: str) -> ScenarioNode:
        """The node called ``name``.

        Raises:
            InvalidInput: The scenario has no such node.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise InvalidInput("scenario", self.name, f"one with the node {name!r}")

    def parameters(self, name: str) -> Any:
        """The parameter dataclass of the node called ``name``.

        Raises:
            InvalidInput: The scenario has no such node.
        """
        return self.node(name).parameters

    def changed(self, name: str, **values: Any) -> Scenario:
        """The scenario with other parameters of one of its nodes.

        Args:
            name: The node.
            values: Parameter values by name.

        Raises:
            InvalidInput: No such node or parameter, or a value out of range.
        """
        node = self.node(name)
        if node.kind.parameters is None:
            parameters: Any = {**node.parameters, **values}
        else:
            parameters = from_mapping(node.kind.parameters, {**vars(node.parameters), **values}, name)
        new = dataclasses.replace(node, parameters=parameters)
        return dataclasses.replace(self, nodes=tuple(new if one is node else one for one in self.nodes))
