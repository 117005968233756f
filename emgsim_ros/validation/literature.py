"""Published findings about EMG, motor units and limbs, with their sources, read from config/literature/emg.yaml.

A finding is a range and its source. It states whether the numbers were seen in the source (``checked``), so that a
table can tell numbers that were looked up from those that are quoted from memory.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.resources import config_file
from ..files.yaml_files import read_yaml, require_mapping, require_number

_OPTIONAL = ("note", "measure")
_TEXTS = ("quantity", "muscle", "condition", "unit", "source", *_OPTIONAL)


@dataclass(frozen=True)
class Finding:
    """One published finding.

    Attributes:
        quantity: What was measured.
        muscle: Muscle or limb in which it was measured.
        condition: Method, electrodes, level of contraction, subjects.
        low: Lower end of the published range, in ``unit``.
        high: Upper end of the published range, in ``unit``.
        unit: Unit of the range; ``1`` for a number without a unit.
        source: Authors, year, journal, volume and pages, table or figure; or the data set of a recording.
        checked: Whether the numbers were seen in the source.
        note: What must be known in order to use the numbers.
        measure: Name of the measurement that gives the value of the simulation; empty if there is none.
    """

    quantity: str
    muscle: str
    condition: str
    low: float
    high: float
    unit: str
    source: str
    checked: bool
    note: str = ""
    measure: str = ""

    def contains(self, value: float) -> bool:
        """Return whether a value lies within the published range; False for a value that is not finite."""
        return self.low <= value <= self.high

    @property
    def published(self) -> str:
        """The range as text, such as ``111 to 148 Hz``."""
        ends = f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"
        return ends if self.unit == "1" else f"{ends} {self.unit}"


def load_findings(path: Path | None = None) -> tuple[Finding, ...]:
    """Read the findings of a file; by default of config/literature/emg.yaml.

    Raises:
        InvalidInput: The file is unreadable, a key is missing or unknown, or a value is malformed. The message names
            the number of the finding, counted from 1, and the key.
    """
    path = path or config_file("emg", folder="literature")
    content = require_mapping(read_yaml(path), str(path), ("findings",))["findings"]
    if not isinstance(content, list) or not content:
        raise InvalidInput(f"{path}: findings", content, "a list with at least one finding")
    return tuple(_finding(row, f"{path}: finding {number}") for number, row in enumerate(content, start=1))


def _finding(content: Any, field: str) -> Finding:
    names = [item.name for item in fields(Finding)]
    row = require_mapping(content, field, [name for name in names if name not in _OPTIONAL])
    unknown = sorted(str(name) for name in row if name not in names)
    if unknown:
        raise InvalidInput(f"{field}: key", unknown[0], "one of " + ", ".join(names))
    if not isinstance(row["checked"], bool):
        raise InvalidInput(f"{field}: checked", row["checked"], "true or false")
    low, high = (require_number(row[name], f"{field}: {name}") for name in ("low", "high"))
    if low > high:
        raise InvalidInput(f"{field}: high", high, f"a number not below low ({low:g})")
    texts = {name: _text(row.get(name, ""), f"{field}: {name}", name in _OPTIONAL) for name in _TEXTS}
    return Finding(low=low, high=high, checked=row["checked"], **texts)


def _text(value: Any, field: str, may_be_empty: bool) -> str:
    if not isinstance(value, str) or not (may_be_empty or value.strip()):
        raise InvalidInput(field, value, "a text" if may_be_empty else "a text that is not empty")
    return value
