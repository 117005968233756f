import pytest
import yaml

from emgsim_ros.files.resources import share_directory
from emgsim_ros.scenario import load_scenario

# Class names and topic keys as documented in rviz_default_plugins (ROS 2 Jazzy).
GROUP = "rviz_common/Group"
CLASSES = {"rviz_default_plugins/Grid", "rviz_default_plugins/PointCloud2", "rviz_default_plugins/MarkerArray"}
RELIABILITY = {
    "forearm": {"/emg/hd": "Reliable", "/msk/markers": "Best Effort", "/hand/markers": "Best Effort"},
    "leg": {"/msk/markers": "Best Effort"},
    "arm": {"/msk/markers": "Best Effort"},
}


@pytest.fixture(params=RELIABILITY)
def scene(request):
    """Name of a layout and what RViz shows by it."""
    layout = yaml.safe_load((share_directory() / "config" / f"{request.param}.rviz").read_text())
    return request.param, layout["Visualization Manager"]


def displays(scene):
    """All displays, out of their groups."""
    return [display for group in scene["Displays"] for display in group["Displays"]]


def test_everything_stands_in_a_named_group(scene):
    groups = scene[1]["Displays"]
    assert {group["Class"] for group in groups} == {GROUP} and all(group["Name"] for group in groups)


def test_displays_are_of_known_classes_and_named(scene):
    shown = displays(scene[1])
    assert {display["Class"] for display in shown} <= CLASSES
    assert all(display["Name"] and display["Enabled"] for display in shown)


def test_topics_are_those_of_the_graph_with_matching_reliability(scene):
    name, shown = scene
    written = {topic for node in load_scenario(f"{name}_sim").nodes for topic in node.writes()}
    topics = {d["Topic"]["Value"]: d["Topic"]["Reliability Policy"] for d in displays(shown) if "Topic" in d}
    assert set(topics) <= written and topics == RELIABILITY[name]


def test_the_fixed_frame_is_that_of_the_markers(scene):
    name, shown = scene
    assert shown["Global Options"]["Fixed Frame"] == load_scenario(f"{name}_sim").parameters("musculoskeletal").frame


def test_electrodes_are_coloured_by_rms():
    layout = yaml.safe_load((share_directory() / "config" / "forearm.rviz").read_text())
    (cloud,) = [d for d in displays(layout["Visualization Manager"]) if d["Class"].endswith("PointCloud2")]
    assert (cloud["Channel Name"], cloud["Color Transformer"]) == ("rms", "Intensity")
