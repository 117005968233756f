"""A scenario's node as the ROS arguments of its program."""

from __future__ import annotations

from pathlib import Path

import yaml

from .loaded import ScenarioNode


def ros_arguments(node: ScenarioNode, folder: Path) -> list[str]:
    """Write the parameters of a node to a file in ``folder`` and return its arguments, from ``--ros-args`` on."""
    path = folder / f"{node.path.strip('/').replace('/', '.')}.yaml"
    path.write_text(yaml.safe_dump({node.path: {"ros__parameters": node.ros_parameters()}}))
    rules = [f"__node:={node.name}", *(f"{source}:={target}" for source, target in node.remappings)]
    if node.namespace:
        rules.append(f"__ns:={node.path.rpartition('/')[0]}")
    remappings = [part for rule in rules for part in ("-r", rule)]
    return ["--ros-args", "--params-file", str(path), *remappings]
