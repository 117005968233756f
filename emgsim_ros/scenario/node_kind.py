"""A node as scenarios describe it: where its program is, which parameters it takes, which topics it connects."""

from __future__ import annotations

from dataclasses import dataclass

from ..parameters import GraphNodeParameters
from ..signals.topics import Topic

EVERY_TOPIC = "*"


@dataclass(frozen=True)
class Requirement:
    """A Python package without which a node cannot start.

    Attributes:
        module: Name under which it is imported.
        package: Name under which it is published.
        install: What ``pip install`` has to be given; default the package.
    """

    module: str
    package: str
    install: str = ""


@dataclass(frozen=True)
class NodeKind:
    """A kind of node, of this package or of another one.

    Attributes:
        name: Name of the node, and of its executable unless `executable` differs.
        parameters: Dataclass of its parameters, made with `emgsim_ros.parameters.parameter`; None for a node that
            declares its parameters itself, which are then passed on unchecked.
        reads, writes: Topics that it subscribes to and publishes. A topic to which it subscribes twice is listed twice.
        reads_by: Parameter that lists more topics to read.
        collects: Names of topics that `reads_by` is filled with when the user leaves it empty, as far as the scenario
            publishes them; ``*`` stands for every topic.
        package, executable: For ``ros2 run`` and ``ros2 launch``.
        module: Python module that runs the node, for ``emgsim launch``; empty for a node that is no Python module: its
            executable is then looked up in the ROS package.
        simulates: Whether a replayed bag takes its place.
        reports_ready: Whether it publishes its name on /graph/ready once it is connected, as every
            `emgsim_ros.nodes.graph_node.GraphNode` does; the clock waits for those that do.
        requires: Python packages without which it cannot start.
        requires_for: Python packages that single values of its parameters need: parameter, value and package.
    """

    name: str
    parameters: type[GraphNodeParameters] | None
    reads: tuple[Topic, ...] = ()
    writes: tuple[Topic, ...] = ()
    reads_by: str = ""
    collects: tuple[str, ...] = ()
    package: str = "emgsim_ros"
    executable: str = ""
    module: str = ""
    simulates: bool = False
    reports_ready: bool = True
    requires: tuple[Requirement, ...] = ()
    requires_for: tuple[tuple[str, str, Requirement], ...] = ()

    @property
    def program(self) -> str:
        """Name of the executable."""
        return self.executable or self.name
