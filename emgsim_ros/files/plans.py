"""Plans: frozen dataclasses with defaults, which users write as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from ..errors import InvalidInput
from .yaml_files import read_yaml, require_mapping, require_number

Plan = TypeVar("Plan")


def load_plan(kind: type[Plan], path: Path, **overrides: Any) -> Plan:
    """Read a plan from YAML; fields that the file leaves out have their defaults.

    Args:
        kind: The dataclass; see `plan_of`.
        path: The file.
        overrides: Values by name, which replace those of the file unless they are None.

    Raises:
        InvalidInput: An unreadable file, an unknown name, a value of another type than the default's, or a value that
            the dataclass rejects.
    """
    content = dict(require_mapping(read_yaml(path) or {}, str(path)))
    content.update({name: value for name, value in overrides.items() if value is not None})
    return plan_of(kind, content, str(path))


def plan_of(kind: type[Plan], content: Mapping[str, Any], field: str) -> Plan:
    """Make a plan from values by name; the types of the values are those of the defaults.

    Args:
        kind: A frozen dataclass with a default for every field, which checks ranges in ``__post_init__``. If the
            defaults depend on the values, its class method ``default_for(content)`` returns the plan with the defaults.
        content: Values by name; a mapping for a field that is a dataclass itself.
        field: Where the values come from, for messages.

    Raises:
        InvalidInput: An unknown name, a value of another type than the default's, or one that the dataclass rejects.
    """
    make_default = getattr(kind, "default_for", None)
    default: Any = kind() if make_default is None else make_default(content)
    names = [item.name for item in fields(default)]
    for name in content:
        if name not in names:
            raise InvalidInput(f"{field}: name", name, "one of " + ", ".join(names))
    values = {name: _typed(value, getattr(default, name), f"{field}: {name}") for name, value in content.items()}
    plan: Plan = replace(default, **values)
    return plan


def _typed(value: Any, default: Any, field: str) -> Any:
    if is_dataclass(default):
        return plan_of(type(default), require_mapping(value, field), field)
    if isinstance(default, bool | str):
        if type(value) is not type(default):
            raise InvalidInput(field, value, "true or false" if isinstance(default, bool) else "a text")
        return value
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or (default and not value):
            raise InvalidInput(field, value, "a list with at least one value" if default else "a list")
        return tuple(_typed(one, default[0] if default else "", field) for one in value)
    number = require_number(value, field)
    if isinstance(default, int) and number != int(number):
        raise InvalidInput(field, value, "a whole number")
    return type(default)(number)


def require_positive(plan: Any, name: str, zero_allowed: tuple[str, ...] = ()) -> None:
    """Check that all numbers of a plan are above 0, or not below 0 where 0 is a meaningful value.

    Args:
        plan: A dataclass.
        name: Name of the plan, for messages.
        zero_allowed: Fields that may be 0.

    Raises:
        InvalidInput: A number that is not.
    """
    for field, value in asdict(plan).items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if value < 0 or (value == 0 and field not in zero_allowed):
            raise InvalidInput(f"{name}: {field}", value, "0 or more" if field in zero_allowed else "a number above 0")
