"""Sessions of EMG and joint angles in emg2pose's HDF5 layout, read piece by piece.

    /emg2pose             attributes filename, session, stage, user, side (texts), start, end, sample_rate, num_channels
    /emg2pose/timeseries  [samples] records of time (s), joint_angles [angles] (rad), emg [channels]

The public data set (16 channels at 2 kHz, 20 angles) opens as it is; sessions of ours have more channels and also

    /emg2pose/electrodes  [channels, 3] positions, m; attribute rows: how many of them lie along the arm
    /emg2pose/angle_names [angles]
    /emg2pose/joint_states  of a bag, exact: stamp [states] ns, name [joints], position [states, joints] rad

Angles that are all about 0 mark stretches in which inverse kinematics failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput

GROUP, SERIES, JOINT_STATES = "emg2pose", "timeseries", "joint_states"
TEXTS = ("filename", "session", "stage", "user", "side")
FIELDS = ("time", "joint_angles", "emg")
NO_ANGLES = 1e-7  # rad, sum of magnitudes below which inverse kinematics has failed
FINGERS = ("index", "middle", "ring", "pinky")
# emg2pose's 20 angles.
ANGLE_NAMES = (
    "thumb_cmc_fe",
    "thumb_cmc_aa",
    "thumb_mcp_fe",
    "thumb_ip_fe",
    *(f"{finger}_{joint}" for finger in FINGERS for joint in ("mcp_aa", "mcp_fe", "pip_fe", "dip_fe")),
)


@dataclass(frozen=True)
class SessionFacts:
    """What a session is.

    Attributes:
        session, stage, user, side: As in emg2pose; ``side`` is left or right.
        start, end: Wall-clock time, s.
        sample_rate: Hz.
    """

    session: str
    stage: str
    user: str
    side: str
    start: float
    end: float
    sample_rate: float


@dataclass(frozen=True)
class JointStates:
    """Joint states as they were recorded.

    Attributes:
        names: [joints].
        stamps: [states] ns.
        positions: [states, joints] rad.
    """

    names: tuple[str, ...]
    stamps: NDArray[np.int64]
    positions: NDArray[np.float64]


def failed_angles(angles: NDArray[np.float64]) -> NDArray[np.bool_]:
    """[samples] where inverse kinematics failed, of [samples, angles]."""
    return np.abs(angles).sum(axis=1) < NO_ANGLES


class PoseSession:
    """One session file, open for reading; nothing but what is asked for is read.

    Args:
        path: The file.

    Attributes:
        path: The file.
        facts: What the session is.
        samples, channels, angles: Sizes.
        angle_names: [angles].
        electrodes: [channels, 3] m; None in the public data set.
        rows: Channels along the arm; a channel is ``row * columns + column``.

    Raises:
        InvalidInput: The file is missing, cut short, or not of this layout; the message names what is wrong.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = h5py.File(path, "r")
        except OSError as error:
            raise InvalidInput("session", str(path), f"an HDF5 file ({error})") from None
        try:
            self._series = self._checked_series()
            group = self._file[GROUP]
            self.facts = _read_facts(group, path)
            kind = self._series.dtype
            self.samples, self.channels = len(self._series), kind["emg"].shape[0]
            self.angles = kind["joint_angles"].shape[0]
            self.angle_names = self._names(group)
            self.electrodes = group["electrodes"][:] if "electrodes" in group else None
            self.rows = int(group["electrodes"].attrs.get("rows", 1)) if "electrodes" in group else 1
        except BaseException:
            self._file.close()
            raise

    def read(self, first: int = 0, end: int | None = None) -> NDArray:
        """[samples] records (time, joint_angles, emg) of a stretch.

        Raises:
            InvalidInput: The stretch cannot be read: the file is damaged there.
        """
        try:
            return self._series[first:end]
        except OSError as error:
            raise InvalidInput(
                f"{self.path}: samples {first} to {end}", "unreadable", f"whole data ({error})"
            ) from None

    def failed(self, first: int = 0, end: int | None = None) -> NDArray[np.bool_]:
        """[samples] where inverse kinematics failed."""
        return failed_angles(self.read(first, end)["joint_angles"])

    def joint_states(self) -> JointStates | None:
        """As they were recorded, if the session comes from a bag."""
        group = self._file[GROUP]
        if JOINT_STATES not in group:
            return None
        states = group[JOINT_STATES]
        return JointStates(tuple(states["name"].asstr()[:]), states["stamp"][:], states["position"][:])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> PoseSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _checked_series(self) -> h5py.Dataset:
        if GROUP not in self._file or SERIES not in self._file[GROUP]:
            raise InvalidInput(f"{self.path}: data set", sorted(self._file), f"/{GROUP}/{SERIES}")
        series = self._file[GROUP][SERIES]
        names = series.dtype.names or ()
        missing = [name for name in FIELDS if name not in names]
        if missing:
            raise InvalidInput(f"{self.path}: /{GROUP}/{SERIES}: fields", list(names), f"{missing[0]!r} among them")
        for name in FIELDS:
            kind = series.dtype[name]
            if kind.base.kind != "f" or len(kind.shape) != (name != "time"):
                expected = "one number a sample" if name == "time" else "a row of numbers a sample"
                raise InvalidInput(f"{self.path}: field {name!r}", str(kind), expected)
        return series

    def _names(self, group: h5py.Group) -> tuple[str, ...]:
        if "angle_names" in group:
            return tuple(group["angle_names"].asstr()[:])
        if self.angles != len(ANGLE_NAMES):
            field = f"{self.path}: joint angles"
            raise InvalidInput(field, self.angles, f"{len(ANGLE_NAMES)}, or their names in /{GROUP}/angle_names")
        return ANGLE_NAMES


def write_session(
    path: Path,
    facts: SessionFacts,
    emg: NDArray[np.float32],
    joint_angles: NDArray[np.float64],
    electrodes: NDArray[np.float64] | None = None,
    angle_names: Sequence[str] = ANGLE_NAMES,
    joint_states: JointStates | None = None,
    rows: int = 1,
) -> None:
    """Write a session.

    Args:
        path: The file.
        facts: What the session is.
        emg: [samples, channels].
        joint_angles: [samples, angles], rad.
        electrodes: [channels, 3], m.
        angle_names: [angles].
        joint_states: What the angles were interpolated from.
        rows: Channels along the arm.

    Raises:
        InvalidInput: Lengths that do not go together.
    """
    if len(emg) != len(joint_angles):
        raise InvalidInput("session: joint_angles: samples", len(joint_angles), f"{len(emg)}, as many as of EMG")
    if joint_angles.shape[1] != len(angle_names):
        raise InvalidInput("session: angle_names: number", len(angle_names), f"{joint_angles.shape[1]}")
    if electrodes is not None and electrodes.shape != (emg.shape[1], 3):
        raise InvalidInput("session: electrodes: shape", electrodes.shape, f"({emg.shape[1]}, 3)")
    kind = np.dtype(
        [("time", "<f8"), ("joint_angles", "<f8", (joint_angles.shape[1],)), ("emg", "<f4", (emg.shape[1],))]
    )
    records = np.empty(len(emg), dtype=kind)
    records["time"] = facts.start + np.arange(len(emg)) / facts.sample_rate
    records["joint_angles"], records["emg"] = joint_angles, emg
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        group = file.create_group(GROUP)
        group.create_dataset(
            SERIES,
            data=records,
            chunks=(min(len(records), 4096),),
            compression="gzip",
            compression_opts=1,
            shuffle=True,
        )
        texts = {"filename": path.stem, **{name: getattr(facts, name) for name in TEXTS[1:]}}
        group.attrs.update(texts)
        group.attrs.update(start=facts.start, end=facts.end, sample_rate=facts.sample_rate, num_channels=emg.shape[1])
        if electrodes is not None:
            group["electrodes"] = electrodes
            group["electrodes"].attrs["rows"] = rows
        if tuple(angle_names) != ANGLE_NAMES:
            group.create_dataset("angle_names", data=list(angle_names), dtype=h5py.string_dtype())
        if joint_states is not None:
            states = group.create_group(JOINT_STATES)
            states["stamp"], states["position"] = joint_states.stamps, joint_states.positions
            states.create_dataset("name", data=list(joint_states.names), dtype=h5py.string_dtype())


def _read_facts(group: h5py.Group, path: Path) -> SessionFacts:
    attributes = dict(group.attrs)
    for name in (*TEXTS[1:], "start", "end", "sample_rate"):
        if name not in attributes:
            raise InvalidInput(f"{path}: attribute", sorted(attributes), f"{name!r} among them")
    session, stage, user, side = (_text(attributes[name]) for name in TEXTS[1:])
    try:
        start, end, rate = (float(attributes[name]) for name in ("start", "end", "sample_rate"))
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{path}: attributes", sorted(attributes), f"numbers for times and rate ({error})") from None
    if not rate > 0:
        raise InvalidInput(f"{path}: attribute sample_rate", rate, "more than 0 Hz")
    return SessionFacts(session, stage, user, side, start, end, rate)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
