import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
import yaml
from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory
from rosbags.rosbag2 import Reader

from emgsim_ros.errors import InvalidInput
from emgsim_ros.sessions import BagWriter
from emgsim_ros.sessions.bag_metadata import BagMetadata, BagPart, BagTopic, TopicQos
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
        process = subprocess.Popen([sys.executable, "-P", "-c", code], stdout=subprocess.PIPE, text=True)
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


@pytest.mark.parametrize("options", [{"largest": 3000}, {"longest": 30_000_000}])
def test_a_bag_goes_on_in_new_files(tmp_path, options):
    write(tmp_path / "bag", 200, compression="none", **options).close()
    files = sorted(tmp_path.glob("bag/*.mcap"), key=lambda path: int(path.stem.split("_")[-1]))
    assert len(files) >= 4 and files[0].name == "bag_0.mcap"
    assert [m.header.stamp.sec for m in read_messages(tmp_path / "bag", "/muscle/state")] == list(range(200))
    counts = []
    for path in files:
        with path.open("rb") as file:
            summary = make_reader(file).get_summary()
            counts.append(summary.statistics.message_count)
            assert {channel.topic for channel in summary.channels.values()} == {"/muscle/state", "/clock"}
    metadata = yaml.safe_load((tmp_path / "bag" / "metadata.yaml").read_text())["rosbag2_bagfile_information"]
    assert [one["message_count"] for one in metadata["files"]] == counts and sum(counts) == metadata["message_count"]
    assert metadata["relative_file_paths"] == [f"bag_{n}.mcap" for n in range(len(files))]


@contextmanager
def full_disk(size):
    """No file may grow beyond ``size`` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_loses_what_it_cannot_take_and_nothing_else(tmp_path):
    bag = write(tmp_path / "bag", 50, compression="none")
    size = (tmp_path / "bag" / "bag_0.mcap").stat().st_size
    with full_disk(size + 100):
        for number in range(50, 60):
            bag.write("/muscle/state", 1_000_000 * number, state(number))
        with pytest.raises(OSError, match="large"):
            bag.flush()
    assert bag.lost == 10
    assert [m.header.stamp.sec for m in read_messages(tmp_path / "bag", "/muscle/state")] == list(range(50))
    for number in range(60, 70):  # there is room again
        bag.write("/muscle/state", 1_000_000 * number, state(number))
    bag.close()
    kept = [*range(50), *range(60, 70)]
    assert [m.header.stamp.sec for m in read_messages(tmp_path / "bag", "/muscle/state")] == kept
    with (tmp_path / "bag" / "bag_0.mcap").open("rb") as file:
        assert make_reader(file, validate_crcs=True).get_summary().statistics.message_count == 60


def test_a_topic_announced_on_a_full_disk_is_known_later(tmp_path):
    bag = write(tmp_path / "bag", 50, compression="none")
    bag.add_topic("/late", STATE)
    with full_disk((tmp_path / "bag" / "bag_0.mcap").stat().st_size + 10):
        bag.write("/late", 0, state(1))
        with pytest.raises(OSError, match="large"):
            bag.flush()
    bag.write("/late", 1, state(2))
    bag.close()
    assert [m.header.stamp.sec for m in read_messages(tmp_path / "bag", "/late")] == [2]


def test_the_kept_text_of_the_metadata_is_that_of_a_new_one():
    topics, parts, kept = [], [], BagMetadata()
    for step in range(6):
        if step % 2 == 0:
            topics.append(BagTopic(f"/t{step}", "std_msgs/msg/String", f"RIHS01_{step}", "", TopicQos(depth=step)))
        if step % 3 == 0:
            parts.append(BagPart(f"bag_{step}.mcap"))
        parts[-1].add(1_795_315_669_542_472_981 + step, 1_795_315_669_542_472_999 + 7 * step, step + 1)
        for number, topic in enumerate(topics):
            topic.messages += number + step
        text = kept.text(topics, parts)
        assert text == BagMetadata().text(topics, parts)
        read = yaml.safe_load(text)["rosbag2_bagfile_information"]
        counts = [one["message_count"] for one in read["topics_with_message_count"]]
        assert counts == [topic.messages for topic in topics]
        assert read["message_count"] == sum(part.messages for part in parts)
