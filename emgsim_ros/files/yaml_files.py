"""Reading of YAML files, with error messages that name the file, the line and the field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ..errors import InvalidInput


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file.

    Raises:
        InvalidInput: The file is missing or is not YAML; the message names the line.
    """
    try:
        return yaml.safe_load(path.read_text())
    except OSError as error:
        raise InvalidInput("file", str(path), f"a readable YAML file ({error.strerror})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or "not YAML"
        raise InvalidInput(where, problem, "valid YAML") from None


def require_mapping(content: Any, field: str, keys: Sequence[str] = ()) -> Mapping[str, Any]:
    """Return ``content`` if it is a mapping with at least ``keys``.

    Raises:
        InvalidInput: It is not a mapping, or a key is missing.
    """
    if not isinstance(content, Mapping):
        raise InvalidInput(field, content, "a mapping (name: value)")
    for key in keys:
        if key not in content:
            raise InvalidInput(field, sorted(map(str, content)), f"a mapping with the key {key!r}")
    return content


def require_number(value: Any, field: str, expected: str = "a finite number") -> float:
    """Return ``value`` as a finite float.

    Raises:
        InvalidInput: It is not a finite number.
    """
    try:  # YAML 1.1 reads 200.0e6 as a string
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInput(field, value, expected)
    return number


def parse_scalar(text: str, field: str) -> Any:
    """Return the number in ``text``; None if it is empty.

    Raises:
        InvalidInput: It is not a number.
    """
    if not text:
        return None
    value = yaml.safe_load(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(field, text, "a number")
    return value
