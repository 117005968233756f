"""Parameters, declared once.

A node's parameters are the fields of a frozen dataclass made with `parameter`, which holds unit, range and
description. The ROS parameter declarations, the YAML files in ``config/``, the command line and the offline simulation
are all derived from it.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors import InvalidInput
from ..parts import find_part, part_names

Value = bool | int | float | str | tuple[str, ...]
Parameters = TypeVar("Parameters")

_KEY = "emgsim_parameter"


@dataclass(frozen=True)
class Description:
    """Description of one parameter: everything but its name, type and default.

    Attributes:
        text: One sentence for the user.
        unit: Physical unit, empty if dimensionless.
        low: Smallest value accepted, for numbers.
        high: Largest value accepted, for numbers.
        choices: Accepted values, for strings.
        part: Kind of part of which the value is a name (of which the values are names); see `emgsim_ros.parts`.
        live: Whether it may change while the node runs.
    """

    text: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    part: str = ""
    live: bool = False

    def accepted(self) -> str:
        """The accepted values in words, such as ``0 to 1 mV``."""
        if self.choices or self.part:
            return "one of " + ", ".join(self.choices or part_names(self.part))
        if self.low is None or self.high is None:
            return ""
        return f"{self.low:g} to {self.high:g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Declaration:
    """One parameter of a node: its name, default and `Description`."""

    name: str
    default: Value
    description: Description


def parameter(
    default: Value,
    text: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[str] = (),
    part: str = "",
    live: bool = False,
) -> Any:
    """Return a dataclass field that is a parameter; the arguments are those of `Description`."""
    description = Description(text, unit, low, high, tuple(choices), part, live)
    return dataclasses.field(default=default, metadata={_KEY: description})


def declarations(kind: type) -> Iterator[Declaration]:
    """Yield the parameters of a parameter dataclass, in order."""
    for field in dataclasses.fields(kind):
        default: Any = field.default
        yield Declaration(field.name, default, field.metadata[_KEY])


def from_mapping(kind: type[Parameters], values: Mapping[str, Any], owner: str) -> Parameters:
    """Return a parameter dataclass filled from plain values; missing ones keep their defaults.

    Args:
        kind: The parameter dataclass.
        values: Parameter values by name, as from YAML or ROS.
        owner: Node that they belong to, for messages.

    Raises:
        InvalidInput: An unknown name, a wrong type or a value outside its range.
    """
    known = {declaration.name: declaration for declaration in declarations(kind)}
    for name in values:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"{close[0]!r}, perhaps" if close else "one of " + ", ".join(known)
            raise InvalidInput(f"{owner}: parameter name", name, hint)
    checked = {name: check(known[name], value, owner) for name, value in values.items()}
    return kind(**checked)


def check(declaration: Declaration, value: Any, owner: str) -> Value:
    """Return ``value`` in the declared type, if it is accepted.

    Raises:
        InvalidInput: Wrong type, not finite, outside the range or not among the choices.
        UnknownPart: A part that is not registered.
    """
    field = f"{owner}: parameter {declaration.name!r}"
    description = declaration.description
    typed = _convert(declaration.default, value, field, description)
    if description.part:
        for name in typed if isinstance(typed, tuple) else (typed,):
            find_part(description.part, str(name), field)
    if description.choices and typed not in description.choices:
        raise InvalidInput(field, value, description.accepted())
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        low = -math.inf if description.low is None else description.low
        high = math.inf if description.high is None else description.high
        if not low <= typed <= high:
            raise InvalidInput(field, value, description.accepted())
    return typed


def _convert(default: Value, value: Any, field: str, description: Description) -> Value:
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        raise InvalidInput(field, value, "true or false")
    if isinstance(default, int):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise InvalidInput(field, value, f"a whole number, {description.accepted()}".rstrip(", "))
    if isinstance(default, float):
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        raise InvalidInput(field, value, f"a number, {description.accepted()}".rstrip(", "))
    if isinstance(default, str):
        if isinstance(value, str):
            return value
        raise InvalidInput(field, value, description.accepted() or "a text")
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(item, str) for item in value):
        return tuple(item for item in value if item)
    raise InvalidInput(field, value, "a list of texts")
