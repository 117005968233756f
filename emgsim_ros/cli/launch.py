"""``emgsim launch``: the nodes of a scenario as processes, on machines without ros2 launch."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from ..errors import InvalidInput
from ..jobs.processes import Supervisor
from ..scenario import (
    LaunchOptions,
    Scenario,
    ScenarioNode,
    check_requirements,
    find_scenario,
    loaded,
    parameter_file,
)
from ..scenario.transport import transport_environment
from .scenario_options import ScenarioName, with_launch_options

WriteConfig = Annotated[
    Path | None, typer.Option(help="Write the scenario's parameters, each explained, to this file and end.")
]


@with_launch_options
def launch(scenario: ScenarioName, *, write_config: WriteConfig = None, **options: Any) -> None:
    """Run the nodes of a scenario until Ctrl-C or --duration."""
    plan = find_scenario(scenario)
    if write_config is not None:
        write_config.write_text(parameter_file(plan))
        return
    raise typer.Exit(run_scenario(loaded(plan, LaunchOptions(**options))))


def run_scenario(scenario: Scenario) -> int:
    """Start the nodes of a scenario and supervise them; returns the exit code.

    Raises:
        MissingExtra: A package that a node needs is not installed; nothing was started.
    """
    check_requirements(scenario)
    with tempfile.TemporaryDirectory(prefix="emgsim_") as folder:
        supervisor = Supervisor()
        for node in scenario.nodes:
            supervisor.add(node.path.removeprefix("/"), _command(node, Path(folder)), _environment())
        return supervisor.run()


def _command(node: ScenarioNode, folder: Path) -> list[str]:
    path = folder / f"{node.path.strip('/').replace('/', '.')}.yaml"
    path.write_text(yaml.safe_dump({node.path: {"ros__parameters": node.ros_parameters()}}))
    rules = [f"__node:={node.name}", *(f"{source}:={target}" for source, target in node.remappings)]
    if node.namespace:
        rules.append(f"__ns:={node.path.rpartition('/')[0]}")
    remappings = [part for rule in rules for part in ("-r", rule)]
    return [*_program(node), "--ros-args", "--params-file", str(path), *remappings]


def _program(node: ScenarioNode) -> list[str]:
    if node.kind.module:
        # -P: otherwise a start from a source checkout would import the sources instead of the installed package.
        return [sys.executable, "-P", "-m", "emgsim_ros.nodes", node.kind.module]
    return [str(_executable(node.kind.package, node.kind.program))]


def _executable(package: str, name: str) -> Path:
    """An executable of a ROS package, as ``ros2 run`` finds it."""
    prefixes = [Path(prefix) for prefix in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if prefix]
    for prefix in (*prefixes, Path(sys.prefix)):
        path = prefix / "lib" / package / name
        if os.access(path, os.X_OK):
            return path
    raise InvalidInput(f"node {name!r}: executable", f"{package}/{name}", "one that is installed in a ROS prefix")


def _environment() -> dict[str, str]:
    """The user's environment; the prefix of every output line already carries the node's name and time."""
    return {
        **os.environ,
        **transport_environment(os.environ),
        "PYTHONUNBUFFERED": "1",
        "RCUTILS_CONSOLE_OUTPUT_FORMAT": os.environ.get("RCUTILS_CONSOLE_OUTPUT_FORMAT", "[{severity}] {message}"),
    }
