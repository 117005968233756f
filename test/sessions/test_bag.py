import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory
from rosbags.rosbag2 import Reader

from emgsim_ros.errors import InvalidInput
from emgsim_ros.sessions import BagWriter
from emgsim_ros.sessions.bag import TopicQos
from emgsim_ros.sessions.message_types import describe, typestore
from emgsim_ros.sessions.reading import bag_contents, read_messages

TYPES = typestore()
STATE = "emgsim_ros/msg/MuscleState"


def state(number):
    """A serialised MuscleState with ``number`` in it."""
    header = TYPES.types["std_msgs/msg/Header"](TYPES.types["builtin_interfaces/msg/Time"](number, 0), "")
    values = np.array([number / 1000.0])
    message = TYPES.types[STATE](header, ["FCR"], *[values] * 6)
    return bytes(TYPES.serialize_cdr(message, STATE))


def write(folder, count, **options):
    bag = BagWriter(folder, **options)
    bag.add_topic("/muscle/state", STATE, TopicQos(50))
    bag.add_topic("/clock", "rosgraph_msgs/msg/Clock")
    for number in range(count):
        bag.write("/muscle/state", 1_000_000 * number, state(number))
        if number % 10 == 9:
            bag.flush()
    return bag


@pytest.mark.parametrize("compression", ["zstd", "none"])
def test_a_bag_reads_back_whole(tmp_path, compression):
    write(tmp_path / "bag", 95, compression=compression).close()
    messages = list(read_messages(tmp_path / "bag", "/muscle/state"))
    assert [m.header.stamp.sec for m in messages] == list(range(95))
    assert messages[7].name == ["FCR"] and messages[7].excitation == pytest.approx([0.007])
    contents = bag_contents(tmp_path / "bag")
    assert {t.name: t.messages for t in contents.topics} == {"/muscle/state": 95, "/clock": 0}
    assert contents.duration == pytest.approx(0.094)


def test_every_type_is_defined_within_the_bag(tmp_path):
    write(tmp_path / "bag", 5).close()
    with Reader(tmp_path / "bag") as reader:
        for connection in reader.connections:
            definition, digest = describe(TYPES, connection.msgtype)
            assert connection.msgdef.data == definition and connection.digest == digest
            assert digest.startswith("RIHS01_")


def test_the_mcap_tools_read_and_decode_it(tmp_path):
    write(tmp_path / "bag", 25).close()
    with (tmp_path / "bag" / "bag_0.mcap").open("rb") as file:
        reader = make_reader(file, decoder_factories=[DecoderFactory()], validate_crcs=True)
        summary = reader.get_summary()
        assert summary.statistics.message_count == 25 and len(summary.chunk_indexes) == 3
        decoded = [item.decoded_message for item in reader.iter_decoded_messages()]
    assert [m.header.stamp.sec for m in decoded] == list(range(25))


def test_an_unfinished_bag_opens_after_every_flush(tmp_path):
    bag = write(tmp_path / "bag", 47)  # flushed after 40, never closed
    messages = list(read_messages(tmp_path / "bag", "/muscle/state"))
    assert [m.header.stamp.sec for m in messages] == list(range(40))
    with (tmp_path / "bag" / "bag_0.mcap").open("rb") as file:
        decoded = list(make_reader(file, decoder_factories=[DecoderFactory()]).iter_decoded_messages())
    assert len(decoded) == 40
    bag.close()
    assert len(list(read_messages(tmp_path / "bag", "/muscle/state"))) == 47


def test_an_empty_bag_opens(tmp_path):
    bag = BagWriter(tmp_path / "bag")
    assert bag_contents(tmp_path / "bag").topics == ()
    bag.close()
    assert bag_contents(tmp_path / "bag").topics == ()


WRITER = """
import sys, time
sys.path.insert(0, {tests!r})
from test_bag import BagWriter, STATE, state
from pathlib import Path
bag = BagWriter(Path({folder!r})); bag.add_topic("/muscle/state", STATE)
payload, number = state(1) + bytes(46000), 0
print("ready", flush=True)
while True:
    bag.write("/muscle/state", number, payload); number += 1
    if number % 5 == 0:
        bag.flush(); print(number, flush=True)
"""


def test_killed_writers_leave_bags_that_open(tmp_path):
    """SIGKILL at random moments of a writer that does nothing but write and flush."""
    rng, tests = np.random.default_rng(0), os.path.dirname(__file__)
    for attempt in range(6):
        folder = tmp_path / f"bag{attempt}"
        code = WRITER.format(tests=tests, folder=str(folder))
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.05, 0.3))
        process.send_signal(signal.SIGKILL)
        flushed = [int(line) for line in process.stdout.read().split()]
        process.wait()
        with Reader(folder) as reader:
            count = sum(1 for _ in reader.messages())
        assert count >= (flushed[-1] if flushed else 0)


def test_existing_bag_and_unknown_type_are_named(tmp_path):
    bag = write(tmp_path / "bag", 1)
    with pytest.raises(InvalidInput, match="does not exist yet"):
        BagWriter(tmp_path / "bag")
    with pytest.raises(InvalidInput, match="no_such_msgs"):
        bag.add_topic("/x", "no_such_msgs/msg/Thing")
    bag.close()


def test_no_bag_broken_bag_and_missing_topic_are_named(tmp_path):
    with pytest.raises(InvalidInput, match="nothing"):
        bag_contents(tmp_path / "nothing")
    write(tmp_path / "bag", 20).close()
    with pytest.raises(InvalidInput, match="/muscle/state"):
        list(read_messages(tmp_path / "bag", "/muscle/stat"))
    file = tmp_path / "bag" / "bag_0.mcap"
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(InvalidInput, match="readable"):
        bag_contents(tmp_path / "bag")
