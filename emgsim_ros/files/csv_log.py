"""Logs of long work as csv files that grow line by line."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path


def append_row(path: Path, row: Mapping[str, str | int | float]) -> None:
    """Append a row; the first one brings the header."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(row.keys())
        writer.writerow(row.values())
