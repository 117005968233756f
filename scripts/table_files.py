"""Reading MuJoCo's numbers and writing tables."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np


def vector(text: str | None) -> np.ndarray:
    """The numbers of an attribute; three zeros if it is missing."""
    return np.array([float(v) for v in (text or "0 0 0").split()])


def write_table(path: Path, header: list[str], rows: list[list[object]]) -> None:
    """Write a csv file, floats with six digits (and no minus zero)."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[f"{v + 0.0:.6g}" if isinstance(v, float) else v for v in row] for row in rows])
