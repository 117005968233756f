"""The one way this package refuses bad input."""

from __future__ import annotations


class InvalidInput(ValueError):
    """A value that cannot be used.

    Args:
        field: What was given: a parameter, a message field, a file.
        value: The offending value, shown in the message.
        expected: What would have been accepted.
    """

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.field = field
        self.value = value
        self.expected = expected
        super().__init__(f"{field} is {_shorten(value)}; expected {expected}")

    def __reduce__(self) -> tuple[type, tuple[str, object, str]]:
        """So that it comes whole out of another process."""
        return type(self), (self.field, self.value, self.expected)


def _shorten(value: object, limit: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
