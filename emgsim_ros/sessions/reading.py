"""Functions that read bags."""

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
    """A topic of a bag: its name, ROS type and number of messages."""

    name: str
    type_name: str
    messages: int


@dataclass(frozen=True)
class BagContents:
    """The contents of a bag: duration of the recording (s) and topics."""

    duration: float
    topics: tuple[TopicContents, ...]


def bag_contents(bag: Path) -> BagContents:
    """Return the duration and the topics of a bag.

    Raises:
        InvalidInput: The folder is not a readable bag.
    """
    with open_bag(bag) as reader:
        topics = tuple(TopicContents(c.topic, c.msgtype, c.msgcount) for c in reader.connections)
        return BagContents(max(reader.duration, 0) / 1e9, tuple(sorted(topics, key=lambda t: t.name)))


def read_messages(bag: Path, topic: str) -> Iterator[Any]:
    """Yield the deserialised messages of one topic in their recorded order.

    Raises:
        InvalidInput: The folder is not a readable bag, or the bag does not contain the topic.
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
    """Open a bag for reading and close it at the end of the context.

    Raises:
        InvalidInput: The folder is not a readable bag.
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
