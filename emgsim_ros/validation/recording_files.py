"""File formats of recordings: bags, HDF5 files of this package, BDF and EDF, tables, OT Biolab's MATLAB files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput, MissingExtra
from ..sessions.pose_session import GROUP, PoseSession
from ..sessions.reading import bag_contents
from ..sessions.recording import load_emg, load_recording
from ..signals.topics import EMG_SPIKES, MUSCLE_STATE
from .situation import UNITS, Situation

DIMENSIONS = {"V": "V", "mV": "mV", "uV": "uV", "µV": "uV", "μV": "uV"}  # as files write them


@dataclass(frozen=True)
class FileContents:
    """The content of one file.

    Attributes:
        emg: [samples, channels] numbers of the file.
        sample_rate: Sampling rate, Hz; 0 if the file does not state it.
        factor: Factor from the numbers to mV; None if the file does not state the unit.
        force: [samples] force or moment, or None.
        discharges: Samples of the discharges of each identified motor unit, or None.
    """

    emg: NDArray[Any]
    sample_rate: float = 0.0
    factor: float | None = None
    force: NDArray[np.float64] | None = None
    discharges: tuple[NDArray[np.int64], ...] | None = None


def read_file(path: Path, situation: Situation) -> FileContents:
    """Read a recording.

    Formats by name: the folder of a bag or ``.mcap`` (/emg/hd, /emg/info and, if present, /emg/spikes), ``.h5`` and
    ``.hdf5`` (simulation and session files of this package), ``.bdf`` and ``.edf``, ``.csv`` and ``.txt`` (a row of
    numbers per sample), and ``.mat`` (an export of OT BioLab: Data, Description, SamplingFrequency).

    Args:
        path: The file or folder.
        situation: States unit and sampling rate where the file does not.

    Raises:
        InvalidInput: The file is missing, unreadable or of another format.
        MissingExtra: The package edfio is not installed (BDF and EDF).
    """
    kind = "" if path.is_dir() else path.suffix.lower()
    readers: dict[str, Callable[[Path], FileContents]] = {
        "": _read_bag,
        ".mcap": _read_bag,
        ".h5": _read_hdf5,
        ".hdf5": _read_hdf5,
        ".bdf": _read_edf,
        ".edf": _read_edf,
        ".csv": _read_table,
        ".txt": _read_table,
        ".mat": _read_otb,
    }
    if kind not in readers:
        raise InvalidInput("recording", str(path), "a bag folder or a file " + ", ".join(filter(None, readers)))
    contents = readers[kind](path)
    if contents.emg.ndim != 2 or not contents.emg.size:
        raise InvalidInput(f"{path}: shape of the EMG", contents.emg.shape, "(samples, channels)")
    return contents


def _read_bag(path: Path) -> FileContents:
    topics = {topic.name: topic.messages for topic in bag_contents(path).topics}
    if topics.get(EMG_SPIKES.name) and topics.get(MUSCLE_STATE.name):
        return _from_simulation(path)
    bag = load_emg(path)
    return FileContents(bag.emg, float(bag.sample_rate), UNITS["mV"])


def _read_hdf5(path: Path) -> FileContents:
    try:
        with h5py.File(path, "r") as file:
            is_session = GROUP in file
    except OSError as error:
        raise InvalidInput("recording", str(path), f"a readable HDF5 file ({error})") from None
    if not is_session:
        return _from_simulation(path)
    with PoseSession(path) as session:
        return FileContents(session.read()["emg"], session.facts.sample_rate, UNITS["mV"])


def _from_simulation(path: Path) -> FileContents:
    recorded = load_recording(path)
    pairs = np.stack([recorded.spike_muscle, recorded.spike_unit], axis=1)
    units, number = np.unique(pairs, axis=0, return_inverse=True)
    discharges = tuple(recorded.spike_sample[number.ravel() == one] for one in range(len(units)))
    return FileContents(recorded.emg, float(recorded.sample_rate), UNITS["mV"], discharges=discharges)


def _read_edf(path: Path) -> FileContents:
    try:
        import edfio
    except ImportError:
        raise MissingExtra("BDF and EDF files", "edfio", "emgsim-ros[bids]") from None
    try:
        opened: Any = edfio.read_bdf(path) if path.suffix.lower() == ".bdf" else edfio.read_edf(path)
    except (OSError, ValueError) as error:
        raise InvalidInput("recording", str(path), f"a readable BDF or EDF file ({error})") from None
    known = [one for one in opened.signals if one.physical_dimension.strip() in DIMENSIONS]
    rates = {one.sampling_frequency for one in known}
    if len(rates) != 1:
        raise InvalidInput(f"{path}: sampling rates of the channels in V, mV or uV", sorted(rates), "one rate")
    factors = np.array([UNITS[DIMENSIONS[one.physical_dimension.strip()]] for one in known])
    emg = np.stack([one.data for one in known], axis=1) * factors
    return FileContents(emg, float(rates.pop()), UNITS["mV"])


def _read_table(path: Path) -> FileContents:
    try:
        with path.open() as file:
            first = file.readline()
        delimiter = next((mark for mark in (",", ";") if mark in first), None)
        return FileContents(np.loadtxt(path, delimiter=delimiter, ndmin=2, dtype=np.float64))
    except (OSError, ValueError) as error:
        raise InvalidInput("recording", str(path), f"a table of numbers, one row per sample ({error})") from None


def _read_otb(path: Path) -> FileContents:
    """Read a MATLAB file of OT BioLab: [samples, columns] Data, a Description of every column, SamplingFrequency."""
    from scipy.io.matlab import MatReadError, loadmat

    try:
        content = loadmat(path)
    except (OSError, ValueError, TypeError, NotImplementedError, MatReadError) as error:
        raise InvalidInput("recording", str(path), f"a MATLAB file of version 7 or older ({error})") from None
    missing = [key for key in ("Data", "Description", "SamplingFrequency") if key not in content]
    if missing:
        found = sorted(key for key in content if not key.startswith("__"))
        raise InvalidInput(f"{path}: variables", found, f"{missing[0]} among them, as in an export of OT BioLab")
    data = _unwrapped(content["Data"])
    texts = [str(_unwrapped(one)) for one in np.ravel(content["Description"])]
    if data.ndim != 2 or data.shape[1] != len(texts):
        raise InvalidInput(f"{path}: columns of Data", data.shape, f"{len(texts)}, as described")
    kinds = [_otb_kind(text) for text in texts]
    chosen = [number for number, kind in enumerate(kinds) if kind in UNITS]
    factors = np.array([UNITS[kinds[number]] for number in chosen], dtype=np.float32)
    trains = [number for number, kind in enumerate(kinds) if kind == "unit"]
    forces = [number for number, kind in enumerate(kinds) if kind == "force"]
    return FileContents(
        emg=data[:, chosen] * factors,
        sample_rate=float(_unwrapped(content["SamplingFrequency"])),
        factor=UNITS["mV"],
        force=data[:, forces[0]].astype(float) if forces else None,
        discharges=tuple(np.flatnonzero(data[:, number] > 0.5) for number in trains) or None,
    )


def _otb_kind(text: str) -> str:
    """Return what a column contains: V, mV or uV for EMG; ``unit``, ``force`` or an empty text."""
    lowered = text.lower()
    if "source for decomposition" in lowered:
        return ""
    if "decomposition of" in lowered:
        return "unit"
    if "mvc" in lowered or "force" in lowered or "acquired data" in lowered:
        return "force"
    dimension = text.rpartition("[")[2].rstrip("] ").strip()
    return DIMENSIONS.get(dimension, "")


def _unwrapped(value: Any) -> Any:
    """Return the array or text in the nested one-element object arrays of MATLAB."""
    while isinstance(value, np.ndarray) and (value.dtype == object or value.ndim == 0 or value.size == 1):
        value = value.item() if value.size == 1 else value
        if isinstance(value, np.ndarray) and value.dtype == object and value.size != 1:
            break
    return value
