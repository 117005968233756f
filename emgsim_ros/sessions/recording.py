"""Recordings as arrays, read from a bag or from a simulation file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..signals.emg_points import LEADING_FIELDS
from ..signals.simulation_time import NANOSECONDS, first_sample_at_or_after, stamp_of
from ..signals.topics import EMG_HD, EMG_INFO, EMG_SPIKES, MUSCLE_STATE
from .reading import read_messages


@dataclass(frozen=True)
class Recording:
    """EMG with the discharges and the excitations behind it.

    Attributes:
        start: Simulation time of the first sample, s.
        sample_rate: Sampling rate, Hz.
        emg: [samples, electrodes] EMG, mV.
        rows, columns: Layout of the electrodes; the number of an electrode is ``row * columns + column``.
        muscles: [muscles] names to which ``spike_muscle`` refers.
        spike_sample, spike_muscle, spike_unit: [spikes] sample of ``emg``, number of the muscle and of the unit.
        drive_time: [states] simulation time of the excitations, s.
        drive_muscles: Names of the model's muscles.
        excitation: [states, model muscles] 0 to 1.
    """

    start: float
    sample_rate: int
    emg: NDArray[np.float32]
    rows: int
    columns: int
    muscles: tuple[str, ...]
    spike_sample: NDArray[np.int64]
    spike_muscle: NDArray[np.int64]
    spike_unit: NDArray[np.int64]
    drive_time: NDArray[np.float64]
    drive_muscles: tuple[str, ...]
    excitation: NDArray[np.float64]


@dataclass(frozen=True)
class EmgRecording:
    """The EMG of a bag, recorded from the graph or in a laboratory, as one array without gaps.

    Attributes:
        start: Time of the first sample, s.
        sample_rate: Sampling rate, Hz.
        emg: [samples, electrodes] EMG, mV; 0 where blocks are missing.
        missing: [samples] whether the block of the sample is missing.
        positions: [electrodes, 3] positions of the electrodes, m.
        rows, columns: Layout of the electrodes.
        block_length: Number of samples of a message.
        frame: Frame of the positions.
    """

    start: float
    sample_rate: int
    emg: NDArray[np.float32]
    missing: NDArray[np.bool_]
    positions: NDArray[np.float64]
    rows: int
    columns: int
    block_length: int
    frame: str


def load_emg(bag: Path) -> EmgRecording:
    """Read the EMG of a bag with the topics /emg/hd and /emg/info.

    Raises:
        InvalidInput: The folder is not a readable bag, a topic is missing, or blocks overlap or differ in their number
            of electrodes.
    """
    info = next(iter(read_messages(bag, EMG_INFO.name)), None)
    clouds = list(read_messages(bag, EMG_HD.name))
    if info is None or not clouds:
        raise InvalidInput(f"{bag}: messages on /emg/info and /emg/hd", len(clouds), "at least one of each")
    rate, start = int(info.sample_rate), stamp_of(clouds[0])
    points = [cloud.data.view(np.float32).reshape(cloud.width, -1) for cloud in clouds]
    firsts = [round((stamp_of(cloud) - start) * rate / NANOSECONDS) for cloud in clouds]
    lengths = [one.shape[1] - LEADING_FIELDS for one in points]
    for number in range(1, len(points)):
        if firsts[number] < firsts[number - 1] + lengths[number - 1] or len(points[number]) != len(points[0]):
            time = stamp_of(clouds[number]) / NANOSECONDS
            raise InvalidInput(
                f"{bag}: /emg/hd at {time:.3f} s",
                "a block that overlaps the previous one or has another number of electrodes",
                "consecutive blocks",
            )
    emg = np.zeros((firsts[-1] + lengths[-1], len(points[0])), np.float32)
    missing = np.ones(len(emg), dtype=bool)
    for first, length, one in zip(firsts, lengths, points, strict=True):
        emg[first : first + length] = one[:, LEADING_FIELDS:].T
        missing[first : first + length] = False
    return EmgRecording(
        start=start / NANOSECONDS,
        sample_rate=rate,
        emg=emg,
        missing=missing,
        positions=points[0][:, :3].astype(float),
        rows=int(info.rows),
        columns=int(info.columns),
        block_length=lengths[0],
        frame=clouds[0].header.frame_id,
    )


def load_recording(path: Path) -> Recording:
    """Read a bag (folder) or a simulation file (HDF5).

    Raises:
        InvalidInput: The path is neither a readable bag nor a simulation file, or it contains no EMG.
    """
    return _from_bag(path) if path.is_dir() else _from_simulation(path)


def _from_simulation(path: Path) -> Recording:
    try:
        with h5py.File(path) as file:
            positions = file["emg/positions"].attrs
            return Recording(
                start=0.0,
                sample_rate=int(file["emg/samples"].attrs["sample_rate"]),
                emg=file["emg/samples"][:],
                rows=int(positions["rows"]),
                columns=int(positions["columns"]),
                muscles=tuple(file["spikes/muscle_name"].asstr()),
                spike_sample=file["spikes/sample"][:],
                spike_muscle=file["spikes/muscle"][:].astype(np.int64),
                spike_unit=file["spikes/unit"][:].astype(np.int64),
                drive_time=file["muscles/stamp"][:] / NANOSECONDS,
                drive_muscles=tuple(file["muscles/name"].asstr()),
                excitation=file["muscles/excitation"][:],
            )
    except KeyError:
        raise InvalidInput("recording", str(path), "a simulation file with EMG") from None
    except OSError as error:
        raise InvalidInput("recording", str(path), f"a bag folder or a simulation file ({error})") from None


def _from_bag(path: Path) -> Recording:
    recorded = load_emg(path)
    info = next(iter(read_messages(path, EMG_INFO.name)))
    rate, first = recorded.sample_rate, round(recorded.start * NANOSECONDS)
    spikes = [_spikes(message, rate, first) for message in read_messages(path, EMG_SPIKES.name)]
    sample, muscle, unit = (np.concatenate(parts) for parts in zip(*spikes, strict=True))
    states = list(read_messages(path, MUSCLE_STATE.name))
    return Recording(
        start=recorded.start,
        sample_rate=rate,
        emg=recorded.emg,
        rows=int(info.rows),
        columns=int(info.columns),
        muscles=tuple(info.muscle_name),
        spike_sample=sample,
        spike_muscle=muscle,
        spike_unit=unit,
        drive_time=np.array([stamp_of(state) for state in states]) / NANOSECONDS,
        drive_muscles=tuple(states[0].name),
        excitation=np.array([state.excitation for state in states]),
    )


def _spikes(message: object, rate: int, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    sample, muscle, unit = (np.asarray(getattr(message, f), dtype=np.int64) for f in ("sample", "muscle", "unit"))
    return sample + first_sample_at_or_after(stamp_of(message) - first, rate), muscle, unit
