"""rosbag2 bags (MCAP) that stay readable when their recorder is killed.

The folder contains ``<name>_0.mcap``, ``<name>_1.mcap`` and so on, and ``metadata.yaml``, in the format of rosbag2
(metadata version 9). All files are complete after every flush and remain so when the disk is full.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InvalidInput
from .bag_metadata import BagMetadata, BagPart, BagTopic, TopicQos
from .mcap_file import McapFile
from .message_types import describe, typestore


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
        self._topics: dict[str, BagTopic] = {}
        self._parts: list[BagPart] = []
        self._waiting = self._reset_counts()
        self._metadata = BagMetadata()
        self.lost = 0
        self._file = self._next_file()
        self._write_metadata()

    def add_topic(self, topic: str, type_name: str, qos: TopicQos | None = None) -> None:
        """Add a topic; required before its first message.

        Raises:
            InvalidInput: The ROS type of the topic is not installed.
        """
        definition, type_hash = describe(self._types, type_name)
        entry = BagTopic(topic, type_name, type_hash, definition, qos or TopicQos())
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

    def _reset_counts(self) -> BagPart:
        self._counts: dict[str, int] = {}
        return BagPart("")

    def _count_flushed(self) -> None:
        """Add the flushed messages to the counts of the file and of the topics."""
        waiting = self._waiting
        self._parts[-1].add(waiting.start, waiting.end, waiting.messages)
        for topic, count in self._counts.items():
            self._topics[topic].messages += count
        self._waiting = self._reset_counts()

    def _is_full(self, part: BagPart) -> bool:
        if part.start is None:
            return False
        too_long = bool(self._longest) and part.end - part.start >= self._longest
        return too_long or (bool(self._largest) and self._file.size >= self._largest)

    def _next_file(self) -> McapFile:
        part = BagPart(f"{self._folder.name}_{len(self._parts)}.mcap")
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
        new = self._folder / "metadata.yaml.new"
        new.write_text(self._metadata.text(list(self._topics.values()), self._parts))
        os.replace(new, self._folder / "metadata.yaml")
