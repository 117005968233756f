"""The pose node by itself."""

import numpy as np
import pytest
import torch
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from emgsim_ros.msg import EmgInfo
from sensor_msgs.msg import JointState, PointCloud2
from visualization_msgs.msg import MarkerArray

from emgsim_ros.emg import EmgBlock
from emgsim_ros.errors import InvalidInput
from emgsim_ros.nodes import qos
from emgsim_ros.nodes.emg_messages import EmgClouds
from emgsim_ros.nodes.pose import PoseNode
from emgsim_ros.nodes.stamps import header, to_stamp
from emgsim_ros.pose.checkpoint import load_pose

BLOCK, PERIOD, RATE = 32, 15_625_000, 2048


class Emg:
    """A source of /emg/hd that is whatever the test wants."""

    def __init__(self, ros, channels=32, rate=RATE):
        self.ros = ros
        self.info = ros.publisher(EmgInfo, "/emg/info", qos.LATCHED)
        self.publisher = ros.publisher(PointCloud2, "/emg/hd", qos.stream(1000.0))
        self.clouds = EmgClouds(np.random.default_rng(0).normal(0, 0.04, (channels, 3)), BLOCK)
        self.info.publish(
            EmgInfo(sample_rate=float(rate), unit="mV", rows=4, columns=channels // 4, block_length=BLOCK)
        )
        self.samples = np.random.default_rng(0).normal(0, 0.02, (300 * BLOCK, channels)).astype(np.float32)
        ros.matched(self.info)
        ros.matched(self.publisher)

    def send(self, first, end, samples=None):
        samples = self.samples if samples is None else samples
        nothing = np.zeros(0, np.int64)
        for number in range(first, end):
            piece = samples[number * BLOCK : (number + 1) * BLOCK]
            self.publisher.publish(self.clouds.serialised(EmgBlock(number * PERIOD, piece, nothing, nothing, nothing)))
            self.ros.executor.spin_once(timeout_sec=0.0)


@pytest.fixture
def node(ros, small_pose):
    return ros.make(PoseNode, checkpoint=str(small_pose))


def faults(reports):
    return [
        status.message
        for report in reports
        for status in report.status
        if status.name == "emgsim: pose" and status.level == DiagnosticStatus.WARN
    ]


def test_estimates_are_those_of_the_offline_network(ros, node, small_pose):
    estimates = ros.collect(JointState, "/hand/joint_states", qos.stream(1000.0))
    emg = Emg(ros)
    emg.send(0, 200)
    network = load_pose(small_pose).network
    count = 200 - network.left_context
    ros.until(lambda: len(estimates) == count)
    with torch.inference_mode():
        offline = network(torch.from_numpy(network.preparation()(emg.samples[: 200 * BLOCK].T.copy()))[None])[
            0
        ].T.numpy()
    assert np.abs(np.array([m.position for m in estimates]) - offline).max() < 1e-5
    stamps = np.array([to_stamp(m.header.stamp) for m in estimates])
    assert (np.diff(stamps) > 0).all() and stamps[-1] == 200 * PERIOD - round(1e9 / RATE)
    assert estimates[0].name[:2] == ["thumb_cmc_flexion", "thumb_cmc_abduction"] and len(estimates[0].name) == 22


def test_a_gap_and_a_lost_channel_are_reported_and_the_node_goes_on(ros, node):
    estimates = ros.collect(JointState, "/hand/joint_states", qos.stream(1000.0))
    reports = ros.collect(DiagnosticArray, "/diagnostics")
    emg = Emg(ros)
    emg.send(0, 80)
    ros.until(lambda: len(estimates) > 10)
    emg.send(90, 91)
    ros.until(lambda: any("is missing before 1.406 s" in fault for fault in faults(reports)))
    broken = emg.samples.copy()
    broken[:, 7] = np.nan
    emg.send(91, 200, broken)
    ros.until(lambda: any("channels without signal is [7]" in fault for fault in faults(reports)))
    count = len(estimates)
    emg.send(200, 210)
    ros.until(lambda: len(estimates) > count)
    assert np.isfinite([m.position for m in estimates]).all()


@pytest.mark.parametrize(("channels", "rate", "named"), [(16, RATE, "electrodes is 16"), (32, 2000, "sample_rate")])
def test_electrodes_that_do_not_fit_are_a_clear_fault(ros, node, channels, rate, named):
    reports = ros.collect(DiagnosticArray, "/diagnostics")
    Emg(ros, channels, rate).send(0, 3)
    ros.until(lambda: any(named in fault for fault in faults(reports)))


def test_markers_show_both_hands_side_by_side(ros, node):
    markers = ros.collect(MarkerArray, "/hand/markers", qos.MARKERS)
    joints = ros.publisher(JointState, "/joint_states", qos.stream(100.0))
    ros.matched(joints)
    names = list(node._hand.coordinates)
    joints.publish(JointState(header=header(0), name=names, position=[0.2] * len(names)))
    ros.until(lambda: node._true is not None)
    Emg(ros).send(0, 120)
    ros.until(lambda: markers)
    found = {marker.ns: np.array([(p.x, p.y, p.z) for p in marker.points]) for marker in markers[-1].markers}
    assert set(found) == {"estimated", "true"} and found["true"].shape == (40, 3)
    assert np.allclose(
        found["estimated"][0] - found["true"][0], [0.15, 0.0, 0.0], atol=1e-6
    )  # the wrist is at one place


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"checkpoint": "no_such_weights"}, "no_such_weights"),
        ({"electrode_map": "no_such_map"}, "no_such_map"),
        ({"known_pose": "handstand"}, "handstand"),
    ],
)
def test_bad_parameters_are_refused_by_name(ros, small_pose, parameters, named):
    with pytest.raises(InvalidInput, match=named):
        ros.make(PoseNode, **{"checkpoint": str(small_pose), **parameters})
