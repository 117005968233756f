"""Whether all packages that a scenario's nodes need are installed, checked before a process starts."""

from __future__ import annotations

from importlib.util import find_spec

from ..errors import MissingExtra
from .loaded import Scenario


def check_requirements(scenario: Scenario) -> None:
    """See that every Python package that a node needs can be found; nothing is imported.

    Raises:
        MissingExtra: One is missing; the message names the node, the package and how to install it.
    """
    for node in scenario.nodes:
        values = node.values()
        chosen = [needed for name, value, needed in node.kind.requires_for if values.get(name) == value]
        for requirement in (*node.kind.requires, *chosen):
            if find_spec(requirement.module) is None:
                raise MissingExtra(
                    f"the node {node.name}", requirement.package, requirement.install or requirement.package
                )
