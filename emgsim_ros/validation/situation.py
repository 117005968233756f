"""The situation of a recording: anatomy, electrodes, and which muscles contract how strongly in which segment."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.plans import plan_of, require_positive
from ..files.yaml_files import read_yaml, require_mapping, require_number
from ..parameters import EmgParameters, from_mapping

UNITS = {"V": 1e3, "mV": 1.0, "uV": 1e-3, "arbitrary": 1.0}  # unit of the file: factor to mV (arbitrary: none)
ORDERS = ("row", "column", "row_serpentine", "column_serpentine")
SLOWEST = 2000.0  # Hz; a recording with a lower rate is simulated at a multiple of its rate and then resampled


@dataclass(frozen=True)
class Electrodes:
    """The electrodes of a recording and the order of its channels.

    Attributes:
        rows, columns: Electrodes along and around the limb.
        spacing: Distance between rows, mm.
        column_spacing: Distance between columns on the skin, mm; 0: evenly around the limb.
        diameter: Diameter of an electrode, mm.
        angle: Place of the first column, or of the middle of a patch, as a share of the circumference.
        shift: Shift of the grid along the limb from the place for which the anatomy holds, proximal positive, mm.
        montage: How the recorded channels were formed: a registered part of the kind ``montage``.
        order: Order of the channels in the file. ``row``: row by row, each from the first column on; ``column``:
            column by column, each from the proximal end on; ``row_serpentine`` and ``column_serpentine``: the same with
            every second row or column reversed.
        missing: Numbers in this order of places that have no channel in the file.

    Raises:
        InvalidInput: An unknown order, or a number that is not above 0.
    """

    rows: int = 1
    columns: int = 8
    spacing: float = 20.0
    column_spacing: float = 0.0
    diameter: float = 4.0
    angle: float = 0.0
    shift: float = 0.0
    montage: str = "monopolar"
    order: str = "row"
    missing: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("rows", "columns", "spacing", "diameter"):
            if not getattr(self, name) > 0:
                raise InvalidInput(f"electrodes: {name}", getattr(self, name), "a number above 0")
        if self.order not in ORDERS:
            raise InvalidInput("electrodes: order", self.order, "one of " + ", ".join(ORDERS))


@dataclass(frozen=True)
class Segment:
    """A part of a recording during which the contraction is constant.

    Either ``excitation`` or ``pose`` says which muscles contract.

    Attributes:
        name: Of the contraction; segments of the same name at different levels give the growth of the amplitude.
        file: File of the segment in the folder of the recording; a pattern such as ``*_20P_C1_R1.csv`` must match one
            file. Empty if the recording is one file.
        start, end: Times from the beginning of the file, s; an end of 0 stands for the end of the file.
        excitation: Excitation of each contracting muscle, 0 to 1.
        pose: Pose that the muscles of the musculoskeletal model hold: a name of config/movements/poses.yaml or a sum.
        load: Moments that the muscles exert on the surroundings while they hold the pose, N m by coordinate.
        level: Factor of all excitations; the results are limited to 1.
        contraction: Level of contraction, as a share of the maximum, for the growth of the amplitude; 0: the greatest
            excitation.

    Raises:
        InvalidInput: Both or neither of ``excitation`` and ``pose``, or a value out of its range.
    """

    name: str = "contraction"
    file: str = ""
    start: float = 0.0
    end: float = 0.0
    excitation: Mapping[str, float] = field(default_factory=dict)
    pose: str = ""
    load: Mapping[str, float] = field(default_factory=dict)
    level: float = 1.0
    contraction: float = 0.0

    def __post_init__(self) -> None:
        if bool(self.excitation) == bool(self.pose):
            given = sorted(name for name in ("excitation", "pose") if getattr(self, name))
            raise InvalidInput("excitation or pose", given, "exactly one of them")
        if self.load and not self.pose:
            raise InvalidInput("load", dict(self.load), "a load together with a pose")
        for name in ("start", "end", "level", "contraction"):
            if not getattr(self, name) >= 0:
                raise InvalidInput(name, getattr(self, name), "0 or more")
        if self.end and self.end <= self.start:
            raise InvalidInput("end", self.end, f"later than the start, {self.start:g} s, or 0 for the end of the file")
        if self.contraction > 1:
            raise InvalidInput("contraction", self.contraction, "0 to 1")
        for muscle, value in self.excitation.items():
            if not 0 <= value <= 1:
                raise InvalidInput(f"excitation: {muscle}", value, "0 to 1")

    def share(self) -> float:
        """Return the level of contraction as a share of the maximum; NaN if the segment does not state it."""
        if self.contraction:
            return self.contraction
        return min(1.0, self.level * max(self.excitation.values())) if self.excitation else math.nan


@dataclass(frozen=True)
class Situation:
    """What a set of recordings contains and how it was recorded.

    Attributes:
        name: Of the set, for reports.
        anatomy: Anatomy of the limb: a name in config/anatomy or a path.
        sample_rate: Of files that do not state it, Hz; 0: the file states it.
        unit: Of the numbers in files that do not state it: V, mV, uV or ``arbitrary``. Arbitrary amplitudes are
            compared only with each other.
        electrodes: The electrodes.
        band: Pass band of the recording's amplifier, Hz.
        mains: Mains frequency at the place of the recording, Hz.
        channels: Columns of the file that contain the EMG, from 0; empty: all, as far as the file distinguishes them.
        segments: The parts of the recording that are compared.
        emg: Further parameters of the emg node for the simulation, by name.

    Raises:
        InvalidInput: A value out of its range, no segment, or a parameter that the emg node rejects.
    """

    name: str = "recording"
    anatomy: str = "forearm"
    sample_rate: float = 0.0
    unit: str = "mV"
    electrodes: Electrodes = field(default_factory=Electrodes)
    band: tuple[float, ...] = (20.0, 450.0)
    mains: float = 50.0
    channels: tuple[int, ...] = ()
    segments: tuple[Segment, ...] = ()
    emg: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_positive(self, "situation", zero_allowed=("sample_rate",))
        if self.unit not in UNITS:
            raise InvalidInput("unit", self.unit, "one of " + ", ".join(UNITS))
        if len(self.band) != 2 or not 0 < self.band[0] < self.band[1]:
            raise InvalidInput("band", list(self.band), "the lower and the upper edge of the pass band, Hz")
        if not self.segments:
            raise InvalidInput("segments", [], "at least one segment")
        self.emg_parameters(self.sample_rate or SLOWEST)

    @property
    def arbitrary(self) -> bool:
        """Whether the amplitudes have no known unit."""
        return self.unit == "arbitrary"

    def emg_parameters(self, sample_rate: float) -> EmgParameters:
        """Return the parameters with which the emg node simulates these electrodes.

        Args:
            sample_rate: Sampling rate of the recording, Hz. The simulation runs at the smallest multiple that is at
                least `SLOWEST`.

        Raises:
            InvalidInput: A value that the emg node rejects.
        """
        one = self.electrodes
        given = {
            "anatomy": self.anatomy,
            "rows": one.rows,
            "columns": one.columns,
            "spacing": float(one.spacing),
            "column_spacing": float(one.column_spacing),
            "grid_angle": float(one.angle),
            "diameter": float(one.diameter),
            "montage": one.montage,
            "sample_rate": round(sample_rate * oversampling(sample_rate)),
            "mains_frequency": float(self.mains),
            "high_pass": float(self.band[0]),
            "low_pass": float(self.band[1]),
            **self.emg,
        }
        return from_mapping(EmgParameters, {**asdict(EmgParameters()), **given}, "emg")


def oversampling(sample_rate: float) -> int:
    """Return the factor by which the simulation samples faster than the recording."""
    return max(1, math.ceil(SLOWEST / sample_rate))


def load_situation(path: Path) -> Situation:
    """Read a situation from a YAML file; `Situation`, `Electrodes` and `Segment` describe the keys.

    Raises:
        InvalidInput: An unreadable file, an unknown key, a value of the wrong type or out of its range; the message
            names the file, the key, the value and what is expected.
    """
    content = dict(require_mapping(read_yaml(path), str(path), ("electrodes", "segments")))
    listed = content.pop("segments")
    if not isinstance(listed, list) or not listed:
        raise InvalidInput(f"{path}: segments", listed, "a list of at least one segment")
    segments = tuple(_segment(one, f"{path}: segment {number}") for number, one in enumerate(listed, 1))
    with _named(str(path)):
        electrodes = _electrodes(content.pop("electrodes"), f"{path}: electrodes")
    emg = dict(require_mapping(content.pop("emg", {}), f"{path}: emg"))
    channels = _whole_numbers(content.pop("channels", []), f"{path}: channels")
    with _named(str(path)):
        known = [item.name for item in dataclasses.fields(Situation)]
        for name in content:
            if name not in known:
                raise InvalidInput("key", name, "one of " + ", ".join(known))
        plain = plan_of(_Plain, content, str(path))
        return Situation(**asdict(plain), electrodes=electrodes, channels=channels, segments=segments, emg=emg)


@dataclass(frozen=True)
class _Plain:
    """The keys of a situation that are plain values; the names and defaults are those of `Situation`."""

    name: str = Situation.name
    anatomy: str = Situation.anatomy
    sample_rate: float = Situation.sample_rate
    unit: str = Situation.unit
    band: tuple[float, ...] = Situation.band
    mains: float = Situation.mains


@dataclass(frozen=True)
class _PlainSegment:
    """The keys of a segment that are plain values; the names and defaults are those of `Segment`."""

    name: str = Segment.name
    file: str = Segment.file
    start: float = Segment.start
    end: float = Segment.end
    pose: str = Segment.pose
    level: float = Segment.level
    contraction: float = Segment.contraction


def _segment(content: Any, where: str) -> Segment:
    given = dict(require_mapping(content, where))
    excitation = _numbers(given.pop("excitation", {}), f"{where}: excitation")
    load = _numbers(given.pop("load", {}), f"{where}: load")
    plain = plan_of(_PlainSegment, given, where)
    with _named(where):
        return Segment(**asdict(plain), excitation=excitation, load=load)


def _electrodes(content: Any, where: str) -> Electrodes:
    given = dict(require_mapping(content, where))
    missing = _whole_numbers(given.pop("missing", []), f"{where}: missing")
    electrodes = plan_of(Electrodes, given, where)
    for number in missing:
        if number >= electrodes.rows * electrodes.columns:
            raise InvalidInput(f"{where}: missing", number, f"below {electrodes.rows * electrodes.columns}")
    return dataclasses.replace(electrodes, missing=missing)


def _numbers(content: Any, where: str) -> dict[str, float]:
    given = require_mapping(content, where)
    return {str(name): require_number(value, f"{where}: {name}") for name, value in given.items()}


def _whole_numbers(content: Any, where: str) -> tuple[int, ...]:
    if not isinstance(content, list) or any(isinstance(one, bool) or not isinstance(one, int) for one in content):
        raise InvalidInput(where, content, "a list of whole numbers")
    if len(set(content)) < len(content) or any(one < 0 for one in content):
        raise InvalidInput(where, content, "different whole numbers from 0")
    return tuple(content)


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Add the place in the file to the message of a value that is rejected inside the context."""
    try:
        yield
    except InvalidInput as error:
        if error.field.startswith(where):
            raise
        raise InvalidInput(f"{where}: {error.field}", error.value, error.expected) from None
