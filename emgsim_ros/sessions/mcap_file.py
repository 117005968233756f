"""An MCAP file that is complete after every flush.

An MCAP file normally ends with an index that is written on closing, so a recorder that is killed leaves a file that
most readers reject. Here every flush appends one chunk together with a minimal end (data end, footer without index,
magic) in a single write, and the next flush overwrites this end. The file of a killed recorder can therefore be opened
as it is and lacks only the messages since the last flush. Closing the file adds the full index.

The records follow the MCAP specification and are serialised by the `mcap` package.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import zstandard
from mcap.data_stream import RecordBuilder
from mcap.opcode import Opcode
from mcap.records import (
    Channel,
    Chunk,
    ChunkIndex,
    DataEnd,
    Footer,
    Header,
    McapRecord,
    MessageIndex,
    Schema,
    Statistics,
    SummaryOffset,
)

# A Message record (https://mcap.dev/spec#message-op0x05): opcode, length, channel, sequence, log and publish time; the
# data follow. The `mcap` package serialises all other records; this one is written several hundred times a second.
MESSAGE = struct.Struct("<BQHIQQ")
MESSAGE_FIELDS = MESSAGE.size - struct.calcsize("<BQ")  # bytes that the length counts besides the data
MAGIC = b"\x89MCAP0\r\n"
LIBRARY = "emgsim_ros"
COMPRESSION_LEVEL = -3  # of zstd. EMG is close to noise: level 1 takes three times as long for 8 % less


@dataclass
class _OpenChunk:
    """Messages since the last flush."""

    parts: list[bytes] = field(default_factory=list)  # the serialised records
    size: int = 0  # of all parts, bytes
    indices: dict[int, MessageIndex] = field(default_factory=dict)
    start: int = 0
    end: int = 0


class McapFile:
    """Writes one MCAP file with the ROS 2 profile.

    Args:
        path: Path of the file, which must not exist.
        compression: ``zstd``, or empty for no compression.
    """

    def __init__(self, path: Path, compression: str = "zstd") -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        self._compression = compression
        self._compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL) if compression == "zstd" else None
        self._schemas: list[Schema] = []
        self._channels: list[Channel] = []
        self._chunk_indices: list[ChunkIndex] = []
        self._counts: dict[int, int] = {}
        self._pending = RecordBuilder()  # schemas and channels since the last flush
        self._written_schemas = self._written_channels = 0
        self._chunk = _OpenChunk()
        self._end, self._last_end = 0, b""
        self._append(MAGIC + _serialise(Header("ros2", LIBRARY)))

    @property
    def messages(self) -> int:
        """Number of messages, flushed or not."""
        return sum(self._counts.values())

    def add_channel(self, topic: str, type_name: str, definition: str, metadata: dict[str, str]) -> int:
        """Add a topic and return the channel number with which its messages are written.

        Args:
            topic: Topic name.
            type_name: ROS type, ``package/msg/Name``.
            definition: Text of its definition and of those of its nested types (``ros2msg`` encoding).
            metadata: The topic's metadata of rosbag2 (quality of service, type hash).
        """
        schema = next((known for known in self._schemas if known.name == type_name), None)
        if schema is None:
            schema = Schema(len(self._schemas) + 1, definition.encode(), "ros2msg", type_name)
            self._schemas.append(schema)
            schema.write(self._pending)
        channel = Channel(len(self._channels) + 1, topic, "cdr", metadata, schema.id)
        self._channels.append(channel)
        self._counts[channel.id] = 0
        channel.write(self._pending)
        return channel.id

    def write(self, channel: int, stamp: int, data: bytes) -> None:
        """Add a serialised message that was received at ``stamp`` (ns); the next flush writes it to the disk."""
        chunk = self._chunk
        if not chunk.indices:
            chunk.start = chunk.end = stamp
        chunk.start, chunk.end = min(chunk.start, stamp), max(chunk.end, stamp)
        index = chunk.indices.setdefault(channel, MessageIndex(channel, []))
        index.records.append((stamp, chunk.size))
        self._counts[channel] += 1
        head = MESSAGE.pack(Opcode.MESSAGE, MESSAGE_FIELDS + len(data), channel, self._counts[channel], stamp, stamp)
        chunk.parts += (head, data)
        chunk.size += len(head) + len(data)

    @property
    def size(self) -> int:
        """Present size of the file without its end, bytes."""
        return self._end

    def flush(self) -> None:
        """Write all messages to the disk, as a complete file.

        Raises:
            OSError: The disk is full. The file is as after the last flush; the messages since then are lost.
        """
        head, known = self._pending.end(), len(self._chunk_indices)
        counts = {channel: len(index.records) for channel, index in self._chunk.indices.items()}
        body = self._finish_chunk(self._end + len(head))
        if not (head or body):
            return
        try:
            self._append(head + body)
        except OSError:
            del self._chunk_indices[known:]
            for channel, count in counts.items():
                self._counts[channel] -= count
            self._pending = RecordBuilder()
            for record in (*self._schemas[self._written_schemas :], *self._channels[self._written_channels :]):
                record.write(self._pending)
            raise
        self._written_schemas, self._written_channels = len(self._schemas), len(self._channels)

    def close(self) -> None:
        """Flush, add the index and close the file.

        Raises:
            OSError: The disk is full; the file is closed in its state after the last flush.
        """
        try:
            self._add_index()
        finally:
            os.close(self._file)

    def _add_index(self) -> None:
        self.flush()
        summary, start, offsets_start = self._summary(self._end + len(_serialise(DataEnd(0))))
        self._append(b"", _serialise(DataEnd(0)) + summary + _footer(summary, start, offsets_start))

    def _append(self, data: bytes, end: bytes | None = None) -> None:
        """Overwrite the present end of the file by ``data`` and a new end, in one write."""
        if end is None:
            end = _serialise(DataEnd(0)) + _serialise(Footer(0, 0, 0)) + MAGIC
        try:
            self._write(data + end, self._end)
        except OSError:  # the disk is full: restore the previous end, whose space is already allocated
            if self._end:
                self._write(self._last_end, self._end)
                os.ftruncate(self._file, self._end + len(self._last_end))
            raise
        self._end += len(data)
        self._last_end = end

    def _write(self, data: bytes, offset: int) -> None:
        block = memoryview(data)
        while block:
            written = os.pwrite(self._file, block, offset)
            block, offset = block[written:], offset + written

    def _finish_chunk(self, offset: int) -> bytes:
        chunk, self._chunk = self._chunk, _OpenChunk()
        if not chunk.indices:
            return b""
        raw = b"".join(chunk.parts)
        data = self._compressor.compress(raw) if self._compressor else raw
        record = _serialise(
            Chunk(
                compression=self._compression,
                data=data,
                message_end_time=chunk.end,
                message_start_time=chunk.start,
                uncompressed_crc=zlib.crc32(raw),
                uncompressed_size=len(raw),
            )
        )
        indices, index_offsets = b"", {}
        for channel, index in chunk.indices.items():
            index_offsets[channel] = offset + len(record) + len(indices)
            indices += _serialise(index)
        self._chunk_indices.append(
            ChunkIndex(
                chunk_length=len(record),
                chunk_start_offset=offset,
                compression=self._compression,
                compressed_size=len(data),
                message_end_time=chunk.end,
                message_index_length=len(indices),
                message_index_offsets=index_offsets,
                message_start_time=chunk.start,
                uncompressed_size=len(raw),
            )
        )
        return record + indices

    def _summary(self, start: int) -> tuple[bytes, int, int]:
        """Return the index records for offset ``start``, this offset, and the offset of their summary offsets."""
        groups: list[tuple[Opcode, list[McapRecord]]] = [
            (Opcode.SCHEMA, list(self._schemas)),
            (Opcode.CHANNEL, list(self._channels)),
            (Opcode.STATISTICS, [self._statistics()]),
            (Opcode.CHUNK_INDEX, list(self._chunk_indices)),
        ]
        summary, offsets = b"", b""
        for opcode, records in groups:
            group = b"".join(_serialise(record) for record in records)
            if group:
                offsets += _serialise(SummaryOffset(opcode, start + len(summary), len(group)))
            summary += group
        return summary + offsets, start, start + len(summary)

    def _statistics(self) -> Statistics:
        return Statistics(
            attachment_count=0,
            channel_count=len(self._channels),
            channel_message_counts=dict(self._counts),
            chunk_count=len(self._chunk_indices),
            message_count=sum(self._counts.values()),
            message_start_time=min((c.message_start_time for c in self._chunk_indices), default=0),
            message_end_time=max((c.message_end_time for c in self._chunk_indices), default=0),
            metadata_count=0,
            schema_count=len(self._schemas),
        )


def _serialise(record: McapRecord) -> bytes:
    builder = RecordBuilder()
    record.write(builder)
    return builder.end()


def _footer(summary: bytes, start: int, offsets_start: int) -> bytes:
    """Return footer and magic; the checksum covers the summary and the first fields of the footer."""
    unsigned = _serialise(Footer(start, offsets_start, 0))[:-4]
    return _serialise(Footer(start, offsets_start, zlib.crc32(summary + unsigned))) + MAGIC
