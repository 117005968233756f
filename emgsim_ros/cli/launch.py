"""``emgsim launch``: the nodes of a scenario as processes, on machines without ros2 launch."""

from __future__ import annotations

import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InvalidInput
from ..jobs.processes import Supervisor
from ..nodes.__main__ import run_module
from ..scenario import (
    LaunchOptions,
    Scenario,
    ScenarioNode,
    check_requirements,
    find_scenario,
    loaded,
    parameter_file,
)
from ..scenario.one_process import LOG_FORMAT, PROGRAM, can_share, module_command, shared_command
from ..scenario.ros_arguments import ros_arguments
from ..scenario.transport import transport_environment
from .scenario_options import ScenarioName, with_launch_options

# The prefix of every output line already carries the node's name and time.
SHORT_LOG_FORMAT = {"RCUTILS_CONSOLE_OUTPUT_FORMAT": "[{severity}] {message}"}
BASE_MODULES = ("emgsim_ros.nodes.graph_node", "emgsim_ros.nodes.named_arrays")  # of every node
LATE_MODULES = ("torch",)
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
    chosen = LaunchOptions(**options)
    raise typer.Exit(run_scenario(loaded(plan, chosen), chosen.single_process))


def run_scenario(scenario: Scenario, single_process: bool = False) -> int:
    """Start the nodes of a scenario and supervise them; returns the exit code.

    Args:
        scenario: The scenario.
        single_process: Whether the nodes share one process, as far as they can.

    Raises:
        MissingExtra: A package that a node needs is not installed; nothing was started.
    """
    check_requirements(scenario)
    with tempfile.TemporaryDirectory(prefix="emgsim_") as folder:
        supervisor = Supervisor()
        sharing = [node for node in scenario.nodes if single_process and can_share(node)]
        if sharing:
            supervisor.add(PROGRAM, shared_command(sharing, Path(folder)), {**LOG_FORMAT, **_environment()})
        alone = [node for node in scenario.nodes if node not in sharing]
        for node in sorted(alone, key=_imports_late):
            _add(supervisor, node, Path(folder), shares=len(alone) > 1)
        return supervisor.run()


def _add(supervisor: Supervisor, node: ScenarioNode, folder: Path, shares: bool) -> None:
    """Add the program of a node; nodes in Python are forks of this process if there are several."""
    name, arguments = node.path.removeprefix("/"), ros_arguments(node, folder)
    environment = {**SHORT_LOG_FORMAT, **_environment()}
    if not node.kind.module:
        program = str(_executable(node.kind.package, node.kind.program))
        supervisor.add(name, [program, *arguments], environment)
    elif shares:
        modules = (*BASE_MODULES, *(LATE_MODULES if _imports_late(node) else ()))
        supervisor.add_python(name, partial(_run_node, node.kind.module, arguments), environment, modules)
    else:
        supervisor.add(name, [*module_command(node.kind.module), *arguments], environment)


def _imports_late(node: ScenarioNode) -> bool:
    """Whether a node needs the modules that take long to import, so that it is started after those that do not."""
    return any(requirement.module in LATE_MODULES for requirement in node.kind.requires)


def _run_node(module: str, arguments: list[str]) -> int:
    sys.argv = [module, *arguments]
    return run_module(module)


def _executable(package: str, name: str) -> Path:
    """An executable of a ROS package, as ``ros2 run`` finds it."""
    prefixes = [Path(prefix) for prefix in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if prefix]
    for prefix in (*prefixes, Path(sys.prefix)):
        path = prefix / "lib" / package / name
        if os.access(path, os.X_OK):
            return path
    raise InvalidInput(f"node {name!r}: executable", f"{package}/{name}", "one that is installed in a ROS prefix")


def _environment() -> dict[str, str]:
    """The user's environment and the transport of the graph."""
    return {
        **os.environ,
        **transport_environment(os.environ),
        "PYTHONUNBUFFERED": "1",
    }
