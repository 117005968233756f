"""A bag on a page."""

import numpy as np
import pytest
from rerun.chunk import RrdReader
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.sessions import BagWriter
from emgsim_ros.sessions.emg_bag import EmgMessages
from emgsim_ros.viewing.bag import viewed_topics

from .conftest import COLUMNS, LENGTH, RATE, ROWS, positions

BLOCKS = 40


@pytest.fixture
def bag(tmp_path):
    """Ten blocks of EMG and joint angles."""
    messages = EmgMessages(positions(), RATE, LENGTH, ROWS)
    writer = BagWriter(tmp_path / "bag")
    for topic, kind in (
        ("/emg/info", EmgMessages.INFO),
        ("/emg/hd", EmgMessages.CLOUD),
        ("/joint_states", EmgMessages.JOINTS),
    ):
        writer.add_topic(topic, kind)
    writer.write("/emg/info", 0, messages.info())
    rng = np.random.default_rng(0)
    for number in range(BLOCKS):
        stamp = number * LENGTH * 1_000_000_000 // RATE
        emg = rng.normal(0.0, 0.1, (LENGTH, ROWS * COLUMNS)).astype(np.float32)
        writer.write("/emg/hd", stamp, messages.cloud(stamp, emg))
        writer.write("/joint_states", stamp, messages.joints(stamp, ["wrist_flexion"], np.array([0.1 * number])))
    writer.close()
    return tmp_path / "bag"


def test_a_bag_becomes_a_page_in_a_file(bag, tmp_path):
    assert viewed_topics(bag) == ("/emg/info", "/emg/hd", "/joint_states")
    page = tmp_path / "page.rrd"
    result = CliRunner().invoke(app, ["view", str(bag), "--save", str(page), "--channels", "1, 2"])
    assert result.exit_code == 0 and f"{2 * BLOCKS + 1} messages" in result.output.replace("\n", " ")
    rows = {str(chunk.entity_path): 0 for chunk in RrdReader(page).stream()}
    assert {"/arm/map", "/map/strength", "/emg/0", "/emg/1", "/angles/wrist_flexion/true"} <= set(rows)
    assert "/emg/2" not in rows


def test_a_bag_with_nothing_to_show_and_no_bag_at_all_are_refused(tmp_path):
    writer = BagWriter(tmp_path / "other")
    writer.add_topic("/elsewhere", "sensor_msgs/msg/JointState")
    writer.close()
    with pytest.raises(InvalidInput, match=r"topics.*/emg/hd"):
        viewed_topics(tmp_path / "other")
    with pytest.raises(InvalidInput, match=r"bag.*nowhere"):
        viewed_topics(tmp_path / "nowhere")
