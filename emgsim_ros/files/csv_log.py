"""Logs of long-running jobs as csv files to which lines are appended."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path


def append_row(path: Path, row: Mapping[str, str | int | float]) -> None:
    """Append a row to a csv file; a new file starts with a header of the row's keys."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(row.keys())
        writer.writerow(row.values())
