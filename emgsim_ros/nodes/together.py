"""All nodes of a graph in one process, with one executor.

Run by ``python -m emgsim_ros.nodes emgsim_ros.nodes.together FILE``; the file lists the nodes
(`emgsim_ros.scenario.one_process`). They share the interpreter, the imported libraries and the connections to other
programs, so they need less memory and start faster. They also share one core, and a crash of one node ends all.
"""

from __future__ import annotations

import importlib
import sys
from functools import partial
from pathlib import Path

from ..errors import InvalidInput
from ..scenario.one_process import HostedNode, read_nodes
from .graph_node import GraphNode
from .running import run_all

LINGER = 0.5  # s in which the messages of a node that has finished still reach the other nodes


def main() -> int:
    """Run the nodes that a file lists, until one has finished or the process receives SIGINT or SIGTERM."""
    nodes = read_nodes(Path(sys.argv[1]))
    return run_all([partial(make_node, node) for node in nodes], LINGER)


def make_node(hosted: HostedNode) -> GraphNode:
    """Construct a node.

    Raises:
        InvalidInput: Its module cannot be imported or does not define one node class, or a parameter is rejected.
    """
    expected = "a module with one class that derives from GraphNode"
    try:
        module = importlib.import_module(hosted.module)
    except ImportError as error:
        raise InvalidInput(f"node {hosted.name!r}: module", hosted.module, f"{expected}; {error}") from error
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, GraphNode) and kind.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        raise InvalidInput(f"node {hosted.name!r}: module", hosted.module, expected)
    make: type = kinds[0]
    node: GraphNode = make(arguments=hosted.arguments)
    return node


if __name__ == "__main__":
    raise SystemExit(main())
