"""The manifest of a cohort: subject, stage, seed, package version and checksum of every session file."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import InvalidInput

MANIFEST, PARTS = "manifest.csv", "manifests"
READ_SIZE = 1 << 20  # bytes read at a time


@dataclass(frozen=True)
class ManifestRow:
    """The entry of one session file.

    Attributes:
        file: Path relative to the folder of the cohort.
        subject, stage: Name of the subject and of the stage.
        seed, number: Seed of the cohort and number of the session; they determine its content.
        version: Version of this package that wrote the file.
        bytes, sha256: Size and SHA-256 checksum of the file.
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
    """Return the SHA-256 checksum of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_SIZE):
            digest.update(block)
    return digest.hexdigest()


def write_part(folder: Path, subject: str, rows: Sequence[ManifestRow]) -> None:
    """Write a subject's part of the manifest, which marks the subject as complete."""
    _write(_part(folder, subject), rows)


def has_part(folder: Path, subject: str) -> bool:
    """Return whether a subject's part of the manifest and all files listed in it exist."""
    path = _part(folder, subject)
    return path.is_file() and all((folder / row.file).is_file() for row in _read(path))


def join_parts(folder: Path, subjects: Sequence[str]) -> None:
    """Write the manifest of the whole cohort from the parts of its subjects."""
    rows = [row for subject in subjects for row in _read(_part(folder, subject))]
    _write(folder / MANIFEST, rows)


def read_manifest(folder: Path) -> list[ManifestRow]:
    """Read the manifest of a cohort.

    Raises:
        InvalidInput: The manifest does not exist, which means that the cohort is not complete.
    """
    if not (folder / MANIFEST).is_file():
        raise InvalidInput("manifest", str(folder / MANIFEST), "a file, which exists once the cohort is complete")
    return _read(folder / MANIFEST)


def broken_files(folder: Path) -> Iterator[str]:
    """Yield the files of a cohort that are missing or differ from the manifest in size or checksum."""
    for row in read_manifest(folder):
        path = folder / row.file
        if not path.is_file() or path.stat().st_size != row.bytes or checksum(path) != row.sha256:
            yield row.file


def _part(folder: Path, subject: str) -> Path:
    return folder / PARTS / f"{subject}.csv"


def _write(path: Path, rows: Sequence[ManifestRow]) -> None:
    """Write rows and replace the file atomically, so that an interruption leaves either the old or the new file."""
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
