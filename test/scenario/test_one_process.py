"""Nodes that share a process, as both launchers hand them over."""

import dataclasses
import sys

import yaml

from emgsim_ros.scenario import NodeKind, NodePlan, ScenarioPlan, load_scenario
from emgsim_ros.scenario.one_process import can_share, read_nodes, shared_command

PLAN = ScenarioPlan(
    "two_arms",
    (
        NodePlan("motion", namespace="/left", remappings=(("/motion/target", "/left/target"),)),
        NodePlan("monitor", defaults={"period": 0.5}),
        NodePlan(NodeKind("foreign", None, package="else")),
        NodePlan(NodeKind("plain", None, module="else.plain", reports_ready=False)),
    ),
)


def test_nodes_of_this_package_share_a_process_and_other_programs_do_not():
    assert [can_share(node) for node in load_scenario(PLAN).nodes] == [True, True, False, False]
    assert all(map(can_share, load_scenario("forearm_sim", record=True, viewer=True).nodes))


def test_nodes_keep_names_remappings_and_parameters(tmp_path):
    nodes = load_scenario(PLAN).nodes[:2]
    command = shared_command(nodes, tmp_path)
    assert command[0] == sys.executable and command[-2] == "emgsim_ros.nodes.together"
    motion, monitor = read_nodes(tmp_path / command[-1])
    assert (motion.name, motion.module) == ("/left/motion", "emgsim_ros.nodes.motion")
    assert {"__node:=motion", "__ns:=/left", "/motion/target:=/left/target"} <= set(motion.arguments)
    file = monitor.arguments[monitor.arguments.index("--params-file") + 1]
    with open(file) as text:
        (values,) = yaml.safe_load(text).values()
    expected = dataclasses.replace(nodes[1]).ros_parameters()
    assert values["ros__parameters"] == expected and expected["period"] == 0.5
