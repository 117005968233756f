"""Recordings as the comparison uses them: channels placed in their grid, in mV or arbitrary units."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..muap import ElectrodeGrid, load_anatomy
from ..parts import build_part
from .recording_files import FileContents, read_file
from .situation import UNITS, Electrodes, Segment, Situation

Array = NDArray[np.float64]

SHORTEST = 0.5  # s; a shorter segment has too few windows to be compared


@dataclass(frozen=True)
class Layout:
    """Places of channels in their grid.

    Attributes:
        rows, columns: Size of the grid of channels along and around the limb.
        row, column: [channels] place of each channel; places without a channel do not occur.
        row_distance, column_distance: Distances of neighbouring rows and columns, mm.
        closed: Whether the grid surrounds the limb, so that the first and the last column are neighbours.
    """

    rows: int
    columns: int
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    row_distance: float
    column_distance: float
    closed: bool

    def image(self, values: Array) -> Array:
        """Return [channels] values as [rows, columns] with NaN at places without a channel."""
        image = np.full((self.rows, self.columns), np.nan)
        image[self.row, self.column] = values
        return image


@dataclass(frozen=True)
class Recording:
    """One segment of a recording.

    Attributes:
        emg: [samples, channels] EMG, mV; arbitrary numbers if ``arbitrary``.
        sample_rate: Sampling rate, Hz.
        layout: Places of the channels.
        arbitrary: Whether the unit of ``emg`` is unknown.
        mains: Mains frequency at the place of the recording, Hz.
        band: Pass band of the amplifier, Hz.
        segment: The contraction.
        force: [samples] force or moment in the file's unit; None if it was not recorded.
        discharges: For each identified motor unit, the samples at which it discharged; None if no units are known.
    """

    emg: NDArray[np.float32]
    sample_rate: float
    layout: Layout
    arbitrary: bool
    mains: float
    band: tuple[float, float]
    segment: Segment
    force: Array | None = None
    discharges: tuple[NDArray[np.int64], ...] | None = None

    @property
    def duration(self) -> float:
        """Length, s."""
        return len(self.emg) / self.sample_rate

    def part(self, start: float, end: float) -> Recording:
        """Return the samples between two times (s from the beginning of this segment).

        Raises:
            InvalidInput: The part is shorter than `SHORTEST` or does not lie in the recording.
        """
        first, last = round(start * self.sample_rate), round(end * self.sample_rate)
        if not (first >= 0 and last <= len(self.emg) and last - first >= SHORTEST * self.sample_rate):
            expected = f"at least {SHORTEST:g} s within 0 to {self.duration:.3f} s"
            raise InvalidInput("segment: start and end", (start, end), expected)
        return dataclasses.replace(
            self,
            emg=self.emg[first:last],
            force=None if self.force is None else self.force[first:last],
            discharges=cut_discharges(self.discharges, first, last),
        )


def cut_discharges(
    discharges: Sequence[NDArray[np.int64]] | None, first: int, last: int
) -> tuple[NDArray[np.int64], ...] | None:
    """Return the discharges from sample ``first`` to before ``last``, counted from ``first``."""
    if discharges is None:
        return None
    return tuple(one[(one >= first) & (one < last)] - first for one in discharges)


def read_segments(recording: Path, situation: Situation) -> list[Recording]:
    """Read the segments of a recording.

    Args:
        recording: A file, or a folder that contains the files that the segments name. Formats: see
            `recording_files.read_file`.
        situation: Its segments, electrodes and units.

    Raises:
        InvalidInput: A file is missing or unreadable, the number of channels does not match the electrodes, or a
            segment lies outside the file.
        MissingExtra: A package that reads the format is not installed.
    """
    layout = layout_of(situation)
    contents: dict[Path, FileContents] = {}
    found = []
    for number, segment in enumerate(situation.segments, 1):
        path = _file_of(recording, segment, number)
        if path not in contents:
            contents = {path: read_file(path, situation)}  # the latest only: a set may have hundreds of files
        found.append(_segment(contents[path], path, situation, segment, layout))
    return found


def layout_of(situation: Situation) -> Layout:
    """Return the places of the channels that the electrodes of a situation form.

    Raises:
        InvalidInput: The anatomy does not exist, the grid does not fit on the limb, or places without a channel are
            given for a montage in which a channel is not an electrode.
    """
    one = situation.electrodes
    radius = load_anatomy(config_file(situation.anatomy, folder="anatomy")).cylinder.skin_radius
    grid = ElectrodeGrid(
        one.rows, one.columns, one.spacing * 1e-3, one.diameter * 1e-3, radius, one.column_spacing * 1e-3 or None
    )
    montage = build_part("montage", one.montage, grid, options=situation.emg.get("options", ()))
    rows, columns = montage.rows, montage.columns
    if one.missing and (rows, columns) != (one.rows, one.columns):
        raise InvalidInput("electrodes: missing", one.missing, f"none with the montage {one.montage}")
    row, column = _places(one, rows, columns)
    around = one.column_spacing or 2 * math.pi * radius * 1e3 / one.columns
    return Layout(rows, columns, row, column, one.spacing, around, grid.closed)


def _places(electrodes: Electrodes, rows: int, columns: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the row and the column of each channel in the order of the file."""
    row, column = np.divmod(np.arange(rows * columns), columns)
    if electrodes.order.startswith("column"):
        column, row = np.divmod(np.arange(rows * columns), rows)
    if electrodes.order == "row_serpentine":
        column = np.where(row % 2, columns - 1 - column, column)
    if electrodes.order == "column_serpentine":
        row = np.where(column % 2, rows - 1 - row, row)
    kept = np.setdiff1d(np.arange(rows * columns), electrodes.missing)
    return row[kept], column[kept]


def _file_of(recording: Path, segment: Segment, number: int) -> Path:
    if not recording.exists():
        raise InvalidInput("recording", str(recording), "an existing file or folder")
    if not segment.file:
        return recording
    folder = recording if recording.is_dir() else recording.parent
    matching = sorted(folder.glob(segment.file))
    if len(matching) != 1:
        found = [one.name for one in matching]
        raise InvalidInput(f"segment {number}: file", segment.file, f"a pattern of one file in {folder}; found {found}")
    return matching[0]


def _segment(contents: FileContents, path: Path, situation: Situation, segment: Segment, layout: Layout) -> Recording:
    emg = contents.emg
    if situation.channels:
        if max(situation.channels) >= emg.shape[1]:
            raise InvalidInput(f"{path}: channels", max(situation.channels), f"below {emg.shape[1]}, columns in all")
        emg = emg[:, situation.channels]
    if emg.shape[1] != len(layout.row):
        expected = f"{len(layout.row)}, as the electrodes of the situation form"
        raise InvalidInput(f"{path}: number of channels", emg.shape[1], expected)
    rate = contents.sample_rate or situation.sample_rate
    if not rate:
        raise InvalidInput(f"{path}: sample_rate", 0, "a sampling rate in the situation, because the file has none")
    factor = contents.factor or UNITS[situation.unit]
    whole = Recording(
        emg=np.ascontiguousarray(emg * np.float32(factor), dtype=np.float32),
        sample_rate=rate,
        layout=layout,
        arbitrary=contents.factor is None and situation.arbitrary,
        mains=situation.mains,
        band=(situation.band[0], situation.band[1]),
        segment=segment,
        force=contents.force,
        discharges=contents.discharges,
    )
    if not np.isfinite(whole.emg).all():
        raise InvalidInput(f"{path}: EMG", "NaN or infinite", "finite numbers")
    try:
        return whole.part(segment.start, segment.end or whole.duration)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.field}", error.value, error.expected) from None
