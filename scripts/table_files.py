"""Reading of numbers from MuJoCo's files and writing of tables."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np


def vector(text: str | None) -> np.ndarray:
    """Return the numbers of an attribute; three zeros if it is missing."""
    return np.array([float(v) for v in (text or "0 0 0").split()])


def write_table(path: Path, header: list[str], rows: list[list[object]]) -> None:
    """Write a csv file; floats have six significant digits, and a negative zero is written as zero."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[f"{v + 0.0:.6g}" if isinstance(v, float) else v for v in row] for row in rows])
