"""Recordings of stimulation: what was delivered and what the muscles answered, in an HDF5 file and a table.

    NAME.h5    /emg [trials, samples, muscles] mV, 1 kHz; attributes sample_rate, muscles, lead
    NAME.csv   a row for each trial: trial, cathodes, anodes (numbers joined by +), amplitude (mA), frequency (Hz),
               pulse_width (us), pulses_per_burst, start (s), duration (s)

A lab's own recordings come in the same two files. Networks learn the envelope of the EMG: rectified, smoothed causally,
over the largest of each muscle.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ..errors import InvalidInput
from .command import Configuration, Stimulation, electrode_signal

Array = NDArray[np.float64]

SMOOTHING = 0.015  # s, time constant of the envelope (two stages)
FULL_SCALE = 0.999  # quantile of a muscle's envelopes that becomes 1
COLUMNS = (
    "trial",
    "cathodes",
    "anodes",
    "amplitude",
    "frequency",
    "pulse_width",
    "pulses_per_burst",
    "start",
    "duration",
)


@dataclass(frozen=True)
class Trial:
    """One trial: a configuration, its amplitude (mA), and when it was on (s)."""

    configuration: Configuration
    amplitude: float
    frequency: float
    pulse_width: float
    pulses_per_burst: int
    start: float
    duration: float

    def stimulation(self, electrodes: int) -> Stimulation:
        """The command of this trial."""
        current = self.configuration.current(self.amplitude, electrodes)
        return Stimulation(current, self.frequency, self.pulse_width, self.pulses_per_burst, self.duration)


@dataclass(frozen=True)
class Recordings:
    """All trials of one patient.

    Attributes:
        trials: [trials].
        emg: [trials, samples, muscles], mV.
        muscles: Their names.
        electrodes: Contacts and case.
        lead: Name of the lead.
        sample_rate: Hz.
    """

    trials: tuple[Trial, ...]
    emg: NDArray[np.float32]
    muscles: tuple[str, ...]
    electrodes: int
    lead: str
    sample_rate: float = 1000.0

    @cached_property
    def signals(self) -> Array:
        """[trials, samples, electrodes] effective currents (mA)."""
        samples = self.emg.shape[1]
        return np.stack(
            [
                electrode_signal(
                    trial.stimulation(self.electrodes), samples, self.sample_rate, round(trial.start * self.sample_rate)
                )
                for trial in self.trials
            ]
        )

    @cached_property
    def envelopes(self) -> NDArray[np.float32]:
        """[trials, samples, muscles] envelopes, 1 at the largest of a muscle."""
        return self.envelopes_of(self.emg)

    def envelopes_of(self, emg: NDArray) -> NDArray[np.float32]:
        """Envelopes of other [trials, samples, muscles] EMG of the same patient, on the scale of these recordings."""
        return (self._smoothed(emg) / self._largest).astype(np.float32)

    @cached_property
    def _largest(self) -> Array:
        largest = np.quantile(self._smoothed(self.emg).max(axis=1), FULL_SCALE, axis=0)
        return np.maximum(largest, 1e-9)

    def _smoothed(self, emg: NDArray) -> Array:
        keep = np.exp(-1 / (SMOOTHING * self.sample_rate))
        stage = ([1 - keep], [1.0, -keep])
        return lfilter(*stage, lfilter(*stage, np.abs(emg), axis=1), axis=1)

    def write(self, path: Path) -> None:
        """Write NAME.h5 and NAME.csv."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with h5py.File(path, "w") as file:
            file.create_dataset("emg", data=self.emg, compression="gzip", compression_opts=1)
            file["emg"].attrs.update(
                unit="mV", sample_rate=self.sample_rate, lead=self.lead, electrodes=self.electrodes
            )
            file["emg"].attrs["muscles"] = list(self.muscles)
        with path.with_suffix(".csv").open("w", newline="") as table:
            writer = csv.DictWriter(table, COLUMNS)
            writer.writeheader()
            for number, trial in enumerate(self.trials):
                row = asdict(trial)
                row.pop("configuration")
                groups = {
                    name: "+".join(map(str, getattr(trial.configuration, name))) for name in ("cathodes", "anodes")
                }
                writer.writerow({"trial": number, **groups, **row})


def read_recordings(path: Path) -> Recordings:
    """Read NAME.h5 and NAME.csv.

    Raises:
        InvalidInput: A missing or broken file, a trial without its row in the table, a row that cannot be read.
    """
    try:
        with h5py.File(path, "r") as file:
            emg, attributes = file["emg"][:], dict(file["emg"].attrs)
    except (OSError, KeyError) as error:
        raise InvalidInput("recordings", str(path), f"an HDF5 file with /emg ({error})") from None
    for name in ("muscles", "sample_rate", "lead", "electrodes"):
        if name not in attributes:
            raise InvalidInput(f"{path}: /emg: attribute", sorted(attributes), f"{name!r} among them")
    if emg.ndim != 3 or emg.shape[2] != len(attributes["muscles"]):
        expected = f"(trials, samples, {len(attributes['muscles'])} muscles)"
        raise InvalidInput(f"{path}: /emg: shape", emg.shape, expected)
    trials = _read_table(path.with_suffix(".csv"), len(emg))
    muscles = tuple(str(name) for name in attributes["muscles"])
    electrodes, rate = int(attributes["electrodes"]), float(attributes["sample_rate"])
    return Recordings(trials, emg, muscles, electrodes, str(attributes["lead"]), rate)


def _read_table(path: Path, count: int) -> tuple[Trial, ...]:
    try:
        with path.open(newline="") as table:
            rows = list(csv.DictReader(table))
    except OSError as error:
        raise InvalidInput("table of configurations", str(path), f"a readable file ({error.strerror})") from None
    missing = [name for name in COLUMNS if rows and name not in rows[0]]
    if missing:
        raise InvalidInput(f"{path}: columns", sorted(rows[0]), f"{missing[0]!r} among them")
    found = {row["trial"]: row for row in rows}
    absent = [number for number in range(count) if str(number) not in found]
    if absent:
        raise InvalidInput(
            f"{path}: configurations", f"none for trial {absent[0]}", f"a row for each of {count} trials"
        )
    return tuple(_read_row(found[str(number)], f"{path}: trial {number}") for number in range(count))


def _read_row(row: dict[str, str], field: str) -> Trial:
    try:
        cathodes, anodes = (tuple(int(one) for one in row[name].split("+")) for name in ("cathodes", "anodes"))
        return Trial(
            configuration=Configuration(cathodes, anodes),
            pulses_per_burst=int(row["pulses_per_burst"]),
            **{name: float(row[name]) for name in ("amplitude", "frequency", "pulse_width", "start", "duration")},
        )
    except (TypeError, ValueError) as error:
        raise InvalidInput(field, dict(row), f"numbers ({error})") from None


def split_by_configuration(
    trials: Sequence[Trial], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to train on and rows held out: whole configurations, never only some of their trials."""
    names = sorted({trial.configuration.name for trial in trials})
    held = set(np.random.default_rng(seed).permutation(names)[: max(1, round(share * len(names)))])
    out = np.array([trial.configuration.name in held for trial in trials])
    return np.flatnonzero(~out), np.flatnonzero(out)
