"""The padding of a serialised message: the bytes that align its numbers and have no content."""

from __future__ import annotations

from typing import Any

import numpy as np
from rclpy.serialization import deserialize_message
from rosidl_parser.definition import AbstractNestedType, AbstractString, Array, BasicType

ENCAPSULATION = 4  # bytes before the content of a serialised message
TYPES = {  # of the numeric arrays, as numpy has them
    "int8": "i1",
    "uint8": "u1",
    "octet": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "int64": "i8",
    "uint64": "u8",
    "float": "f4",
    "double": "f8",
}
SIZES = {  # bytes of the basic types
    **dict.fromkeys(("boolean", "octet", "char", "int8", "uint8"), 1),
    **dict.fromkeys(("int16", "uint16"), 2),
    **dict.fromkeys(("int32", "uint32", "float"), 4),
    **dict.fromkeys(("int64", "uint64", "double"), 8),
}


def without_padding(serialised: bytes, message: Any) -> bytes:
    """Return a serialised message with zeros as padding, and without the bytes after its content.

    The length of a message that rclpy serialises is an estimate, which counts padding for empty sequences; a published
    message has no such bytes. In another format than that of `padding_of` the message is returned unchanged.
    """
    padding, length = padding_of(message)
    if length > len(serialised):
        return serialised
    cleared = bytearray(serialised[:length])
    for position in padding:
        cleared[position] = 0
    return bytes(cleared) if deserialize_message(bytes(cleared), type(message)) == message else serialised


def padding_of(message: Any) -> tuple[list[int], int]:
    """Return the positions of the padding bytes of a message in CDR (version 1), and the length of the whole.

    Source: OMG, CORBA 3.0, section 15.3 (CDR transfer syntax): a number is aligned to its size, relative to the start
    of the content; texts and sequences are preceded by their length, and a text ends with a zero.
    """
    layout = _Layout()
    layout.message(message)
    return layout.padding, layout.position


def array_places(message: Any) -> tuple[dict[str, tuple[np.dtype, int, int]], int]:
    """Return where the numeric arrays of a message lie in CDR, and the length of the whole.

    Returns:
        The type, number of values and offset (bytes) of each field that is an array of numbers, in order; the length.
    """
    layout, places = _Layout(), {}
    for field, kind in zip(message.get_fields_and_field_types(), message.SLOT_TYPES, strict=True):
        value = getattr(message, field)
        layout.value(value, kind)
        if isinstance(kind, AbstractNestedType) and isinstance(kind.value_type, BasicType):
            name = kind.value_type.typename
            if name in TYPES:
                places[field] = (np.dtype(TYPES[name]), len(value), layout.position - SIZES[name] * len(value))
    return places, layout.position


class _Layout:
    def __init__(self) -> None:
        self.padding: list[int] = []
        self.position = ENCAPSULATION

    def numbers(self, size: int, count: int = 1) -> None:
        if count:
            start = self.position + -(self.position - ENCAPSULATION) % size
            self.padding += range(self.position, start)
            self.position = start + size * count

    def message(self, message: Any) -> None:
        for field, kind in zip(message.get_fields_and_field_types(), message.SLOT_TYPES, strict=True):
            self.value(getattr(message, field), kind)

    def value(self, value: Any, kind: Any) -> None:
        if isinstance(kind, BasicType):
            self.numbers(SIZES[kind.typename])
        elif isinstance(kind, AbstractString):
            self.numbers(4)
            self.position += len(value.encode()) + 1
        elif isinstance(kind, AbstractNestedType):
            self.several(value, kind)
        else:
            self.message(value)

    def several(self, values: Any, kind: Any) -> None:
        if not isinstance(kind, Array):  # a sequence is preceded by its length
            self.numbers(4)
        if isinstance(kind.value_type, BasicType):
            self.numbers(SIZES[kind.value_type.typename], len(values))
        else:
            for value in values:
                self.value(value, kind.value_type)
