"""The nodes of a scenario that share one process, as both launchers start it.

Nodes in Python modules that derive from `emgsim_ros.nodes.graph_node.GraphNode` can share a process; programs of
another kind have processes of their own in any case.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .loaded import ScenarioNode
from .ros_arguments import ros_arguments

PROGRAM = "graph"  # name of the shared process
# Logged lines carry the name of their node, since the process has several. The user's own format is kept.
LOG_FORMAT = {"RCUTILS_CONSOLE_OUTPUT_FORMAT": "[{severity}] [{name}] {message}"}


@dataclass(frozen=True)
class HostedNode:
    """A node of a shared process.

    Attributes:
        name: Fully qualified name.
        module: Python module that defines its class.
        arguments: Its ROS arguments.
    """

    name: str
    module: str
    arguments: list[str]


def can_share(node: ScenarioNode) -> bool:
    """Whether a node can share a process with others."""
    return bool(node.kind.module) and node.kind.reports_ready


def shared_command(nodes: Sequence[ScenarioNode], folder: Path) -> list[str]:
    """Write the list of nodes and their parameters to ``folder`` and return the command that runs them."""
    hosted = [HostedNode(node.path, node.kind.module, ros_arguments(node, folder)) for node in nodes]
    path = folder / "nodes.json"
    path.write_text(json.dumps([asdict(one) for one in hosted]))
    return [*module_command("emgsim_ros.nodes.together"), str(path)]


def read_nodes(path: Path) -> list[HostedNode]:
    """Return the list of nodes that `shared_command` has written."""
    return [HostedNode(**one) for one in json.loads(path.read_text())]


def module_command(module: str) -> list[str]:
    """Return the command that runs the ``main`` of a node's module."""
    # -P: otherwise a start from a source checkout would import the sources instead of the installed package.
    return [sys.executable, "-P", "-m", "emgsim_ros.nodes", module]
