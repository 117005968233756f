"""Recordings of stimulation: the commands of all trials and the EMG responses, in an HDF5 file and a table.

    NAME.h5    /emg [trials, samples, muscles] mV, 1 kHz; attributes sample_rate, muscles, lead
    NAME.csv   one row per trial: trial, cathodes, anodes (numbers joined by +), amplitude (mA), frequency (Hz),
               pulse_width (us), pulses_per_burst, start (s), duration (s)

Recordings of a laboratory are read from the same two files. Networks are trained on the envelope of the EMG, which is
rectified, smoothed causally and divided by the largest value of its muscle.
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

SMOOTHING = 0.015  # s, time constant of each of the envelope's two smoothing stages
FULL_SCALE = 0.999  # quantile over trials of a muscle's largest envelope values; it is scaled to 1
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
    """One trial.

    Attributes:
        configuration: Cathodes and anodes.
        amplitude: Amplitude, mA.
        frequency: Bursts per second, Hz.
        pulse_width: Width of a pulse phase, us.
        pulses_per_burst: Number of pulses in a burst.
        start: Start of the stimulation within the trial, s.
        duration: Duration of the stimulation, s.
    """

    configuration: Configuration
    amplitude: float
    frequency: float
    pulse_width: float
    pulses_per_burst: int
    start: float
    duration: float

    def stimulation(self, electrodes: int) -> Stimulation:
        """Return the command of this trial for a lead with this many electrodes, the case included."""
        current = self.configuration.current(self.amplitude, electrodes)
        return Stimulation(current, self.frequency, self.pulse_width, self.pulses_per_burst, self.duration)


@dataclass(frozen=True)
class Recordings:
    """All trials of one patient.

    Attributes:
        trials: The trials.
        emg: [trials, samples, muscles] EMG, mV.
        muscles: Names of the muscles.
        electrodes: Number of electrodes: the contacts and the case.
        lead: Name of the lead.
        sample_rate: Sampling rate of the EMG, Hz.
    """

    trials: tuple[Trial, ...]
    emg: NDArray[np.float32]
    muscles: tuple[str, ...]
    electrodes: int
    lead: str
    sample_rate: float = 1000.0

    @cached_property
    def signals(self) -> Array:
        """[trials, samples, electrodes] effective currents of all trials, mA."""
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
        """[trials, samples, muscles] envelopes; the largest value of each muscle is about 1."""
        return self.envelopes_of(self.emg)

    def envelopes_of(self, emg: NDArray) -> NDArray[np.float32]:
        """Return the envelopes of other [trials, samples, muscles] EMG of the same patient, with the same scale."""
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
        """Write the EMG to ``path`` (NAME.h5) and the table of trials to NAME.csv in the same folder."""
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
    """Read the recordings in ``path`` (NAME.h5) and NAME.csv in the same folder.

    Raises:
        InvalidInput: A file is missing or damaged, a trial has no row in the table, or a row is malformed.
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
            f"{path}: configurations", f"no row for trial {absent[0]}", f"one row for each of {count} trials"
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
    """Divide trials into training and test trials; all trials of a configuration belong to the same group.

    Args:
        trials: The trials.
        share: Share of the configurations to hold out for the test.
        seed: Seed of the choice.

    Returns:
        Numbers of the training trials and numbers of the test trials.
    """
    names = sorted({trial.configuration.name for trial in trials})
    held = set(np.random.default_rng(seed).permutation(names)[: max(1, round(share * len(names)))])
    out = np.array([trial.configuration.name in held for trial in trials])
    return np.flatnonzero(~out), np.flatnonzero(out)
