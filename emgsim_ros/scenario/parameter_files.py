"""ROS parameter files of scenarios: read and checked, and written with every parameter explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.resources import config_file, share_directory
from ..files.yaml_files import read_yaml, require_mapping
from ..parameters import declarations
from .plan import NodePlan, ScenarioPlan

EVERY_NODE = "/**"
Values = dict[str, dict[str, Any]]


def read_parameters(plan: ScenarioPlan, config: str, nodes: Sequence[NodePlan]) -> Values:
    """Parameters by node, from a file and the scenario's defaults.

    Args:
        plan: The scenario.
        config: Parameter file: a path or a name in config/; empty for the scenario's own, if it has one.
        nodes: The nodes that the file may name.

    Raises:
        InvalidInput: A broken file, an unknown node, or under ``/**`` a parameter that no node has.
    """
    path = _file_of(plan, config)
    values: Values = {node.node_name: dict(node.defaults) for node in nodes}
    given = _read(path, nodes) if path else {}
    for name, section in given.items():
        values[name] |= section
    return values


def _file_of(plan: ScenarioPlan, config: str) -> Path | None:
    if config or plan.config:
        return config_file(config or plan.config)
    own = share_directory() / "config" / f"{plan.name}.yaml"
    return own if own.is_file() else None


def _read(path: Path, nodes: Sequence[NodePlan]) -> Values:
    """Parameters by node from a ROS parameter file; ``/**`` applies to every node that has the parameter."""
    content = require_mapping(read_yaml(path) or {}, str(path))
    values: Values = {node.node_name: {} for node in nodes}
    names = [*values, EVERY_NODE]
    for key, section in content.items():
        node = str(key).removeprefix("/") if key != EVERY_NODE else EVERY_NODE
        if node not in names:
            raise InvalidInput(f"{path}: node", key, "one of " + ", ".join(names))
        parameters = require_mapping(section, f"{path}: {key}", ("ros__parameters",))["ros__parameters"] or {}
        parameters = require_mapping(parameters, f"{path}: {key}: ros__parameters")
        if node == EVERY_NODE:
            _spread(parameters, nodes, values, path)
        else:
            values[node] |= parameters
    return values


def _spread(parameters: Mapping[str, Any], nodes: Sequence[NodePlan], values: Values, path: Path) -> None:
    for name, value in parameters.items():
        if name == "use_sim_time":  # every ROS node has it
            continue
        owners = [node.node_name for node in nodes if name in parameter_names(node)]
        if not owners:
            raise InvalidInput(f"{path}: {EVERY_NODE}: parameter name", name, "a parameter of one of the nodes")
        for owner in owners:
            values[owner].setdefault(name, value)


def parameter_names(node: NodePlan) -> set[str]:
    """Names of the parameters that a node declares through its dataclass."""
    kind = node.node_kind().parameters
    return set() if kind is None else {declaration.name for declaration in declarations(kind)}


def parameter_file(plan: ScenarioPlan) -> str:
    """The text of a parameter file with every parameter of a scenario at its default, each explained."""
    lines = [f"# Parameters of {plan.name}. Written by: emgsim launch {plan.name} --write-config FILE"]
    for node in plan.nodes:
        kind = node.node_kind().parameters
        lines += ["", f"{node.node_name}:", "  ros__parameters:"]
        for declaration in declarations(kind) if kind else ():
            description = declaration.description
            accepted = description.accepted()
            lines.append(f"    # {description.text}" + (f" [{accepted}]" if accepted else ""))
            value = node.defaults.get(declaration.name, declaration.default)
            lines.append(f"    {declaration.name}: {_yaml_value(value)}")
    return "\n".join(lines) + "\n"


def _yaml_value(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f"'{item}'" for item in (value or ("",))) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else repr(value)
