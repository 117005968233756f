"""rosbag2 bags (MCAP) that stay readable when their recorder is killed.

The folder contains ``<name>_0.mcap``, ``<name>_1.mcap`` and so on, and ``metadata.yaml``, in the format of rosbag2
(metadata version 9). All files are complete after every flush and remain so when the disk is full.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..errors import InvalidInput
from .mcap_file import McapFile
from .message_types import describe, typestore

METADATA_VERSION = 9


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
class _Topic:
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
class _Part:
    """One file of the bag: its name, and the first stamp, last stamp (ns) and number of its flushed messages."""

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

    def span(self) -> dict[str, object]:
        """Return time span and number of messages in the form of rosbag2's metadata."""
        return {
            "starting_time": {"nanoseconds_since_epoch": self.start or 0},
            "duration": {"nanoseconds": self.end - self.start if self.start is not None else 0},
            "message_count": self.messages,
        }


class BagWriter:
    """Writes a rosbag2 bag.

    Args:
        folder: Folder of the bag; it must not exist.
        compression: ``zstd`` or ``none``.
        largest: Size in bytes after which a new file is started; 0 for no limit.
        longest: Time between stamps (ns) after which a new file is started; 0 for no limit.

    Attributes:
        lost: Number of messages that were lost because the disk was full.

    Raises:
        InvalidInput: The folder exists already.
    """

    def __init__(self, folder: Path, compression: str = "zstd", largest: int = 0, longest: int = 0) -> None:
        if folder.exists():
            raise InvalidInput("bag", str(folder), "a folder that does not exist yet")
        folder.mkdir(parents=True)
        self._folder, self._compression = folder, "" if compression == "none" else compression
        self._largest, self._longest = largest, longest
        self._types = typestore()
        self._topics: dict[str, _Topic] = {}
        self._parts: list[_Part] = []
        self._waiting = self._reset_counts()
        self.lost = 0
        self._file = self._next_file()
        self._write_metadata()

    def add_topic(self, topic: str, type_name: str, qos: TopicQos | None = None) -> None:
        """Add a topic; required before its first message.

        Raises:
            InvalidInput: The ROS type of the topic is not installed.
        """
        definition, type_hash = describe(self._types, type_name)
        entry = _Topic(topic, type_name, type_hash, definition, qos or TopicQos())
        entry.channel = self._file.add_channel(topic, type_name, definition, entry.metadata())
        self._topics[topic] = entry

    def write(self, topic: str, stamp: int, data: bytes) -> None:
        """Add a serialised (CDR) message, received at ``stamp`` (ns since the epoch)."""
        entry, waiting = self._topics[topic], self._waiting
        waiting.add(stamp, stamp, 1)
        self._counts[topic] = self._counts.get(topic, 0) + 1
        self._file.write(entry.channel, stamp, data)

    def flush(self) -> None:
        """Write all messages to the disk, so that a reader can open the bag.

        Raises:
            OSError: The disk is full. The messages since the last flush are lost; the bag stays readable.
        """
        try:
            self._file.flush()
        except OSError:
            self.lost += self._waiting.messages
            self._waiting = self._reset_counts()
            raise
        self._count_flushed()
        if self._is_full(self._parts[-1]):
            self._file.close()
            self._file = self._next_file()
        self._write_metadata()

    def close(self) -> None:
        """Finish the bag.

        Raises:
            OSError: The disk is full, as in `flush`.
        """
        self._file.close()
        self._count_flushed()
        self._write_metadata()

    def _reset_counts(self) -> _Part:
        self._counts: dict[str, int] = {}
        return _Part("")

    def _count_flushed(self) -> None:
        """Add the flushed messages to the counts of the file and of the topics."""
        waiting = self._waiting
        self._parts[-1].add(waiting.start, waiting.end, waiting.messages)
        for topic, count in self._counts.items():
            self._topics[topic].messages += count
        self._waiting = self._reset_counts()

    def _is_full(self, part: _Part) -> bool:
        if part.start is None:
            return False
        too_long = bool(self._longest) and part.end - part.start >= self._longest
        return too_long or (bool(self._largest) and self._file.size >= self._largest)

    def _next_file(self) -> McapFile:
        part = _Part(f"{self._folder.name}_{len(self._parts)}.mcap")
        file = McapFile(self._folder / part.name, self._compression)
        for topic in self._topics.values():
            topic.channel = file.add_channel(topic.name, topic.type_name, topic.definition, topic.metadata())
        self._parts.append(part)
        return file

    @property
    def messages(self) -> dict[str, int]:
        """Number of messages on the disk, by topic."""
        return {topic.name: topic.messages for topic in self._topics.values()}

    def _write_metadata(self) -> None:
        """Replace metadata.yaml atomically, so that a complete file exists at any time."""
        whole = _Part("")
        for part in self._parts:
            whole.add(part.start, part.end, part.messages)
        information = {
            "version": METADATA_VERSION,
            "storage_identifier": "mcap",
            "relative_file_paths": [part.name for part in self._parts],
            **whole.span(),
            "topics_with_message_count": [
                {
                    "topic_metadata": {
                        "name": topic.name,
                        "type": topic.type_name,
                        "serialization_format": "cdr",
                        "offered_qos_profiles": [topic.qos.profile()],
                        "type_description_hash": topic.type_hash,
                    },
                    "message_count": topic.messages,
                }
                for topic in self._topics.values()
            ],
            "compression_format": "",
            "compression_mode": "",
            "files": [{"path": part.name, **part.span()} for part in self._parts],
            "custom_data": None,
            "ros_distro": "jazzy",
        }
        new = self._folder / "metadata.yaml.new"
        new.write_text(yaml.dump({"rosbag2_bagfile_information": information}, Dumper=_PlainDumper, sort_keys=False))
        os.replace(new, self._folder / "metadata.yaml")


class _PlainDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # ten times as fast in C
    """Writes YAML without anchors: rosbag2's own reader handles written-out repetitions better."""

    def ignore_aliases(self, data: object) -> bool:
        return True
