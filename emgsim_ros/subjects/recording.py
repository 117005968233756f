"""The recording of a virtual subject's movement by one or several sets of electrodes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..emg import EmgStream
from ..emg.model_states import push_states
from ..emg.plan import bank_plan
from ..errors import InvalidInput
from ..files.plans import require_positive
from ..motion import Movement
from ..muap import MuapBank, build_bank, load_or_build_bank
from ..musculoskeletal import Effort, KinematicDrive, MuscleModel, MusculoskeletalStates, effort_of
from ..parameters import EmgParameters, MusculoskeletalParameters
from ..seeds import generator
from ..signals.simulation_time import NANOSECONDS, from_seconds
from .subject import VirtualSubject

Array = NDArray[np.float64]

CHUNK = 1.0  # s of states whose EMG is computed together
RATE = 100  # Hz; steps of the musculoskeletal model per second
NATURAL_FREQUENCY = 40.0  # rad/s; natural frequency with which the drive's reference follows the movement
# Standard deviation of the logarithm of the effort from one recording to the next, as between repetitions without
# feedback in ContractionIntensity (LibEMG; 10 people, 6 gestures: light 0.17, medium 0.17).
EFFORT_SCATTER = 0.17


@dataclass(frozen=True)
class Electrodes:
    """A set of electrodes around the forearm and its amplifier.

    Attributes:
        rows, columns: Electrodes along and around the arm.
        spacing, diameter: Distance between the centres of neighbouring electrodes, and their diameter, mm.
        sample_rate: Sampling rate, Hz.
        block: Number of samples that are computed at a time.
        resolution: Resolution of the analogue-to-digital converter, bits.
        high_pass: Cut-off frequency of the high-pass filter, Hz; 0 for none.
    """

    rows: int = 10
    columns: int = 32
    spacing: float = 8.0
    diameter: float = 4.0
    sample_rate: int = 2048
    block: int = 128
    resolution: int = 16
    high_pass: float = 10.0

    def __post_init__(self) -> None:
        require_positive(self, "electrodes", zero_allowed=("high_pass",))


@dataclass(frozen=True)
class SubjectRecording:
    """The recording of one set of electrodes.

    Attributes:
        emg: [samples, channels] EMG, mV.
        angles: [samples, coordinates] joint angles, rad.
        positions: [channels, 3] positions of the electrodes, m.
    """

    emg: NDArray[np.float32]
    angles: Array
    positions: Array


class SubjectStudio:
    """Makes any number of recordings of one subject.

    Args:
        subject: The subject.
        electrodes: Sets of electrodes, by name; all of them record the same contractions.
        model: Model of the forearm and hand.
        cache: Folder in which the potentials of the subject are kept for other processes; None to keep them in this
            studio only.
        units_per_muscle: Number of motor units of each muscle; 0 for the subject's own numbers.
        pool: Model of the motoneurons: a registered part of the kind ``pool``.
    """

    def __init__(
        self,
        subject: VirtualSubject,
        electrodes: Mapping[str, Electrodes],
        model: MuscleModel,
        cache: Path | None = None,
        units_per_muscle: int = 0,
        pool: str = EmgParameters.pool,
    ) -> None:
        self._subject, self._electrodes, self._model, self._cache = subject, dict(electrodes), model, cache
        self._units_per_muscle, self._pool = units_per_muscle, pool
        self._banks: dict[str, MuapBank] = {}  # by set of electrodes; the same in all recordings

    def record(
        self, movement: Movement, duration: float, trial: int, effort: float = 1.0
    ) -> dict[str, SubjectRecording]:
        """Record one movement with every set of electrodes.

        Args:
            movement: The movement.
            duration: Length of the recording, s.
            trial: Number of the recording. Each number gives different discharges and noise for the same motor units.
            effort: Factor of the effort with which the subject holds postures and moves.

        Returns:
            The recordings, by the name of the set of electrodes.

        Raises:
            InvalidInput: The duration is not above 0.
        """
        if not duration > 0:
            raise InvalidInput("duration", duration, "more than 0 s")
        drive = KinematicDrive(self._model, RATE, NATURAL_FREQUENCY)
        made = self._effort(effort, trial)
        streams = {name: self._stream(name, trial) for name in self._electrodes}
        recorded: dict[str, list[NDArray[np.float32]]] = {name: [] for name in streams}
        times, positions = [], []
        end = from_seconds(duration) + from_seconds(0.1)  # the last blocks are completed by states after the end
        while drive.next_stamp <= end:
            states = self._states(drive, movement, made, min(end, drive.next_stamp + from_seconds(CHUNK)))
            for name, stream in streams.items():
                recorded[name] += [block.emg for block in push_states(stream, states)]
            times.append(states.stamp / NANOSECONDS)
            positions.append(states.position)
        return {
            name: self._cut(recorded[name], streams[name], np.concatenate(times), np.concatenate(positions), duration)
            for name in streams
        }

    def _states(self, drive: KinematicDrive, movement: Movement, effort: Effort, end: int) -> MusculoskeletalStates:
        """Return the next states, those until ``end`` (ns)."""
        stamps = np.arange(drive.next_stamp, end + 1, drive.period, dtype=np.int64)
        return drive.steps(movement.targets(stamps), np.zeros(len(self._model.muscles)), effort)

    def _effort(self, factor: float, trial: int) -> Effort:
        """Return the effort of the live graph, with the subject's own co-contraction and factor in this recording."""
        drawn = np.exp(EFFORT_SCATTER * generator(self._subject.seed, "effort", trial).standard_normal())
        usual = effort_of(dataclasses.replace(MusculoskeletalParameters(), co_contraction=self._subject.co_contraction))
        return usual.scaled(float(factor * self._subject.effort * drawn))

    def _stream(self, name: str, trial: int) -> EmgStream:
        subject, electrodes = self._subject, self._electrodes[name]
        parameters = EmgParameters(
            rows=electrodes.rows,
            columns=electrodes.columns,
            spacing=electrodes.spacing,
            diameter=electrodes.diameter,
            sample_rate=electrodes.sample_rate,
            block_length=electrodes.block,
            high_pass=electrodes.high_pass,
            adc_bits=electrodes.resolution,
            units_per_muscle=self._units_per_muscle,
            pool=self._pool,
        )
        own = subject.emg_parameters(parameters)
        if name not in self._banks:
            self._banks[name] = self._bank(own)
        bank = self._banks[name]
        return EmgStream(own, anatomy=subject.anatomy, trial=trial, strength=subject.strength, bank=bank)

    def _bank(self, parameters: EmgParameters) -> MuapBank:
        plan = bank_plan(parameters, self._subject.anatomy)
        if self._cache is None:
            return build_bank(plan, parameters.device)
        return load_or_build_bank(plan, parameters.device, folder=self._cache)

    def _cut(
        self, blocks: list[NDArray[np.float32]], stream: EmgStream, times: Array, positions: Array, duration: float
    ) -> SubjectRecording:
        rate = stream.parameters.sample_rate
        samples = round(duration * rate)
        moments = np.arange(samples) / rate
        angles = _interpolated(moments, times, positions)
        return SubjectRecording(np.concatenate(blocks)[:samples], angles, stream.positions)


def _interpolated(moments: Array, times: Array, values: Array) -> Array:
    """Return the [moments, columns] linear interpolation of [times, columns] values; the moments lie between times."""
    below = np.clip(np.searchsorted(times, moments, side="right") - 1, 0, len(times) - 2)
    share = (moments - times[below]) / (times[below + 1] - times[below])
    made: Array = values[below]
    made += share[:, None] * np.diff(values, axis=0)[below]
    return made
