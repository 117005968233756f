"""The messages of a bag in the order in which they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidInput
from .reading import open_bag


@dataclass(frozen=True)
class PlayedTopic:
    """A topic: its ROS type (``package/msg/Name``), and whether its publisher was latched (transient local)."""

    type_name: str
    latched: bool


@dataclass(frozen=True)
class PlayedMessage:
    """A message: time since the start of the bag (ns), topic, and serialised data (CDR)."""

    time: int
    topic: str
    data: bytes


class BagPlayer:
    """Reads the messages of some topics of a bag.

    Args:
        bag: Folder of the bag.
        topics: Topics to play; empty for all.

    Attributes:
        topics: The played topics, by name.
        start: Time of the first message of the bag, ns.
        duration: Duration of the bag, ns.

    Raises:
        InvalidInput: The folder is not a readable bag, or the bag does not contain a topic.
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
        """Yield all messages, oldest first."""
        with open_bag(self._bag) as reader:
            connections = [connection for connection in reader.connections if connection.topic in self.topics]
            for connection, time, data in reader.messages(connections):
                yield PlayedMessage(time - self.start, connection.topic, bytes(data))
