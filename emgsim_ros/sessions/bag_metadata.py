"""The metadata file of a rosbag2 bag (metadata version 9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import yaml

METADATA_VERSION = 9
# Numbers that change with every flush are marked in the text that is kept; no number in a bag has 20 digits.
MARK, MARKED = 99_000_000_000_000_000_000, re.compile(r"\b99(\d{18})\b")


@dataclass(frozen=True)
class TopicQos:
    """The quality of service that the publisher of a topic offers; see the ROS 2 documentation."""

    depth: int = 10
    reliability: str = "reliable"
    durability: str = "volatile"

    def profile(self) -> dict[str, object]:
        """Return the profile in the form of rosbag2's metadata."""
        forever = {"sec": 9223372036, "nsec": 854775807}
        return {
            "history": "keep_last",
            "depth": self.depth,
            "reliability": self.reliability,
            "durability": self.durability,
            "deadline": forever,
            "lifespan": forever,
            "liveliness": "automatic",
            "liveliness_lease_duration": forever,
            "avoid_ros_namespace_conventions": False,
        }


@dataclass
class BagTopic:
    """A topic of a bag: its name, type and quality of service, its MCAP channel, and the flushed messages."""

    name: str
    type_name: str
    type_hash: str
    definition: str
    qos: TopicQos
    channel: int = 0
    messages: int = 0

    def metadata(self) -> dict[str, str]:
        """Return the metadata of the MCAP channel."""
        profiles = yaml.safe_dump([self.qos.profile()], sort_keys=False).strip()
        return {"offered_qos_profiles": profiles, "topic_type_hash": self.type_hash}


@dataclass
class BagPart:
    """One file of a bag: its name, and the first stamp, last stamp (ns) and number of its flushed messages."""

    name: str
    start: int | None = None
    end: int = 0
    messages: int = 0

    def add(self, start: int | None, end: int, messages: int) -> None:
        """Add the time span and the number of flushed messages."""
        if start is not None:
            self.start = start if self.start is None else min(self.start, start)
            self.end = max(self.end, end)
        self.messages += messages

    def span(self, marked: Callable[[int], int]) -> dict[str, object]:
        """Return time span and number of messages in the form of rosbag2's metadata, passed through ``marked``."""
        return {
            "starting_time": {"nanoseconds_since_epoch": marked(self.start or 0)},
            "duration": {"nanoseconds": marked(self.end - self.start if self.start is not None else 0)},
            "message_count": marked(self.messages),
        }


class BagMetadata:
    """Creates the content of metadata.yaml.

    The file is written with every flush, and most of it is the same: the text is made again only when a topic or a file
    has been added, and otherwise its numbers are replaced.
    """

    def __init__(self) -> None:
        self._size = (-1, -1)  # numbers of topics and of files in the text
        self._texts: list[str] = []
        self._numbers: list[int] = []  # which of the changing numbers follows each text

    def text(self, topics: Sequence[BagTopic], parts: Sequence[BagPart]) -> str:
        """Return the content of the file.

        Args:
            topics: Topics of the bag; only additions change their number.
            parts: Files of the bag, in the same way.
        """
        values: list[int] = []

        def marked(value: int) -> int:
            values.append(value)
            return MARK + len(values) - 1

        information = {"rosbag2_bagfile_information": _information(topics, parts, marked)}
        if self._size != (len(topics), len(parts)):
            pieces = MARKED.split(yaml.dump(information, Dumper=_PlainDumper, sort_keys=False))
            self._texts, self._numbers = pieces[::2], [int(piece) for piece in pieces[1::2]]
            self._size = (len(topics), len(parts))
        numbers = (str(values[number]) for number in self._numbers)
        return "".join(text + number for text, number in zip_longest(self._texts, numbers, fillvalue=""))


def _information(
    topics: Sequence[BagTopic], parts: Sequence[BagPart], marked: Callable[[int], int]
) -> dict[str, object]:
    """Return the metadata, with every number that changes passed through ``marked``."""
    whole = BagPart("")
    for part in parts:
        whole.add(part.start, part.end, part.messages)
    return {
        "version": METADATA_VERSION,
        "storage_identifier": "mcap",
        "relative_file_paths": [part.name for part in parts],
        **whole.span(marked),
        "topics_with_message_count": [
            {
                "topic_metadata": {
                    "name": topic.name,
                    "type": topic.type_name,
                    "serialization_format": "cdr",
                    "offered_qos_profiles": [topic.qos.profile()],
                    "type_description_hash": topic.type_hash,
                },
                "message_count": marked(topic.messages),
            }
            for topic in topics
        ],
        "compression_format": "",
        "compression_mode": "",
        "files": [{"path": part.name, **part.span(marked)} for part in parts],
        "custom_data": None,
        "ros_distro": "jazzy",
    }


class _PlainDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # ten times as fast in C
    """Writes YAML without anchors: rosbag2's own reader handles written-out repetitions better."""

    def ignore_aliases(self, data: object) -> bool:
        return True
