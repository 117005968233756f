"""A bag's messages in the order in which they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidInput
from .reading import open_bag


@dataclass(frozen=True)
class PlayedTopic:
    """A topic: ROS type (``package/msg/Name``), and whether its publisher kept the last message for late readers."""

    type_name: str
    latched: bool


@dataclass(frozen=True)
class PlayedMessage:
    """A message: time from the bag's start (ns), topic, serialised (CDR)."""

    time: int
    topic: str
    data: bytes


class BagPlayer:
    """Some topics of a bag.

    Args:
        bag: Folder.
        topics: Those to play; empty for all.

    Attributes:
        topics: By name.
        start: Time of the first message of the bag, ns.
        duration: ns.

    Raises:
        InvalidInput: It is no bag, a broken one, or lacks a topic.
    """

    def __init__(self, bag: Path, topics: Sequence[str] = ()) -> None:
        self._bag = bag
        with open_bag(bag) as reader:
            found = {
                connection.topic: PlayedTopic(
                    connection.msgtype,
                    any(
                        one.durability.name == "TRANSIENT_LOCAL"
                        for one in getattr(connection.ext, "offered_qos_profiles", ())
                    ),
                )
                for connection in reader.connections
            }
            for topic in topics:
                if topic not in found:
                    raise InvalidInput(f"{bag}: topic", topic, "one of " + ", ".join(found))
            self.topics = {topic: found[topic] for topic in (topics or found)}
            self.start, self.duration = reader.start_time, max(reader.duration, 0)

    def messages(self) -> Iterator[PlayedMessage]:
        """All messages, oldest first."""
        with open_bag(self._bag) as reader:
            connections = [connection for connection in reader.connections if connection.topic in self.topics]
            for connection, time, data in reader.messages(connections):
                yield PlayedMessage(time - self.start, connection.topic, bytes(data))
