"""The EMG stream: muscle states in, blocks of EMG out, by stamp.

A block is made as soon as the neural drive is known up to its last sample; when a state arrives, and in
what company, makes no difference to the numbers. Blocks lie on one grid: block b starts at sample
``b * block_length`` of simulation time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..excitations import check_excitations
from ..motor_units import MotorUnitPool, NeuralDrive, SpikeTrains
from ..muap import BankPlan, ElectrodeGrid, ForearmAnatomy, load_anatomy, load_or_build_bank
from ..muap.bank import Progress
from ..parameters import EmgParameters
from ..resources import config_file
from ..simulation_time import first_sample_at_or_after, from_seconds, sample_stamp, to_seconds
from .amplifier import Amplifier
from .montage import Montage
from .muscle_map import MuscleMap, load_muscle_map
from .noise import ElectrodeNoise
from .synthesis import MuapSynthesis

LONGEST_GAP = from_seconds(0.25)  # a longer silence (ns) is not bridged: the stream starts again after it


@dataclass(frozen=True)
class EmgBlock:
    """One block of EMG and the discharges behind it.

    Attributes:
        stamp: Time of the first sample, ns.
        emg: [samples, channels] float32, mV.
        spike_sample: [spikes] sample within the block.
        spike_muscle: [spikes] index of the muscle in the stream's ``muscles``.
        spike_unit: [spikes] motor unit within the muscle.
    """

    stamp: int
    emg: NDArray[np.float32]
    spike_sample: NDArray[np.int64]
    spike_muscle: NDArray[np.int64]
    spike_unit: NDArray[np.int64]


class EmgStream:
    """Turns excitations into EMG.

    Args:
        parameters: Electrodes, sampling, pools, noise.
        progress: Called with units done and units in all while potentials are computed.
        cache: Folder of computed potentials; default the user's cache.

    Attributes:
        grid: The electrodes.
        montage: What is made of them: the channels.
        muscles: Names of the muscles that feed them.
        positions: [channels, 3] in the frame ``forearm``, m.
        blocks_skipped: Blocks left out because the drive was silent too long or jumped back.

    Raises:
        InvalidInput: An unknown muscle, a broken anatomy file, a device that is not there.
    """

    def __init__(self, parameters: EmgParameters, progress: Progress | None = None, cache: Path | None = None) -> None:
        anatomy = load_anatomy(config_file(parameters.anatomy, folder="anatomy"))
        self.parameters = parameters
        self.grid = ElectrodeGrid(
            parameters.rows,
            parameters.columns,
            parameters.spacing * 1e-3,
            parameters.diameter * 1e-3,
            anatomy.cylinder.skin_radius,
        )
        self.montage = Montage(parameters.montage, parameters.rows, parameters.columns)
        self.positions = self.montage.positions(self.grid.positions(anatomy.placement))
        units = _units(parameters, anatomy)
        rate, seed = parameters.sample_rate, parameters.seed
        plan = BankPlan(anatomy, self.grid, units, rate, seed)
        bank = load_or_build_bank(plan, parameters.device, progress, cache)
        self._synthesis = MuapSynthesis(bank.potentials, parameters.device)
        self.muscles, self.units = bank.muscles, tuple(bank.units.values())
        self._known = (*anatomy.muscles, *anatomy.out_of_reach)
        self._map = _muscle_map(parameters, anatomy)
        self._offsets = bank.offsets
        self._trains = [SpikeTrains(MotorUnitPool(n), rate, seed, m) for m, n in bank.units.items()]
        self._noise = ElectrodeNoise(
            self.grid.count,
            rate,
            parameters.noise_rms,
            parameters.mains_amplitude,
            parameters.mains_frequency,
            parameters.lost_electrodes,
            seed,
        )
        self._amplifier = Amplifier(
            len(self.positions),
            rate,
            parameters.high_pass,
            parameters.low_pass,
            parameters.gain_spread,
            parameters.adc_bits,
            parameters.adc_range,
            seed,
        )
        self._drive = NeuralDrive(len(self.muscles))
        self._next_block: int | None = None
        self.blocks_skipped = 0

    def push(
        self, stamp: int, names: Sequence[str], excitation: Sequence[float] | NDArray[np.float64]
    ) -> list[EmgBlock]:
        """Take the excitations at ``stamp`` (ns) and return the blocks that they complete, oldest first.

        A muscle of the stream that is not in ``names`` is at rest.

        Raises:
            InvalidInput: Unknown muscle, lengths that differ, or a value that is not within 0..1. Nothing of
                the message is used then; the stream goes on with the next good one.
        """
        values = self._checked(names, excitation)
        self._place(stamp)
        self._drive.add(stamp, values)
        return list(self._complete_blocks())

    def _checked(self, names: Sequence[str], excitation: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        check_excitations("muscle state", names, excitation, self._known if self._map is None else names)
        if self._map is not None:
            names, excitation = self._map.muscles, self._map.excitation(names, excitation)
        values = np.zeros(len(self.muscles))
        for name, value in zip(names, excitation, strict=True):
            if name in self.muscles:
                values[self.muscles.index(name)] = value
        return values

    def _place(self, stamp: int) -> None:
        """See that ``stamp`` continues the stream; else start again at the first block from it on."""
        if self._continues(stamp):
            return
        length, rate = self.parameters.block_length, self.parameters.sample_rate
        first = -(-first_sample_at_or_after(stamp, rate) // length)
        if self._next_block is not None:
            self.blocks_skipped += max(first - self._next_block, 0)
            self._synthesis.reset()
            self._amplifier.reset()
            self._drive.clear()
        self._next_block = first

    def _continues(self, stamp: int) -> bool:
        latest = self._drive.latest
        return latest is not None and 0 < stamp - latest <= LONGEST_GAP

    def _complete_blocks(self) -> Iterator[EmgBlock]:
        length, rate = self.parameters.block_length, self.parameters.sample_rate
        assert self._next_block is not None and self._drive.latest is not None
        while sample_stamp((self._next_block + 1) * length - 1, rate) <= self._drive.latest:
            yield self._block(self._next_block)
            self._next_block += 1

    def _block(self, number: int) -> EmgBlock:
        length, rate = self.parameters.block_length, self.parameters.sample_rate
        first = number * length
        stamps = np.array([sample_stamp(first + i, rate) for i in range(length)], dtype=np.int64)
        excitation = self._drive.at(stamps)
        samples, muscles, units = [], [], []
        for index, trains in enumerate(self._trains):
            spikes = trains.advance(excitation[:, index])
            samples.append(spikes.sample)
            units.append(spikes.unit)
            muscles.append(np.full(len(spikes.unit), index))
        sample, muscle, unit = (np.concatenate(parts) for parts in (samples, muscles, units))
        order = np.lexsort((unit, muscle, sample))
        sample, muscle, unit = sample[order], muscle[order], unit[order]
        emg = self._synthesis.advance(sample, self._offsets[muscle] + unit, length)
        electrodes = emg * self._noise.contact + self._noise.samples(first, length)
        channels = self._amplifier.process(self.montage.apply(electrodes))
        return EmgBlock(sample_stamp(first, rate), channels, sample, muscle, unit)

    def gap_message(self, stamp: int) -> str | None:
        """What to tell the user if ``stamp`` (ns) does not continue the stream; None if it does."""
        latest = self._drive.latest
        if latest is None or self._continues(stamp):
            return None
        return (
            f"/muscle/state went from {to_seconds(latest):.3f} s to {to_seconds(stamp):.3f} s; "
            "the EMG stream starts again there"
        )


def _muscle_map(parameters: EmgParameters, anatomy: ForearmAnatomy) -> MuscleMap | None:
    if not parameters.muscle_map:
        return None
    return load_muscle_map(config_file(parameters.muscle_map, folder="muscle_maps"), tuple(anatomy.muscles))


def _units(parameters: EmgParameters, anatomy: ForearmAnatomy) -> dict[str, int]:
    """Motor units of every muscle to synthesise."""
    muscles = parameters.muscles or tuple(anatomy.muscles)
    return {name: parameters.units_per_muscle or anatomy.territory(name).motor_units for name in muscles}
