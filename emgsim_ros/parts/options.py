"""Options of parts as they are written in parameter files: ``'pool.rate=12.5'``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from ..errors import InvalidInput
from .contracts import KINDS


def options_for(kind: str, entries: Sequence[str], field: str = "options") -> dict[str, Any]:
    """The options of the part of one kind.

    Args:
        kind: One of `KINDS`.
        entries: ``'<kind>.<option>=<value>'``, the value as in YAML.
        field: The parameter that holds them, for messages.

    Raises:
        InvalidInput: An entry of another form, or with an unknown kind.
    """
    options = {}
    for entry in entries:
        key, separator, text = entry.partition("=")
        owner, _, option = key.strip().partition(".")
        if not separator or owner not in KINDS or not option.isidentifier():
            raise InvalidInput(field, entry, "<kind>.<option>=<value> with a kind among " + ", ".join(KINDS))
        if owner != kind:
            continue
        try:
            options[option] = yaml.safe_load(text)
        except yaml.YAMLError:
            raise InvalidInput(f"{field}: {key.strip()}", text, "a value as in YAML") from None
    return options
