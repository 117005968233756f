"""Serialised messages, against the same messages filled field by field."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from emgsim_ros.msg import MuscleState
from geometry_msgs.msg import Point
from rclpy.serialization import deserialize_message, serialize_message
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, JointState, PointCloud2, PointField
from visualization_msgs.msg import Marker, MarkerArray

from emgsim_ros.nodes.clock_message import ClockMessage
from emgsim_ros.nodes.hand_markers import HandMarkers
from emgsim_ros.nodes.markers import MusculoskeletalMarkers
from emgsim_ros.nodes.named_arrays import NamedArrays
from emgsim_ros.nodes.padding import padding_of, without_padding
from emgsim_ros.nodes.serialised import Blanks, SerialisedMessage
from emgsim_ros.nodes.stamps import header, to_stamp, to_time
from emgsim_ros.pose.metrics import load_model_hand

STAMP = 3_600_123_456_789
FIELDS = ("excitation", "activation", "fiber_length", "relative_fiber_length", "fiber_velocity", "tendon_force")
SPECIAL = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7e308])


@pytest.mark.parametrize("frame", ["", "f", "upper_arm"])  # the numbers lie at other places
@pytest.mark.parametrize("names", [["a"], ["FCR", "FDSIndex"], [f"muscle_{number}" for number in range(43)]])
def test_arrays_with_names_are_the_message_filled_field_by_field(names, frame):
    values = np.random.default_rng(0).normal(size=(2, len(FIELDS), len(names)))
    messages = NamedArrays(MuscleState, names, FIELDS, frame)
    for stamp, own in zip((0, STAMP), values, strict=True):  # nothing of the first remains in the second
        fields = {field: row.tolist() for field, row in zip(FIELDS, own, strict=True)}
        expected = MuscleState(header=header(stamp, frame), name=names, **fields)
        assert deserialize_message(messages.serialised(stamp, *own), MuscleState) == expected


def test_fields_that_are_not_filled_stay_empty_and_every_number_passes_unchanged():
    names = [str(number) for number in range(len(SPECIAL))]
    made = deserialize_message(NamedArrays(JointState, names, ["effort"]).serialised(STAMP, SPECIAL), JointState)
    assert made.name == names and len(made.position) == len(made.velocity) == 0
    assert np.array(made.effort).tobytes() == SPECIAL.tobytes()


def test_the_clock_is_its_stamp():
    assert ClockMessage().serialised(STAMP) == serialize_message(Clock(clock=to_time(STAMP)))


def test_a_wrong_number_of_values_is_an_error():
    messages = NamedArrays(JointState, ["a", "b"], ["position"])
    with pytest.raises(ValueError):
        messages.serialised(0, np.zeros(3))


def test_marks_that_do_not_reach_the_message_are_an_error():
    blanks = Blanks()
    blanks.doubles(2)
    with pytest.raises(ValueError, match="0 of 2"):
        SerialisedMessage(JointState(header=blanks.header()), blanks)
    blanks = Blanks()
    blanks.data(20)
    with pytest.raises(ValueError, match="bytes"):
        SerialisedMessage(JointState(header=blanks.header()), blanks)


def test_markers_follow_paths_that_gain_and_lose_points():
    markers, rng = MusculoskeletalMarkers("forearm"), np.random.default_rng(1)
    for stamp, counts in ((0, (3, 2)), (STAMP, (4, 0)), (2 * STAMP, (3, 2))):
        bones, paths = rng.normal(size=(5, 2, 3)), [rng.normal(size=(count, 3)) for count in counts]
        state = SimpleNamespace(stamp=stamp, activation=np.array([0.0, 1.0]))
        made = deserialize_message(markers.serialised(state, bones, paths), MarkerArray).markers
        assert [(m.ns, m.id, m.type) for m in made] == [
            ("bones", 0, Marker.LINE_LIST),
            ("muscles", 0, Marker.LINE_STRIP),
            ("muscles", 1, Marker.LINE_STRIP),
        ]
        for marker, points in zip(made, (bones.reshape(-1, 3), *paths), strict=True):
            assert marker.points == [Point(x=x, y=y, z=z) for x, y, z in points.tolist()]
            assert marker.header == header(stamp, "forearm") and marker.pose.orientation.w == 1.0
            assert marker.color.a == 1.0 and marker.scale.x > 0
        assert made[1].color.b == 1.0 and made[2].color.r == 1.0  # blue at rest, red when active


def test_the_estimated_hand_lies_beside_the_true_one():
    hand = load_model_hand()
    angles = np.full(len(hand.coordinates), 0.1)
    markers = HandMarkers(hand, "forearm", beside=0.1)
    (alone,) = deserialize_message(markers.serialised(STAMP, angles, None), MarkerArray).markers
    estimated, true = deserialize_message(markers.serialised(STAMP, angles, 2 * angles), MarkerArray).markers
    assert (estimated.ns, true.ns) == ("estimated", "true") and estimated.points == alone.points
    places = hand(torch.from_numpy(2 * angles)).numpy()
    for (start, end), first, second in zip(hand.links(), true.points[::2], true.points[1::2], strict=True):
        assert np.allclose(places[[start, end]], [(p.x, p.y, p.z) for p in (first, second)])
    assert to_stamp(true.header.stamp) == STAMP and estimated.color != true.color


MESSAGES = [
    JointState(),
    JointState(name=["a", "bcd", "\u00e9"], position=[1.0, 2.0]),
    MuscleState(name=["x"], activation=[1.0]),
    Marker(ns="abc", text="q", points=[Point(x=1.0)] * 3, header=header(1, "ab")),
    MarkerArray(markers=[Marker(ns="a"), Marker(ns="bcd", points=[Point()])]),
    PointCloud2(data=[1, 2, 3], fields=[PointField(name="x")]),
    CameraInfo(distortion_model="plumb", d=[0.1]),  # with arrays of fixed size
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_padding_has_no_content_and_is_cleared(message):
    padding, length = padding_of(message)
    serialised = bytearray(serialize_message(message))
    for position in padding:
        serialised[position] = 0xA5
    assert deserialize_message(bytes(serialised), type(message)) == message
    cleared = without_padding(bytes(serialised), message)
    assert len(cleared) == length and not any(cleared[position] for position in padding)
    assert deserialize_message(cleared, type(message)) == message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_messages_have_the_length_with_which_they_are_published(ros, message):
    received = []
    ros.probe.create_subscription(type(message), "/message", received.append, 10, raw=True)
    publisher = ros.publisher(type(message), "/message")
    ros.matched(publisher)
    publisher.publish(message)
    ros.until(lambda: received)
    assert len(received[0]) == len(without_padding(serialize_message(message), message))


def test_equal_messages_are_equal_bytes():
    names, values = ["FCR", "FDSIndex"], np.ones(2)
    made = {NamedArrays(JointState, names, ["position"], "a").serialised(STAMP, values) for _ in range(20)}
    assert len(made) == 1
