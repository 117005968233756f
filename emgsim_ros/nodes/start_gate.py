"""What the node that drives the clock waits for before it starts: a graph that is connected."""

from __future__ import annotations

from std_msgs.msg import String

from ..errors import InvalidInput
from ..signals.simulation_time import from_seconds
from . import qos
from .graph_node import GraphNode
from .links import READY_TOPIC

READY_NODES = 100  # whose word on /graph/ready is kept until it is read


class StartGate:
    """Opens when the node's own links stand and all nodes awaited have said that theirs do, or when time is up.

    Args:
        node: That drives the clock; its parameters name ``nodes_awaited`` and ``nodes_timeout``.
    """

    def __init__(self, node: GraphNode) -> None:
        self._node = node
        self._missing_nodes = set(node.parameters.nodes_awaited)
        self._timeout = from_seconds(node.parameters.nodes_timeout)
        self._waiting_since = node.wall()
        self._open = False
        node.create_subscription(String, READY_TOPIC, self._on_ready, qos.history(READY_NODES))

    def is_open(self) -> bool:
        """Whether the clock may start; once open it stays so. What is missing when time is up is a fault."""
        if not self._open:
            missing = self._missing()
            overdue = self._node.wall() - self._waiting_since > self._timeout
            if missing is not None and overdue:
                self._node.fault(missing)
            self._open = missing is None or overdue
        return self._open

    def _on_ready(self, message: String) -> None:
        self._missing_nodes.discard(message.data)

    def _missing(self) -> InvalidInput | None:
        """What the graph lacks; None when all of it is connected."""
        link = self._node.links.missing()
        if link is not None:
            topic, there, awaited = link
            return InvalidInput(f"links of {topic}", there, f"{awaited}; starting without them")
        if self._missing_nodes:
            names = ", ".join(sorted(self._missing_nodes))
            return InvalidInput("nodes ready", f"all but {names}", "all; starting without them")
        return None
