"""Extension of griffe that splits entries such as ``rows, columns: Number of each.`` in docstrings.

Google style has one entry per name; the sources join names that share a description.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

SECTION = re.compile(r"^(Args|Attributes):$")
SHARED = re.compile(r"^    (\w+(?:, \w+)+): (.*)$")


class SharedEntries(griffe.Extension):
    """Gives every name of a joint entry an entry of its own, and so its type and default."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Go through all docstrings of the package."""
        _split_in(pkg)


def _split_in(thing: griffe.Object) -> None:
    if thing.docstring:
        thing.docstring.value = "\n".join(split_entries(thing.docstring.lines))
    for member in thing.members.values():
        if isinstance(member, griffe.Object):  # aliases are documented where they come from
            _split_in(member)


def split_entries(lines: list[str]) -> list[str]:
    """The lines of a docstring, with one entry per name."""
    split: list[str] = []
    in_section = False
    for number, line in enumerate(lines):
        if line and not line.startswith(" "):
            in_section = bool(SECTION.match(line))
        shared = SHARED.match(line) if in_section else None
        if not shared:
            split.append(line)
            continue
        *others, last = shared[1].split(", ")
        continued = _continuation(lines[number + 1 :])
        for name in others:
            split += [f"    {name}: {shared[2]}", *continued]
        split.append(f"    {last}: {shared[2]}")  # its continuation follows
    return split


def _continuation(lines: list[str]) -> list[str]:
    end = next((number for number, line in enumerate(lines) if not line.startswith(" " * 8)), len(lines))
    return lines[:end]
