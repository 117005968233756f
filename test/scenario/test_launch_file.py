"""The launch file, where ROS 2's launch packages are at hand (they are not on PyPI)."""

import importlib.util

import pytest

pytest.importorskip("launch_ros", reason="launch_ros is not on PyPI")

from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch_ros.actions import Node

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import share_directory
from emgsim_ros.scenario import launch_options, load_scenario
from launch import LaunchContext


def description():
    path = share_directory() / "launch" / "forearm_sim.launch.py"
    spec = importlib.util.spec_from_file_location("forearm_launch", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.generate_launch_description()


def nodes(**arguments):
    context = LaunchContext()
    entities = description().entities
    for entity in entities:
        if isinstance(entity, DeclareLaunchArgument):
            default = "".join(part.perform(context) for part in entity.default_value or [])
            context.launch_configurations[entity.name] = arguments.get(entity.name, default)
    (function,) = [entity for entity in entities if isinstance(entity, OpaqueFunction)]
    return [action for action in function.execute(context) if isinstance(action, Node)]


def test_arguments_are_declared_and_explained():
    declared = {e.name: e.description for e in description().entities if isinstance(e, DeclareLaunchArgument)}
    assert set(declared) == {*launch_options(), "rviz"}
    assert all(declared.values())


def test_nodes_are_those_of_the_graph():
    assert [node.node_executable for node in nodes()] == [node.name for node in load_scenario("forearm_sim").nodes]
    recorded = [node.node_executable for node in nodes(record="true")]
    assert recorded == [node.name for node in load_scenario("forearm_sim", record=True).nodes]


def test_rviz_opens_with_the_layout_of_the_scenario(tmp_path, monkeypatch):
    program = tmp_path / "lib" / "rviz2" / "rviz2"
    program.parent.mkdir(parents=True)
    program.touch()
    marker = tmp_path / "share" / "ament_index" / "resource_index" / "packages" / "rviz2"
    marker.parent.mkdir(parents=True)
    marker.touch()
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    assert nodes(rviz="true")[-1].node_executable == "rviz2"


def test_rviz_that_is_not_installed_is_refused_before_a_node_starts(tmp_path, monkeypatch):
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    with pytest.raises(InvalidInput, match="the package rviz2 is not installed"):
        nodes(rviz="true")


def test_bad_arguments_are_refused_by_name():
    with pytest.raises(InvalidInput, match="seed"):
        nodes(seed="many")
    with pytest.raises(InvalidInput, match="device"):
        nodes(device="tpu")
    with pytest.raises(InvalidInput, match="record"):
        nodes(record="maybe")
