"""The errors that this package raises on purpose.

All of them derive from `EmgsimError`, so a program can catch every deliberate refusal with one `except`. Each also
derives from the built-in error that a Python programmer would expect.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec


class EmgsimError(Exception):
    """Base class of all errors that this package raises on purpose."""


class InvalidInput(EmgsimError, ValueError):
    """A value that cannot be used: a parameter, a message field, the content of a file.

    Args:
        field: Name of the parameter, message field or file.
        value: The rejected value; the message shows it.
        expected: Description of the values that are accepted.
    """

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.field = field
        self.value = value
        self.expected = expected
        super().__init__(f"{field} is {_shorten(value)}; expected {expected}")

    def __reduce__(self) -> tuple[type, tuple]:
        """Pickle the arguments instead of the message, so that the error survives the way out of a worker process."""
        return type(self), (self.field, self.value, self.expected)


class UnknownPart(InvalidInput):
    """A name under which no part of this kind is registered.

    Args:
        kind: Kind of the part, such as ``pool``.
        name: The name that was asked for.
        known: Names of the registered parts of this kind.
        field: Parameter or file in which the name was given, if it was given in one.
    """

    def __init__(self, kind: str, name: object, known: Sequence[str], field: str = "") -> None:
        super().__init__(field or kind, name, "one of " + ", ".join(known))
        self.kind, self.known = kind, tuple(known)
        prefix = f"{field}: " if field else ""
        self.args = (f"{prefix}unknown {kind} {_shorten(name)}; known: {', '.join(known)}",)

    def __reduce__(self) -> tuple[type, tuple]:
        """Pickle the arguments instead of the message."""
        field = "" if self.field == self.kind else self.field
        return type(self), (self.kind, self.value, self.known, field)


class UnsafeStimulation(EmgsimError, ValueError):
    """Stimulation beyond a safety limit of the lead; it is not delivered.

    Args:
        quantity: The limited quantity, such as the charge density of a contact.
        value: The value that was asked for.
        limit: Description of the limit.
    """

    def __init__(self, quantity: str, value: object, limit: str) -> None:
        self.quantity = quantity
        self.value = value
        self.limit = limit
        super().__init__(f"{quantity} is {_shorten(value)}; the safe limit is {limit}")

    def __reduce__(self) -> tuple[type, tuple]:
        """Pickle the arguments instead of the message."""
        return type(self), (self.quantity, self.value, self.limit)


class MissingExtra(EmgsimError, ImportError):
    """An optional package that a feature needs is not installed.

    Args:
        feature: What needs the package, such as ``the viewer node``.
        package: Name of the missing package.
        extra: Extra of this package that installs it.
    """

    def __init__(self, feature: str, package: str, extra: str) -> None:
        self.feature = feature
        self.package = package
        self.extra = extra
        super().__init__(f"{feature} needs the package {package}, which is not installed: pip install {extra!r}")

    def __reduce__(self) -> tuple[type, tuple]:
        """Pickle the arguments instead of the message."""
        return type(self), (self.feature, self.package, self.extra)


class PartError(EmgsimError, ImportError):
    """A registered part that cannot be loaded, for example because its module does not exist.

    Args:
        part: The part and where it comes from.
        reason: Why it cannot be loaded.
    """

    def __init__(self, part: str, reason: str) -> None:
        self.part = part
        self.reason = reason
        super().__init__(f"{part} cannot be loaded: {reason}")

    def __reduce__(self) -> tuple[type, tuple]:
        """Pickle the arguments instead of the message."""
        return type(self), (self.part, self.reason)


class GraphTimeout(EmgsimError, TimeoutError):
    """The graph was not complete within the time allowed; the message names what was missing.

    Args:
        missing: The nodes or links that were missing.
        seconds: How long they were awaited, s.
    """

    def __init__(self, missing: str, seconds: float) -> None:
        self.missing = missing
        self.seconds = seconds
        super().__init__(f"{missing} missing after {seconds:g} s; the clock starts without them")

    def __reduce__(self) -> tuple[type, tuple]:
        """Pickle the arguments instead of the message."""
        return type(self), (self.missing, self.seconds)


def _shorten(value: object, limit: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def require_extra(module: str, feature: str, package: str, extra: str) -> None:
    """Check that an optional package is installed, before a feature that needs it begins.

    Args:
        module: Name under which the package is imported.
        feature, package, extra: See `MissingExtra`.

    Raises:
        MissingExtra: It is not.
    """
    if find_spec(module) is None:
        raise MissingExtra(feature, package, extra)
