"""The HDF5 file that an offline simulation writes.

/emg/samples          [samples, channels] float32, mV; attributes sample_rate (Hz), unit, montage, reference
/emg/positions        [channels, 3], m; attributes rows, columns, unit, frame
/spikes/sample        [spikes] number of the sample since the start of the simulation
/spikes/muscle, unit  [spikes] numbers of the muscle and of the motor unit
/spikes/muscle_name   [muscles]
/joints/name, /joints/stamp (ns), /joints/position (rad), /joints/velocity (rad/s), /joints/moment (N m)
/muscles/name, /muscles/stamp (ns), /muscles/excitation, activation, fiber_length (m),
                      relative_fiber_length (1 in the reference pose), fiber_velocity (m/s), tendon_force (N)
attributes of /       scenario, parameters (JSON), emgsim_version

Rows are collected and written some seconds at a time, because HDF5 takes about as long for one row as for a thousand.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from ..emg import EmgBlock, EmgStream
from ..musculoskeletal import MusculoskeletalState, MusculoskeletalStates
from ..version import __version__
from .compression import check_compression, dataset_options

JOINT_FIELDS = ("position", "velocity", "moment")
MUSCLE_FIELDS = ("excitation", "activation", "fiber_length", "relative_fiber_length", "fiber_velocity", "tendon_force")
COLLECTED_STATES = 256  # states after which the collected rows are written
COLLECTED_SAMPLES = 8192  # samples of EMG after which they are written


class SimulationFile:
    """Writes the file of a simulation, state by state and block by block.

    It is a context manager that writes everything it was given when it is left, with or without an exception.

    Args:
        path: Path of the file; an existing file is replaced.
        scenario: Name of the scenario.
        parameters: Parameters by node, stored with the data.
        state: The first state; it gives the names of coordinates and muscles.
        stream: The EMG stream; it gives the electrodes and muscles. None omits /emg and /spikes.
        compression: One of `compression.COMPRESSIONS`.

    Raises:
        InvalidInput: An unknown compression.
    """

    def __init__(
        self,
        path: Path,
        scenario: str,
        parameters: Mapping[str, Mapping[str, Any]],
        state: MusculoskeletalState,
        stream: EmgStream | None,
        compression: str = "none",
    ) -> None:
        check_compression("compression", compression)
        self._options = dataset_options(compression)
        self._collected: dict[str, list[NDArray]] = defaultdict(list)
        self._states = self._samples = self._written = 0  # collected states and samples, and samples written before
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = h5py.File(path, "w")
        self._file.attrs["scenario"] = scenario
        self._file.attrs["emgsim_version"] = __version__
        self._file.attrs["parameters"] = json.dumps(parameters)
        if stream is not None:
            self._create_emg(stream)
        self._create_states("joints", state.coordinates, JOINT_FIELDS)
        self._create_states("muscles", state.muscles, MUSCLE_FIELDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_state(self, state: MusculoskeletalState) -> None:
        """Append the joints and muscles at one instant."""
        self.add_states(MusculoskeletalStates.of([state]))

    def add_states(self, states: MusculoskeletalStates) -> None:
        """Append the joints and muscles at many instants."""
        for group, fields in (("joints", JOINT_FIELDS), ("muscles", MUSCLE_FIELDS)):
            self._collected[f"{group}/stamp"].append(states.stamp)
            for name in fields:
                self._collected[f"{group}/{name}"].append(getattr(states, name))
        self._states += len(states)
        if self._states >= COLLECTED_STATES:
            self._write()

    def add_block(self, block: EmgBlock) -> None:
        """Append one block of EMG and its discharges."""
        self._collected["emg/samples"].append(block.emg)
        self._collected["spikes/sample"].append(block.spike_sample + self._written + self._samples)
        self._collected["spikes/muscle"].append(block.spike_muscle)
        self._collected["spikes/unit"].append(block.spike_unit)
        self._samples += len(block.emg)
        if self._samples >= COLLECTED_SAMPLES:
            self._write()

    def close(self) -> None:
        """Write the rows that have been collected, and close the file."""
        try:
            self._write()
        finally:
            self._file.close()

    def _write(self) -> None:
        for name, rows in self._collected.items():
            dataset, values = self._file[name], np.concatenate(rows)
            start = dataset.shape[0]
            dataset.resize(start + len(values), axis=0)
            dataset[start:] = values
        self._written += self._samples
        self._states = self._samples = 0
        self._collected.clear()

    def _create_emg(self, stream: EmgStream) -> None:
        rate = stream.parameters.sample_rate
        channels = len(stream.positions)
        emg = self._file.create_group("emg")
        samples = self._growing(emg, "samples", (channels,), np.float32, chunk=256)
        samples.attrs.update(sample_rate=rate, unit="mV", montage=stream.parameters.montage)
        samples.attrs["reference"] = stream.parameters.reference
        positions = emg.create_dataset("positions", data=stream.positions)
        positions.attrs.update(rows=stream.montage.rows, columns=stream.montage.columns)
        positions.attrs.update(unit="m", frame=stream.parameters.frame)
        spikes = self._file.create_group("spikes")
        self._growing(spikes, "sample", (), np.int64, chunk=4096)
        self._growing(spikes, "muscle", (), np.uint16, chunk=4096)
        self._growing(spikes, "unit", (), np.uint16, chunk=4096)
        spikes.create_dataset("muscle_name", data=list(stream.muscles), dtype=h5py.string_dtype())

    def _create_states(self, name: str, names: tuple[str, ...], fields: tuple[str, ...]) -> None:
        group = self._file.create_group(name)
        group.create_dataset("name", data=list(names), dtype=h5py.string_dtype())
        self._growing(group, "stamp", (), np.int64, chunk=1024)
        for field in fields:
            self._growing(group, field, (len(names),), np.float64, chunk=COLLECTED_STATES)

    def _growing(self, group: h5py.Group, name: str, shape: tuple[int, ...], dtype: Any, chunk: int) -> h5py.Dataset:
        chunks, limits = (chunk, *shape), (None, *shape)
        return group.create_dataset(name, (0, *shape), dtype, maxshape=limits, chunks=chunks, **self._options)
