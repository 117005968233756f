"""Sessions of EMG and joint angles in the HDF5 layout of emg2pose, which can be read in parts.

    /emg2pose             attributes filename, session, stage, user, side (texts), start, end, sample_rate, num_channels
    /emg2pose/timeseries  [samples] records of time (s), joint_angles [angles] (rad), emg [channels]

The sessions of the public data set (16 channels at 2 kHz, 20 angles) can be read without conversion. Sessions that this
package writes may have more channels and contain in addition

    /emg2pose/electrodes  [channels, 3] positions, m; attributes rows (number of electrodes along the arm) and frame
    /emg2pose/angle_names [angles]
    /emg2pose/joint_states  unchanged states of a bag: stamp [states] ns, name [joints], position [states, joints] rad

Samples in which the magnitudes of all angles add up to about 0 mark failed inverse kinematics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..signals.emg_points import FRAME
from .compression import check_compression, dataset_options

GROUP, SERIES, JOINT_STATES = "emg2pose", "timeseries", "joint_states"
TEXTS = ("filename", "session", "stage", "user", "side")
FIELDS = ("time", "joint_angles", "emg")
NO_ANGLES = 1e-7  # rad; a smaller sum of magnitudes means that inverse kinematics has failed
FINGERS = ("index", "middle", "ring", "pinky")
# The 20 angles of emg2pose.
ANGLE_NAMES = (
    "thumb_cmc_fe",
    "thumb_cmc_aa",
    "thumb_mcp_fe",
    "thumb_ip_fe",
    *(f"{finger}_{joint}" for finger in FINGERS for joint in ("mcp_aa", "mcp_fe", "pip_fe", "dip_fe")),
)


@dataclass(frozen=True)
class SessionFacts:
    """The description of a session.

    Attributes:
        session, stage, user, side: Names as in emg2pose; ``side`` is left or right.
        start, end: Wall-clock times of the start and the end, s.
        sample_rate: Sampling rate, Hz.
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
        names: [joints] names.
        stamps: [states] times, ns.
        positions: [states, joints] angles, rad.
    """

    names: tuple[str, ...]
    stamps: NDArray[np.int64]
    positions: NDArray[np.float64]


def failed_angles(angles: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the samples of [samples, angles] in which inverse kinematics failed, [samples] bool."""
    return np.abs(angles).sum(axis=1) < NO_ANGLES


class PoseSession:
    """One session file, open for reading; samples are read on demand.

    Args:
        path: Path of the file.

    Attributes:
        path: Path of the file.
        facts: Description of the session.
        samples, channels, angles: Numbers of samples, EMG channels and joint angles.
        angle_names: [angles] names.
        electrodes: [channels, 3] positions of the electrodes, m; None in the public data set.
        rows: Number of channels along the arm; the number of a channel is ``row * columns + column``.
        frame: Frame of the positions.

    Raises:
        InvalidInput: The file is missing, truncated, or of another layout; the message names the fault.
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
            layout = group["electrodes"].attrs if "electrodes" in group else {}
            self.rows, self.frame = int(layout.get("rows", 1)), str(layout.get("frame", FRAME))
        except BaseException:
            self._file.close()
            raise

    def read(self, first: int = 0, end: int | None = None) -> NDArray:
        """Read the samples from ``first`` to ``end`` (exclusive; None for the end of the session).

        Returns:
            [samples] records with the fields time, joint_angles and emg.

        Raises:
            InvalidInput: The samples cannot be read because the file is damaged.
        """
        try:
            return self._series[first:end]
        except OSError as error:
            raise InvalidInput(
                f"{self.path}: samples {first} to {end}", "unreadable", f"whole data ({error})"
            ) from None

    def failed(self, first: int = 0, end: int | None = None) -> NDArray[np.bool_]:
        """Return the samples in which inverse kinematics failed, [samples] bool; arguments as for `read`."""
        return failed_angles(self.read(first, end)["joint_angles"])

    def joint_states(self) -> JointStates | None:
        """Return the joint states as they were recorded; None unless the session was made from a bag."""
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
                expected = "one number per sample" if name == "time" else "a row of numbers per sample"
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
    frame: str = FRAME,
    compression: str = "gzip",
) -> None:
    """Write a session file.

    Args:
        path: Path of the file.
        facts: Description of the session.
        emg: [samples, channels] EMG.
        joint_angles: [samples, angles] joint angles, rad.
        electrodes: [channels, 3] positions of the electrodes, m.
        angle_names: [angles] names.
        joint_states: Joint states from which the angles were interpolated.
        rows: Number of channels along the arm.
        frame: Frame of the positions.
        compression: One of `compression.COMPRESSIONS`.

    Raises:
        InvalidInput: The lengths of the arrays do not match, or the compression is unknown.
    """
    check_compression("session: compression", compression)
    if len(emg) != len(joint_angles):
        raise InvalidInput(
            "session: joint_angles: samples", len(joint_angles), f"{len(emg)}, the number of EMG samples"
        )
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
        group.create_dataset(SERIES, data=records, chunks=(min(len(records), 4096),), **dataset_options(compression))
        texts = {"filename": path.stem, **{name: getattr(facts, name) for name in TEXTS[1:]}}
        group.attrs.update(texts)
        group.attrs.update(start=facts.start, end=facts.end, sample_rate=facts.sample_rate, num_channels=emg.shape[1])
        if electrodes is not None:
            group["electrodes"] = electrodes
            group["electrodes"].attrs.update(rows=rows, frame=frame)
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
