"""rosbag2 bags (MCAP) that survive the death of their recorder.

The folder holds ``<name>_0.mcap``, ``_1`` ..., and ``metadata.yaml``, as rosbag2 (metadata version 9) writes them.
All are complete after every flush, and stay so when the disk is full.
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
    """What a topic's publisher offers; see the ROS 2 documentation on quality of service."""

    depth: int = 10
    reliability: str = "reliable"
    durability: str = "volatile"

    def profile(self) -> dict[str, object]:
        """As rosbag2's metadata has it."""
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
        """What its MCAP channel keeps."""
        profiles = yaml.safe_dump([self.qos.profile()], sort_keys=False).strip()
        return {"offered_qos_profiles": profiles, "topic_type_hash": self.type_hash}


@dataclass
class _Part:
    """One file of the bag: its name, and first stamp, last stamp (ns) and number of what was flushed to it."""

    name: str
    start: int | None = None
    end: int = 0
    messages: int = 0

    def add(self, start: int | None, end: int, messages: int) -> None:
        """Take in what was flushed."""
        if start is not None:
            self.start = start if self.start is None else min(self.start, start)
            self.end = max(self.end, end)
        self.messages += messages

    def span(self) -> dict[str, object]:
        """As rosbag2's metadata has it."""
        return {
            "starting_time": {"nanoseconds_since_epoch": self.start or 0},
            "duration": {"nanoseconds": self.end - self.start if self.start is not None else 0},
            "message_count": self.messages,
        }


class BagWriter:
    """Writes a bag.

    Args:
        folder: The bag; a new folder.
        compression: ``zstd`` or ``none``.
        largest: Bytes after which a new file is begun; 0: never.
        longest: Time between stamps (ns) after which a new file is begun; 0: never.

    Attributes:
        lost: Messages that a full disk did not take.

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
        self._waiting = self._nothing_waiting()
        self.lost = 0
        self._file = self._next_file()
        self._write_metadata()

    def add_topic(self, topic: str, type_name: str, qos: TopicQos | None = None) -> None:
        """Announce a topic before its first message.

        Raises:
            InvalidInput: The topic's type is not installed.
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
        """Put everything so far on disk; a reader can open the bag now.

        Raises:
            OSError: The disk is full: what came since the last flush is lost, the bag stays readable.
        """
        try:
            self._file.flush()
        except OSError:
            self.lost += self._waiting.messages
            self._waiting = self._nothing_waiting()
            raise
        self._take_in()
        if self._is_full(self._parts[-1]):
            self._file.close()
            self._file = self._next_file()
        self._write_metadata()

    def close(self) -> None:
        """Finish the bag.

        Raises:
            OSError: As for :meth:`flush`.
        """
        self._file.close()
        self._take_in()
        self._write_metadata()

    def _nothing_waiting(self) -> _Part:
        self._counts: dict[str, int] = {}
        return _Part("")

    def _take_in(self) -> None:
        """Count what is on disk now."""
        waiting = self._waiting
        self._parts[-1].add(waiting.start, waiting.end, waiting.messages)
        for topic, count in self._counts.items():
            self._topics[topic].messages += count
        self._waiting = self._nothing_waiting()

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
        """Messages on disk, by topic."""
        return {topic.name: topic.messages for topic in self._topics.values()}

    def _write_metadata(self) -> None:
        """Replace metadata.yaml as a whole, so that there is always a good one."""
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


class _PlainDumper(yaml.SafeDumper):
    """YAML without anchors: rosbag2's own reader is happier with repeated values written out."""

    def ignore_aliases(self, data: object) -> bool:
        return True
