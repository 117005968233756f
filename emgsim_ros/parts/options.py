"""Options of parts as they are written in parameter files: ``'pool.rate=12.5'`` or ``'noise.hum.level=0.1'``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from ..errors import InvalidInput
from .contracts import KINDS


def options_for(kind: str, entries: Sequence[str], name: str = "", field: str = "options") -> dict[str, Any]:
    """The options of one part.

    Args:
        kind: Kind of the part, one of `KINDS`.
        entries: ``'<kind>.<option>=<value>'`` for whichever part of this kind is in use, or
            ``'<kind>.<name>.<option>=<value>'`` for the part of this name alone; the value as in YAML.
        name: Name of the part.
        field: The parameter that holds the entries, for messages.

    Raises:
        InvalidInput: An entry of another form, or with an unknown kind.
    """
    options = {}
    for entry in entries:
        key, separator, text = entry.partition("=")
        owner, _, rest = key.strip().partition(".")
        part, _, option = rest.rpartition(".")
        if not separator or owner not in KINDS or not option.isidentifier():
            expected = "<kind>.<option>=<value> or <kind>.<name>.<option>=<value> with a kind among " + ", ".join(KINDS)
            raise InvalidInput(field, entry, expected)
        if owner != kind or (part and part != name):
            continue
        try:
            options[option] = yaml.safe_load(text)
        except yaml.YAMLError:
            raise InvalidInput(f"{field}: {key.strip()}", text, "a value as in YAML") from None
    return options
