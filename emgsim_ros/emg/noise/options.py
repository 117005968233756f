"""Check of the options of noise parts, which come from parameter files."""

from __future__ import annotations

from typing import Any

from ...errors import InvalidInput


def require_number(part: str, option: str, value: Any, low: float, high: float = float("inf")) -> None:
    """Check that an option of a noise part is a finite number from ``low`` to ``high``.

    Raises:
        InvalidInput: It is not.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high or value == float("inf"):
        expected = f"{low:g} to {high:g}" if high < float("inf") else f"{low:g} or more"
        raise InvalidInput(f"option {option} of the noise {part}", value, f"a number, {expected}")
