"""The file metadata.csv of emg2pose: the list of sessions and their splits."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import InvalidInput

METADATA = "metadata.csv"  # name of the file in a data set
ENDINGS = (".hdf5", ".h5")  # suffixes of session files
SPLITS = ("train", "val", "test")
GENERALIZATIONS = ("user", "stage", "user_stage", "")


@dataclass(frozen=True)
class SessionRow:
    """One row: a session and the split to which it belongs; the attributes are the columns of emg2pose."""

    user: str
    session: str
    stage: str
    side: str
    moving_hand: str
    held_out_user: bool
    held_out_stage: bool
    split: str
    generalization: str
    filename: str = ""


def read_metadata(path: Path) -> list[SessionRow]:
    """Read all rows.

    Raises:
        InvalidInput: The file or a column is missing, or a value is not accepted; the message names the line.
    """
    try:
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise InvalidInput("metadata", str(path), f"a readable file ({error.strerror})") from None
    needed = [field.name for field in fields(SessionRow) if field.name != "filename"]
    for name in needed:
        if rows and name not in rows[0]:
            raise InvalidInput(f"{path}: columns", sorted(rows[0]), f"{name!r} among them")
    return [_row(row, f"{path}, line {number}") for number, row in enumerate(rows, 2)]


def write_metadata(path: Path, rows: Iterable[SessionRow]) -> None:
    """Write the rows and create the folder if it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(SessionRow)])
        writer.writeheader()
        for row in rows:
            writer.writerow(asdict(row))


def session_path(folder: Path, row: SessionRow) -> Path:
    """Return the path of a session's file.

    Raises:
        InvalidInput: The file does not exist.
    """
    stem = row.filename or row.session
    for path in (folder / stem, *(folder / f"{stem}{ending}" for ending in ENDINGS)):
        if path.is_file():
            return path
    raise InvalidInput("session", str(folder / stem), "an HDF5 file of the data set")


def of_split(rows: Sequence[SessionRow], split: str, generalization: str = "") -> list[SessionRow]:
    """Return the rows of a split and, in ``val`` and ``test``, of one generalisation (empty for all).

    Raises:
        InvalidInput: The split or the generalisation is unknown.
    """
    if split not in SPLITS:
        raise InvalidInput("split", split, "one of " + ", ".join(SPLITS))
    if generalization not in GENERALIZATIONS:
        raise InvalidInput("generalization", generalization, "one of user, stage, user_stage")
    return [row for row in rows if row.split == split and (not generalization or row.generalization == generalization)]


def _row(row: dict[str, str], field: str) -> SessionRow:
    if row["split"] not in SPLITS:
        raise InvalidInput(f"{field}: split", row["split"], "one of " + ", ".join(SPLITS))
    generalization = row["generalization"] if row["generalization"] in GENERALIZATIONS else ""
    return SessionRow(
        user=row["user"],
        session=row["session"],
        stage=row["stage"],
        side=row["side"],
        moving_hand=row["moving_hand"],
        held_out_user=_truth(row["held_out_user"], f"{field}: held_out_user"),
        held_out_stage=_truth(row["held_out_stage"], f"{field}: held_out_stage"),
        split=row["split"],
        generalization=generalization,
        filename=row.get("filename") or "",
    )


def _truth(text: str, field: str) -> bool:
    known = {"true": True, "false": False}
    if text.strip().lower() not in known:
        raise InvalidInput(field, text, "True or False")
    return known[text.strip().lower()]
