"""Links between nodes, and the readiness that the clock waits for."""

from sensor_msgs.msg import JointState
from std_msgs.msg import String

from emgsim_ros.nodes import qos
from emgsim_ros.nodes.links import Links
from emgsim_ros.nodes.monitor import MonitorNode
from emgsim_ros.nodes.musculoskeletal import MusculoskeletalNode
from emgsim_ros.signals.topics import GRAPH_READY


def test_a_link_stands_when_as_many_ends_are_there_as_are_awaited(ros):
    ros.publisher(JointState, "/out")
    links = Links(ros.probe, ["/out", "/out", "/in"])
    assert links.missing() == ("/out", 0, 2)
    other = ros.other()
    for _ in range(2):
        other.create_subscription(JointState, "/out", lambda _: None, 10)
    ros.until(lambda: links.missing() == ("/in", 0, 1))
    ros.collect(JointState, "/in")
    other.create_publisher(JointState, "/in", 10)
    ros.until(lambda: links.missing() is None)


def test_a_node_is_ready_once_connected_and_says_so_to_those_who_come_later(ros):
    ros.make(MonitorNode, links_awaited=["/joint_states"])
    early = ros.collect(String, GRAPH_READY.name, qos.history(10))
    ros.make(MonitorNode, links_awaited=[])
    ros.until(lambda: early)
    late = ros.collect(String, GRAPH_READY.name, qos.history(10))
    ros.until(lambda: late)
    assert [message.data for message in late] == ["/monitor"]  # the first one still waits


def test_the_clock_waits_for_the_nodes_named_and_starts_without_them_when_their_time_is_up(ros):
    patient = ros.make(MusculoskeletalNode, nodes_awaited=["/monitor"])
    hasty = ros.make(MusculoskeletalNode, nodes_awaited=["/monitor"], nodes_timeout=0.2)
    ros.until(lambda: hasty.simulation_stamp() > 0)
    assert patient.simulation_stamp() == 0
    ros.make(MonitorNode)
    ros.until(lambda: patient.simulation_stamp() > 0)
