"""Numbers read from serialised messages, against the messages converted by rclpy."""

import numpy as np
import pytest
from emgsim_ros.msg import MotorUnitSpikes, MuscleState
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import JointState, PointCloud2

from emgsim_ros.emg import EmgBlock
from emgsim_ros.errors import InvalidInput
from emgsim_ros.nodes.emg_messages import EmgClouds
from emgsim_ros.nodes.emg_reading import BlockReader
from emgsim_ros.nodes.motion_messages import TargetReader
from emgsim_ros.nodes.named_arrays import NamedArrays
from emgsim_ros.nodes.reading import ArrayReader
from emgsim_ros.nodes.spike_messages import SpikeMessages
from emgsim_ros.nodes.stamps import header, to_stamp

STAMP = 3_600_123_456_789


def state(names, stamp, frame="f", **arrays):
    return serialize_message(JointState(header=header(stamp, frame), name=names, **arrays))


@pytest.fixture
def conversions(monkeypatch):
    """Counts the conversions of whole messages."""
    made = []

    def counted(data, kind):
        made.append(kind)
        return deserialize_message(data, kind)

    monkeypatch.setattr("emgsim_ros.nodes.reading.deserialize_message", counted)
    return made


@pytest.mark.parametrize("names", [[], ["a"], ["FCR", "FDSIndex"], [f"muscle_{n}" for n in range(43)]])
@pytest.mark.parametrize("frame", ["", "f", "upper_arm"])
def test_the_arrays_are_those_of_the_converted_message_and_only_the_first_is_converted(names, frame, conversions):
    reader, rng = ArrayReader(JointState, "effort", "position"), np.random.default_rng(0)
    for number in range(4):
        position, effort = rng.normal(size=(2, len(names)))
        data = state(names, number * STAMP, frame, position=position.tolist(), effort=effort.tolist())
        reading = reader.read(data)
        assert reading.stamp == number * STAMP
        assert list(reading.same.name) == names and reading.same.header.frame_id == frame
        assert np.array_equal(reading.arrays[0], effort) and np.array_equal(reading.arrays[1], position)
    assert len(conversions) == 1


def test_every_change_of_the_layout_is_noticed(conversions):
    reader = ArrayReader(JointState, "position", "velocity")
    messages = [
        state(["a", "b"], 1, position=[1.0, 2.0]),
        state(["a", "c"], 2, position=[3.0, 4.0]),  # of the same length
        state(["a", "c"], 3, "g", position=[5.0, 6.0]),
        state(["a", "c"], 4, "g", velocity=[7.0, 8.0]),  # as long, but another array
        state(["a"], 5, "g", position=[9.0, 10.0]),
        state(["a"], 6, "g"),
    ]
    for data in messages:
        reading, expected = reader.read(data), deserialize_message(data, JointState)
        assert reading.stamp == to_stamp(expected.header.stamp) and reading.same.name == expected.name
        assert list(reading.arrays[0]) == list(expected.position)
        assert list(reading.arrays[1]) == list(expected.velocity)
    assert len(conversions) == len(messages)


def test_not_a_number_passes_unchanged(conversions):
    reader = ArrayReader(JointState, "position")
    for _ in range(2):
        assert np.isnan(reader.read(state(["a"], 1, position=[np.nan])).arrays[0]).all()
    assert len(conversions) == 1


def test_messages_in_the_other_order_of_bytes_are_converted(conversions):
    """A message of a machine with the other byte order: the header, an empty frame, and empty sequences."""
    data = bytes([0, 0, 0, 0]) + b"".join(n.to_bytes(4, "big") for n in (2, 7, 1)) + bytes(4) + bytes(16)
    reader = ArrayReader(JointState, "position")
    for _ in range(2):
        assert reader.read(data).stamp == 2_000_000_007
    assert len(conversions) == 2


def test_muscle_states_as_the_graph_sends_them(conversions):
    fields = ("excitation", "activation", "fiber_length", "relative_fiber_length", "fiber_velocity", "tendon_force")
    names, reader = ["FCR", "FCU", "ED"], ArrayReader(MuscleState, "excitation", "relative_fiber_length")
    messages = NamedArrays(MuscleState, names, fields)
    for number in range(3):
        values = np.random.default_rng(number).uniform(size=(6, 3))
        reading = reader.read(messages.serialised(number, *values))
        assert np.array_equal(reading.arrays, values[[0, 3]]) and reading.same.name == names
    assert len(conversions) == 1


def test_a_block_is_read_as_it_was_sent():
    clouds, reader, rng = EmgClouds(np.zeros((6, 3)), 32), BlockReader(), np.random.default_rng(0)
    nothing = np.zeros(0, np.int64)
    for number in range(3):
        emg = rng.standard_normal((32, 6)).astype(np.float32)
        block = reader.read(clouds.serialised(EmgBlock(number * STAMP, emg, nothing, nothing, nothing)))
        assert (block.stamp, block.frame) == (number * STAMP, "forearm") and np.array_equal(block.emg, emg)


def test_foreign_clouds_are_rejected_each_time():
    data = serialize_message(PointCloud2(header=header(1, "f"), point_step=4, data=bytes(8)))
    reader = BlockReader()
    for _ in range(2):
        with pytest.raises(InvalidInput, match="fields"):
            reader.read(data)


def test_targets_have_no_velocity_and_load_unless_they_are_given():
    reader = TargetReader()
    target = reader.read(state(["a", "b"], STAMP, position=[1.0, 2.0], velocity=[3.0, 4.0]))
    assert (target.stamp, target.coordinates) == (STAMP, ("a", "b"))
    assert (target.position.tolist(), target.velocity.tolist()) == ([1, 2], [3, 4])
    assert target.load.tolist() == [0, 0]
    for wrong in ({"position": [1.0]}, {"position": [1.0, 2.0], "effort": [1.0]}, {}):
        with pytest.raises(InvalidInput, match="as many as names"):
            reader.read(state(["a", "b"], STAMP, **wrong))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 40])
def test_discharges_are_the_message_filled_field_by_field(count):
    rng = np.random.default_rng(count)
    muscle, unit, sample = rng.integers(0, 300, (3, count))
    messages = SpikeMessages(["FCR", "FCU", "EDC5"], 2048, 32)
    for stamp in (0, STAMP):
        data = messages.serialised(EmgBlock(stamp, np.zeros((32, 6), np.float32), sample, muscle, unit))
        expected = MotorUnitSpikes(
            header=header(stamp),
            sample_rate=2048.0,
            block_length=32,
            muscle_name=["FCR", "FCU", "EDC5"],
            muscle=muscle.tolist(),
            unit=unit.tolist(),
            sample=sample.tolist(),
        )
        assert deserialize_message(data, MotorUnitSpikes) == expected
        assert len(data) % 4 == 0
