"""What a cohort holds, file by file: who, what, from which seed, made by which version, with which checksum."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import InvalidInput

MANIFEST, PARTS = "manifest.csv", "manifests"
AT_ONCE = 1 << 20  # bytes read together


@dataclass(frozen=True)
class ManifestRow:
    """One session file.

    Attributes:
        file: Path within the cohort.
        subject, stage: Who and what.
        seed, number: From which the session was made.
        version: Of this package.
        bytes, sha256: Of the file.
    """

    file: str
    subject: str
    stage: str
    seed: int
    number: int
    version: str
    bytes: int
    sha256: str


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(AT_ONCE):
            digest.update(block)
    return digest.hexdigest()


def write_part(folder: Path, subject: str, rows: Sequence[ManifestRow]) -> None:
    """Write a subject's part of the manifest: all its files are there."""
    _write(_part(folder, subject), rows)


def has_part(folder: Path, subject: str) -> bool:
    """Whether a subject's part is there and none of its files is missing."""
    path = _part(folder, subject)
    return path.is_file() and all((folder / row.file).is_file() for row in _read(path))


def join_parts(folder: Path, subjects: Sequence[str]) -> None:
    """Write the manifest of a whole cohort from the parts of its subjects."""
    rows = [row for subject in subjects for row in _read(_part(folder, subject))]
    _write(folder / MANIFEST, rows)


def read_manifest(folder: Path) -> list[ManifestRow]:
    """The manifest of a cohort.

    Raises:
        InvalidInput: There is none: the cohort is not complete.
    """
    if not (folder / MANIFEST).is_file():
        raise InvalidInput("manifest", str(folder / MANIFEST), "a file: the cohort is complete when it is there")
    return _read(folder / MANIFEST)


def broken_files(folder: Path) -> Iterator[str]:
    """Files of a cohort that are missing or are not what the manifest says."""
    for row in read_manifest(folder):
        path = folder / row.file
        if not path.is_file() or path.stat().st_size != row.bytes or checksum(path) != row.sha256:
            yield row.file


def _part(folder: Path, subject: str) -> Path:
    return folder / PARTS / f"{subject}.csv"


def _write(path: Path, rows: Sequence[ManifestRow]) -> None:
    """A kill leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(ManifestRow)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    new.replace(path)


def _read(path: Path) -> list[ManifestRow]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = ("seed", "number", "bytes")
    return [ManifestRow(**{k: int(v) if k in numbers else v for k, v in row.items()}) for row in rows]  # type: ignore[arg-type]
