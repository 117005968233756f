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
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ..emg import EmgBlock, EmgStream
from ..musculoskeletal import MusculoskeletalState
from ..version import __version__

JOINT_FIELDS = ("position", "velocity", "moment")
MUSCLE_FIELDS = ("excitation", "activation", "fiber_length", "relative_fiber_length", "fiber_velocity", "tendon_force")


class SimulationFile:
    """Writes the file of a simulation, state by state and block by block.

    Args:
        path: Path of the file; an existing file is replaced.
        scenario: Name of the scenario.
        parameters: Parameters by node, stored with the data.
        state: The first state; it gives the names of coordinates and muscles.
        stream: The EMG stream; it gives the electrodes and muscles. None omits /emg and /spikes.
    """

    def __init__(
        self,
        path: Path,
        scenario: str,
        parameters: Mapping[str, Mapping[str, Any]],
        state: MusculoskeletalState,
        stream: EmgStream | None,
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = h5py.File(path, "w")
        self._file.attrs["scenario"] = scenario
        self._file.attrs["emgsim_version"] = __version__
        self._file.attrs["parameters"] = json.dumps(parameters)
        if stream is not None:
            self._create_emg(stream)
        self._create_states("joints", state.coordinates, JOINT_FIELDS)
        self._create_states("muscles", state.muscles, MUSCLE_FIELDS)

    def add_state(self, state: MusculoskeletalState) -> None:
        """Append the joints and muscles at one instant."""
        for group, fields in (("joints", JOINT_FIELDS), ("muscles", MUSCLE_FIELDS)):
            self._append(f"{group}/stamp", np.array([state.stamp]))
            for name in fields:
                self._append(f"{group}/{name}", getattr(state, name)[None, :])

    def add_block(self, block: EmgBlock) -> None:
        """Append one block of EMG and its discharges."""
        samples = self._file["emg/samples"]
        first = samples.shape[0]
        self._append("emg/samples", block.emg)
        self._append("spikes/sample", block.spike_sample + first)
        self._append("spikes/muscle", block.spike_muscle)
        self._append("spikes/unit", block.spike_unit)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _create_emg(self, stream: EmgStream) -> None:
        rate = stream.parameters.sample_rate
        channels = len(stream.positions)
        emg = self._file.create_group("emg")
        samples = _growing(emg, "samples", (channels,), np.float32, chunk=256)
        samples.attrs.update(sample_rate=rate, unit="mV", montage=stream.parameters.montage)
        samples.attrs["reference"] = stream.parameters.reference
        positions = emg.create_dataset("positions", data=stream.positions)
        positions.attrs.update(rows=stream.montage.rows, columns=stream.montage.columns)
        positions.attrs.update(unit="m", frame=stream.parameters.frame)
        spikes = self._file.create_group("spikes")
        _growing(spikes, "sample", (), np.int64, chunk=4096)
        _growing(spikes, "muscle", (), np.uint16, chunk=4096)
        _growing(spikes, "unit", (), np.uint16, chunk=4096)
        spikes.create_dataset("muscle_name", data=list(stream.muscles), dtype=h5py.string_dtype())

    def _create_states(self, name: str, names: tuple[str, ...], fields: tuple[str, ...]) -> None:
        group = self._file.create_group(name)
        group.create_dataset("name", data=list(names), dtype=h5py.string_dtype())
        _growing(group, "stamp", (), np.int64, chunk=1024)
        for field in fields:
            _growing(group, field, (len(names),), np.float64, chunk=256)

    def _append(self, name: str, values: NDArray) -> None:
        dataset = self._file[name]
        start = dataset.shape[0]
        dataset.resize(start + len(values), axis=0)
        dataset[start:] = values


def _growing(group: h5py.Group, name: str, shape: tuple[int, ...], dtype: Any, chunk: int) -> h5py.Dataset:
    return group.create_dataset(name, (0, *shape), dtype, maxshape=(None, *shape), chunks=(chunk, *shape))
