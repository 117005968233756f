"""Launch descriptions of scenarios, for ``ros2 launch``.

Nodes, parameters and launch arguments come from `emgsim_ros.scenario`, as for ``emgsim launch``. A launch file of
another package calls `scenario_launch_description` with a plan of its own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ament_index_python.packages import PackageNotFoundError, get_package_prefix
from launch.action import Action
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    ExecuteProcess,
    OpaqueFunction,
    RegisterEventHandler,
    SetEnvironmentVariable,
)
from launch.event_handlers import OnProcessExit, OnShutdown
from launch.events import Shutdown
from launch.events.process import ProcessExited
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from launch import LaunchContext, LaunchDescription

from ..errors import InvalidInput
from ..files.resources import config_file
from ..jobs import exit_codes
from ..scenario import (
    Scenario,
    ScenarioNode,
    ScenarioPlan,
    check_requirements,
    find_scenario,
    launch_options,
    loaded,
    options_from_text,
)
from ..scenario.one_process import PROGRAM, can_share, shared_command
from ..scenario.transport import transport_environment

RESTART_DELAY = 1.0  # s before a crashed node is restarted
RVIZ = ("rviz", "Open RViz with the scenario's layout.")


def scenario_launch_description(scenario: str | ScenarioPlan) -> LaunchDescription:
    """The launch description of a scenario.

    Args:
        scenario: A registered scenario by its name, or a plan.
    """
    plan = find_scenario(scenario)
    texts = {name: (_text(default), text) for name, (_, default, text) in launch_options().items()}
    arguments = [
        DeclareLaunchArgument(name, default_value=default, description=text)
        for name, (default, text) in {**texts, RVIZ[0]: ("false", RVIZ[1])}.items()
    ]
    transport = [SetEnvironmentVariable(*item) for item in transport_environment(os.environ).items()]
    return LaunchDescription([*arguments, *transport, OpaqueFunction(function=_actions, args=[plan])])


def _text(default: object) -> str:
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _actions(context: LaunchContext, plan: ScenarioPlan) -> list[Action]:
    """Everything is checked here, before a process starts."""
    given = {name: LaunchConfiguration(name).perform(context) for name in launch_options()}
    options = options_from_text(given)
    scenario = loaded(plan, options)
    check_requirements(scenario)
    sharing = [node for node in scenario.nodes if options.single_process and can_share(node)]
    actions: list[Action] = [_node(node) for node in scenario.nodes if node not in sharing]
    if sharing:
        actions += _shared(sharing)
    if LaunchConfiguration(RVIZ[0]).perform(context).lower() == "true":
        actions.append(_rviz(scenario))
    return [_end_with_any(scenario), *actions]


def _node(node: ScenarioNode) -> Node:
    return Node(
        package=node.kind.package,
        executable=node.kind.program,
        name=node.name,
        namespace=node.namespace,
        output="screen",
        parameters=[node.ros_parameters()],
        remappings=list(node.remappings),
        respawn=True,
        respawn_delay=RESTART_DELAY,
    )


def _shared(nodes: Sequence[ScenarioNode]) -> list[Action]:
    """The process of nodes that share one, and the removal of the files that list them."""
    folder = tempfile.TemporaryDirectory(prefix="emgsim_")
    process = ExecuteProcess(
        cmd=shared_command(nodes, Path(folder.name)),
        name=PROGRAM,
        output="screen",
        respawn=True,
        respawn_delay=RESTART_DELAY,
    )
    return [process, RegisterEventHandler(OnShutdown(on_shutdown=lambda *_: folder.cleanup()))]


def _rviz(scenario: Scenario) -> Node:
    if not scenario.rviz:
        raise InvalidInput("launch argument 'rviz'", "true", f"false: scenario {scenario.name!r} has no RViz layout")
    try:
        found = Path(get_package_prefix("rviz2"), "lib", "rviz2", "rviz2").is_file()
    except PackageNotFoundError:
        found = False
    if not found:
        raise InvalidInput("launch argument 'rviz'", "true", "false: the package rviz2 is not installed")
    path = str(config_file(scenario.rviz, ".rviz"))
    return Node(package="rviz2", executable="rviz2", arguments=["-d", path], parameters=[{"use_sim_time": True}])


def _end_with_any(scenario: Scenario) -> RegisterEventHandler:
    """End the graph when a node has finished (exit code 0) or rejected its parameters (2); restart it otherwise."""

    def on_exit(event: ProcessExited, context: LaunchContext) -> list[Action]:
        if event.returncode not in (exit_codes.FINISHED, exit_codes.REFUSED) or context.is_shutdown:
            return []
        program = event.process_name.rpartition("-")[0]
        if program not in [PROGRAM, *(node.kind.program for node in scenario.nodes)]:
            return []
        how = "has finished" if event.returncode == exit_codes.FINISHED else "rejected its parameters"
        return [EmitEvent(event=Shutdown(reason=f"{program} {how}"))]

    return RegisterEventHandler(OnProcessExit(on_exit=on_exit))
