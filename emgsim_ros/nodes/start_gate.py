"""The condition under which the clock starts: every node of the graph is connected."""

from __future__ import annotations

from std_msgs.msg import String

from ..errors import GraphTimeout
from ..signals.simulation_time import from_seconds, to_seconds
from ..signals.topics import GRAPH_READY
from . import qos
from .graph_node import GraphNode

READY_NODES = 100  # messages on /graph/ready that are kept until they are read


class StartGate:
    """Opens when the node's own links are connected and all awaited nodes have reported the same, or at a timeout.

    Args:
        node: The node that drives the clock; its parameters hold ``nodes_awaited`` and ``nodes_timeout``.
    """

    def __init__(self, node: GraphNode) -> None:
        self._node = node
        self._missing_nodes = set(node.parameters.nodes_awaited)
        self._timeout = from_seconds(node.parameters.nodes_timeout)
        self._waiting_since: int | None = None  # the first check: by then all nodes of this process are constructed
        self._open = False
        node.subscribe(GRAPH_READY, self._on_ready, qos.history(READY_NODES))

    def is_open(self) -> bool:
        """Whether the clock may start; once open, the gate stays open. What is missing at the timeout is a fault."""
        if not self._open:
            missing, wall = self._missing(), self._node.wall()
            self._waiting_since = wall if self._waiting_since is None else self._waiting_since
            overdue = wall - self._waiting_since > self._timeout
            if missing and overdue:
                self._node.fault(GraphTimeout(missing, to_seconds(self._timeout)))
            self._open = overdue or not missing
        return self._open

    def _on_ready(self, message: String) -> None:
        self._missing_nodes.discard(message.data)

    def _missing(self) -> str:
        """What the graph lacks, in words; empty when all of it is connected."""
        link = self._node.links.missing()
        if link is not None:
            topic, present, awaited = link
            return f"{awaited - present} of {awaited} links of {topic}"
        if self._missing_nodes:
            return "the nodes " + ", ".join(sorted(self._missing_nodes))
        return ""
