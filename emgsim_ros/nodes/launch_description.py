"""Launch descriptions of the scenarios, for ``ros2 launch``.

The nodes and their parameters come from :mod:`emgsim_ros.scenario.graph`, as for ``emgsim launch``.
"""

from __future__ import annotations

import os

from launch.action import Action
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    OpaqueFunction,
    RegisterEventHandler,
    SetEnvironmentVariable,
)
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.events.process import ProcessExited
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from launch import LaunchContext, LaunchDescription

from ..files.resources import share_directory
from ..files.yaml_files import parse_scalar
from ..jobs import exit_codes
from ..scenario.graph import Scenario, ScenarioNode, load_scenario
from ..scenario.transport import transport_environment

PACKAGE = "emgsim_ros"
RESTART_DELAY = 1.0  # s before a node that died is started again

ARGUMENTS = {
    "config": ("", "ROS parameter file; default the scenario's own in config/"),
    "device": ("", "cpu or cuda, for every node that computes on torch"),
    "seed": ("", "scenario seed: the same seed gives the same EMG"),
    "record": ("false", "record every topic to a bag"),
    "bag": ("", "folder of the bag; default bags/<date and time>"),
    "viewer": ("false", "show the graph on a page in the browser"),
    "rviz": ("false", "open RViz with the scenario's layout"),
    "stim": ("", "stimulation protocol to play: a name in config/protocols or a path; muscles then move the joints"),
    "replay": ("", "bag to play in the simulator's place"),
    "rate": ("", "with replay: how many times as fast as recorded"),
    "duration": ("", "end after this simulation time (s); 0: never"),
}


def scenario_launch_description(name: str, rviz_layout: str) -> LaunchDescription:
    """The launch description of a scenario.

    Args:
        name: A scenario of :mod:`emgsim_ros.scenario.graph`.
        rviz_layout: Its RViz layout, a file in config/.
    """
    arguments = [
        DeclareLaunchArgument(argument, default_value=default, description=text)
        for argument, (default, text) in ARGUMENTS.items()
    ]
    transport = [SetEnvironmentVariable(*item) for item in transport_environment(os.environ).items()]
    return LaunchDescription([*arguments, *transport, OpaqueFunction(function=_nodes, args=[name, rviz_layout])])


def _nodes(context: LaunchContext, name: str, rviz_layout: str) -> list[Action]:
    given = {argument: LaunchConfiguration(argument).perform(context) for argument in ARGUMENTS}
    scenario = load_scenario(
        name,
        given["config"],
        device=given["device"] or None,
        seed=parse_scalar(given["seed"], "seed"),
        record=given["record"].lower() == "true",
        viewer=given["viewer"].lower() == "true",
        bag=given["bag"],
        duration=parse_scalar(given["duration"], "duration"),
        stim=given["stim"],
        replay=given["replay"],
        rate=parse_scalar(given["rate"], "rate"),
    )
    actions: list[Action] = [_node(node) for node in scenario.nodes]
    if given["rviz"].lower() == "true":
        actions.append(_rviz(rviz_layout))
    return [_end_with_any(scenario), *actions]


def _node(node: ScenarioNode) -> Node:
    return Node(
        package=PACKAGE,
        executable=node.name,
        name=node.name,
        output="screen",
        parameters=[node.ros_parameters()],
        remappings=list(node.remappings),
        respawn=True,
        respawn_delay=RESTART_DELAY,
    )


def _rviz(layout: str) -> Node:
    path = str(share_directory() / "config" / layout)
    return Node(package="rviz2", executable="rviz2", arguments=["-d", path], parameters=[{"use_sim_time": True}])


def _end_with_any(scenario: Scenario) -> RegisterEventHandler:
    """End the graph when a node has finished (exit code 0) or refused its parameters (2); restart it otherwise."""

    def on_exit(event: ProcessExited, context: LaunchContext) -> list[Action]:
        if event.returncode not in (exit_codes.FINISHED, exit_codes.REFUSED) or context.is_shutdown:
            return []
        node = event.process_name.split("-")[0]
        if node not in [member.name for member in scenario.nodes]:
            return []
        how = "has finished" if event.returncode == exit_codes.FINISHED else "refused its parameters"
        return [EmitEvent(event=Shutdown(reason=f"{node} {how}"))]

    return RegisterEventHandler(OnProcessExit(on_exit=on_exit))
