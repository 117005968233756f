"""The viewer node by itself."""

import urllib.request

import numpy as np
import pytest
from emgsim_ros.msg import EmgInfo
from sensor_msgs.msg import PointCloud2

from emgsim_ros.emg import EmgBlock
from emgsim_ros.errors import InvalidInput
from emgsim_ros.nodes import qos
from emgsim_ros.nodes.emg_messages import EmgClouds
from emgsim_ros.nodes.viewer import ViewerNode

PORTS = {"port": 19090, "data_port": 19876, "open_browser": False}
TOPICS = ["/emg/info", "/emg/hd"]


def cloud(electrodes: int, stamp: int = 0) -> bytes:
    emg = np.zeros((32, electrodes), np.float32)
    nothing = np.zeros(0, np.int64)
    return EmgClouds(np.zeros((electrodes, 3)), 32).serialised(EmgBlock(stamp, emg, nothing, nothing, nothing))


def test_serves_a_page_shows_messages_and_outlives_those_that_do_not_fit(ros):
    node = ros.make(ViewerNode, topics=TOPICS, **PORTS)
    with urllib.request.urlopen(f"http://127.0.0.1:{PORTS['port']}/") as page:
        assert page.status == 200
    info, blocks = ros.publisher(EmgInfo, "/emg/info", qos.LATCHED), ros.publisher(PointCloud2, "/emg/hd")
    ros.matched(blocks)
    info.publish(EmgInfo(sample_rate=2048.0, rows=2, columns=4, block_length=32))
    ros.until(lambda: node.health()["messages"] == 1)
    blocks.publish(cloud(5))
    ros.until(lambda: node._faults == 1)
    blocks.publish(cloud(8))
    ros.until(lambda: node.health()["messages"] == 2)


def test_refuses_topics_that_it_cannot_show_and_channels_that_are_no_numbers(ros):
    with pytest.raises(InvalidInput, match=r"topics.*/chatter"):
        ros.make(ViewerNode, topics=["/chatter"], **PORTS)
    with pytest.raises(InvalidInput, match=r"channels.*all"):
        ros.make(ViewerNode, topics=TOPICS, channels="all", **PORTS)
