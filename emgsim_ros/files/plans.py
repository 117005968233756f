"""Plans: frozen dataclasses with defaults that users write as YAML."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..errors import InvalidInput
from .yaml_files import read_yaml, require_mapping, require_number

Plan = TypeVar("Plan")


def load_plan(kind: type[Plan], path: Path, **overrides: Any) -> Plan:
    """A plan from YAML; what the file leaves out has its default, overrides that are not None win.

    Args:
        kind: The dataclass; its ranges are its own affair (``__post_init__``).
        path: The file.
        overrides: Values by name.

    Raises:
        InvalidInput: Unreadable file, an unknown name, a value of another kind than the default's.
    """
    content = dict(require_mapping(read_yaml(path) or {}, str(path)))
    content.update({name: value for name, value in overrides.items() if value is not None})
    return _filled(kind, content, str(path))


def _filled(kind: type[Plan], content: dict[str, Any], field: str) -> Plan:
    default = kind()
    names = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    for name in content:
        if name not in names:
            raise InvalidInput(f"{field}: name", name, "one of " + ", ".join(names))
    return kind(**{name: _typed(value, getattr(default, name), f"{field}: {name}") for name, value in content.items()})


def _typed(value: Any, default: Any, field: str) -> Any:
    if is_dataclass(default):
        return _filled(type(default), dict(require_mapping(value, field)), field)
    if isinstance(default, bool | str):
        if type(value) is not type(default):
            raise InvalidInput(field, value, "true or false" if isinstance(default, bool) else "a text")
        return value
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not value:
            raise InvalidInput(field, value, "a list of numbers")
        return tuple(require_number(one, field) for one in value)
    number = require_number(value, field)
    if isinstance(default, int) and number != int(number):
        raise InvalidInput(field, value, "a whole number")
    return type(default)(number)


def require_positive(plan: Any, name: str, zero_allowed: tuple[str, ...] = ()) -> None:
    """See that all numbers of a plan are above 0 (or 0 where that makes sense).

    Raises:
        InvalidInput: One is not; ``name`` says whose it is.
    """
    for field, value in asdict(plan).items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if value < 0 or (value == 0 and field not in zero_allowed):
            raise InvalidInput(f"{name}: {field}", value, "0 or more" if field in zero_allowed else "a number above 0")
