"""rosbag2 bags (MCAP) that survive the death of their recorder.

The folder holds ``<name>_0.mcap`` and ``metadata.yaml`` as rosbag2 (metadata version 9) writes them. Both are
complete after every flush.
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
    qos: TopicQos
    channel: int
    messages: int = 0


class BagWriter:
    """Writes a bag.

    Args:
        folder: The bag; a new folder.
        compression: ``zstd`` or ``none``.

    Raises:
        InvalidInput: The folder exists already.
    """

    def __init__(self, folder: Path, compression: str = "zstd") -> None:
        if folder.exists():
            raise InvalidInput("bag", str(folder), "a folder that does not exist yet")
        folder.mkdir(parents=True)
        self._folder = folder
        self._file_name = f"{folder.name}_0.mcap"
        self._file = McapFile(folder / self._file_name, "" if compression == "none" else compression)
        self._types = typestore()
        self._topics: dict[str, _Topic] = {}
        self._start: int | None = None
        self._end = 0
        self._write_metadata()

    def add_topic(self, topic: str, type_name: str, qos: TopicQos | None = None) -> None:
        """Announce a topic before its first message.

        Raises:
            InvalidInput: The topic's type is not installed.
        """
        qos = qos or TopicQos()
        definition, type_hash = describe(self._types, type_name)
        metadata = {
            "offered_qos_profiles": yaml.safe_dump([qos.profile()], sort_keys=False).strip(),
            "topic_type_hash": type_hash,
        }
        channel = self._file.add_channel(topic, type_name, definition, metadata)
        self._topics[topic] = _Topic(topic, type_name, type_hash, qos, channel)

    def write(self, topic: str, stamp: int, data: bytes) -> None:
        """Add a serialised (CDR) message, received at ``stamp`` (ns since the epoch)."""
        entry = self._topics[topic]
        entry.messages += 1
        self._start = stamp if self._start is None else min(self._start, stamp)
        self._end = max(self._end, stamp)
        self._file.write(entry.channel, stamp, data)

    def flush(self) -> None:
        """Put everything so far on disk; a reader can open the bag now."""
        self._file.flush()
        self._write_metadata()

    def close(self) -> None:
        """Finish the bag."""
        self._file.close()
        self._write_metadata()

    @property
    def messages(self) -> dict[str, int]:
        """Messages written so far, by topic."""
        return {topic.name: topic.messages for topic in self._topics.values()}

    def _write_metadata(self) -> None:
        """Replace metadata.yaml as a whole, so that there is always a good one."""
        count = sum(topic.messages for topic in self._topics.values())
        span = {
            "starting_time": {"nanoseconds_since_epoch": self._start or 0},
            "duration": {"nanoseconds": self._end - self._start if self._start is not None else 0},
            "message_count": count,
        }
        information = {
            "version": METADATA_VERSION,
            "storage_identifier": "mcap",
            "relative_file_paths": [self._file_name],
            **span,
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
            "files": [{"path": self._file_name, **span}],
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
