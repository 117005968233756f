import yaml

from emgsim_ros.graph import load_scenario
from emgsim_ros.resources import share_directory

# Class names and topic keys as documented in rviz_default_plugins (ROS 2 Jazzy).
DISPLAYS = {"rviz_default_plugins/Grid", "rviz_default_plugins/PointCloud2", "rviz_default_plugins/MarkerArray"}
RELIABILITY = {"/emg/hd": "Reliable", "/msk/markers": "Best Effort"}


def displays():
    layout = yaml.safe_load((share_directory() / "config" / "forearm.rviz").read_text())
    return layout["Visualization Manager"]


def test_displays_are_of_known_classes_and_named():
    shown = displays()["Displays"]
    assert {display["Class"] for display in shown} == DISPLAYS
    assert all(display["Name"] and display["Enabled"] for display in shown)


def test_topics_are_those_of_the_graph_with_matching_reliability():
    written = {topic for node in load_scenario("forearm_sim").nodes for topic in node.kind.writes}
    topics = {d["Topic"]["Value"]: d["Topic"]["Reliability Policy"] for d in displays()["Displays"] if "Topic" in d}
    assert set(topics) <= written and topics == RELIABILITY


def test_electrodes_are_coloured_by_rms_in_the_forearm_frame():
    (cloud,) = [d for d in displays()["Displays"] if d["Class"].endswith("PointCloud2")]
    assert (cloud["Channel Name"], cloud["Color Transformer"]) == ("rms", "Intensity")
    assert displays()["Global Options"]["Fixed Frame"] == "forearm"
