"""Reading bags back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosbags.rosbag2 import Reader
from rosbags.rosbag2.errors import ReaderError

from ..errors import InvalidInput
from .message_types import typestore


@dataclass(frozen=True)
class TopicContents:
    """A topic of a bag: name, ROS type, number of messages."""

    name: str
    type_name: str
    messages: int


@dataclass(frozen=True)
class BagContents:
    """A bag: duration of the recording (s) and its topics."""

    duration: float
    topics: tuple[TopicContents, ...]


def bag_contents(bag: Path) -> BagContents:
    """What a bag holds.

    Raises:
        InvalidInput: It is no bag, or a broken one.
    """
    with open_bag(bag) as reader:
        topics = tuple(TopicContents(c.topic, c.msgtype, c.msgcount) for c in reader.connections)
        return BagContents(max(reader.duration, 0) / 1e9, tuple(sorted(topics, key=lambda t: t.name)))


def read_messages(bag: Path, topic: str) -> Iterator[Any]:
    """The messages of one topic, in order.

    Raises:
        InvalidInput: It is no bag, a broken one, or it lacks the topic.
    """
    types = typestore()
    with open_bag(bag) as reader:
        connections = [connection for connection in reader.connections if connection.topic == topic]
        if not connections:
            raise InvalidInput(f"{bag}: topic", topic, "one of " + ", ".join(c.topic for c in reader.connections))
        for connection, _, data in reader.messages(connections):
            yield types.deserialize_cdr(data, connection.msgtype)


@contextmanager
def open_bag(bag: Path) -> Iterator[Reader]:
    """A bag, open for reading.

    Raises:
        InvalidInput: It is no bag, or a broken one.
    """
    try:
        reader = Reader(bag)
        reader.open()
    except (OSError, ReaderError) as error:
        raise InvalidInput("bag", str(bag), f"a readable rosbag2 folder ({error})") from None
    try:
        yield reader
    finally:
        reader.close()
