"""The EMG stream, which converts muscle states into blocks of EMG by their time stamps.

A block is computed as soon as the neural drive is known up to its last sample; the arrival time of the states and their
number per call have no effect on the result. Block b starts at sample ``b * block_length`` of simulation time. The
potentials are updated to the muscles' lengths on a fixed grid of times as well.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..jobs.progress import Progress, no_progress
from ..motor_units import CommonDrive, Fatigue, Spikes
from ..muap import ForearmAnatomy, load_anatomy, load_or_build_bank
from ..parameters import EmgParameters
from ..seeds import generator
from ..signals.excitations import check_excitations
from ..signals.simulation_time import first_sample_at_or_after, from_seconds, sample_stamp, to_seconds
from ..signals.stamped_signals import StampedSignals
from .amplifier import Amplifier, AmplifierSettings
from .montage import Montage
from .noise import RecordingSite, electrode_noise
from .plan import bank_plan, electrode_grid, montage, muscle_map, reference, spike_trains
from .synthesis import MuapSynthesis

Array = NDArray[np.float64]

LONGEST_GAP = from_seconds(0.25)  # ns; a longer gap between states is not interpolated: the stream restarts


@dataclass(frozen=True)
class EmgBlock:
    """One block of EMG and its discharges.

    Attributes:
        stamp: Time of the first sample, ns.
        emg: [samples, channels] EMG, mV.
        spike_sample: [spikes] sample of the discharge within the block.
        spike_muscle: [spikes] index of the muscle in the stream's ``muscles``.
        spike_unit: [spikes] number of the motor unit within the muscle.
    """

    stamp: int
    emg: NDArray[np.float32]
    spike_sample: NDArray[np.int64]
    spike_muscle: NDArray[np.int64]
    spike_unit: NDArray[np.int64]


class EmgStream:
    """Simulation of EMG from muscle states.

    Args:
        parameters: Electrodes, sampling, pools, noise.
        progress: Receives the number of motor units whose potentials have been computed.
        cache: Folder of computed potentials; by default the user's cache.
        anatomy: Anatomy of the limb; by default the one that the parameters name.
        trial: Number of the trial: the motor units stay the same, but discharges and noise differ between trials.
        strength: Ratio of the person's muscle force to that of the musculoskeletal model: the same force takes an
            excitation that is divided by it.

    Attributes:
        parameters: The parameters.
        grid: The electrodes.
        montage: The montage that forms the channels from the electrodes.
        muscles: Names of the simulated muscles.
        units: Number of motor units of each of ``muscles``.
        positions: [channels, 3] positions in the frame of the musculoskeletal model, m.
        blocks_skipped: Number of blocks left out because of a gap in the drive or a jump back in time.

    Raises:
        UnknownPart: A part that the parameters name is not registered.
        InvalidInput: A muscle is unknown, a file is malformed, or the device does not exist.
    """

    def __init__(
        self,
        parameters: EmgParameters,
        progress: Progress = no_progress,
        cache: Path | None = None,
        anatomy: ForearmAnatomy | None = None,
        trial: int = 0,
        strength: float = 1.0,
    ) -> None:
        if parameters.subject:  # subject files are read by `subjects.stream`, which this folder does not depend on
            raise InvalidInput("subject", parameters.subject, "an empty text here; use subjects.stream.subject_stream")
        if not strength > 0:
            raise InvalidInput("strength", strength, "a number above 0")
        self._strength = strength
        anatomy = anatomy or load_anatomy(config_file(parameters.anatomy, folder="anatomy"))
        self.parameters = parameters
        self.grid = electrode_grid(parameters, anatomy)
        self.montage: Montage = montage(parameters, self.grid)
        self._reference = reference(parameters, self.grid)
        self.positions = self.montage.positions(self.grid.positions(anatomy.placement))
        bank = load_or_build_bank(bank_plan(parameters, anatomy), parameters.device, progress, cache)
        self.muscles, self.units = tuple(bank.units), tuple(bank.units.values())
        self._known = (*anatomy.muscles, *anatomy.out_of_reach)
        self._map = muscle_map(parameters, anatomy)
        rate, seed = parameters.sample_rate, parameters.seed
        drawn = int(generator(seed, "trial", trial).integers(2**31)) if trial else seed
        self._trains = spike_trains(parameters, anatomy, bank.units, drawn)
        self._common = CommonDrive(self.muscles, anatomy.pools, parameters.common_drive, rate, drawn)
        self._refresh_period = max(1, round(rate / parameters.refresh_rate))
        self._fatigue = Fatigue(len(self.muscles))
        electrode = self._reference.electrode is not None
        site = RecordingSite(parameters, self.grid.count + electrode, drawn, self.grid, references=int(electrode))
        self._noise = electrode_noise(site)
        self._synthesis = MuapSynthesis(
            bank.at_channels(lambda potentials: self._reference.apply(potentials * site.contact)), parameters.device
        )
        settings = AmplifierSettings(
            high_pass=parameters.high_pass,
            low_pass=parameters.low_pass,
            gain_spread=parameters.gain_spread,
            adc_bits=parameters.adc_bits,
            adc_range=parameters.adc_range,
        )
        self._amplifier = Amplifier(len(self.positions), rate, settings, seed)
        self._drive = StampedSignals(len(self.muscles))
        self._lengths = StampedSignals(len(self.muscles))
        self._next_block: int | None = None
        self._outdated = True  # the potentials have not been updated to the muscles' lengths yet
        self.blocks_skipped = 0

    def push(
        self,
        stamp: int,
        names: Sequence[str],
        excitation: Sequence[float] | Array,
        relative_length: Sequence[float] | Array = (),
    ) -> list[EmgBlock]:
        """Add a state of the muscles and return the blocks that it completes, oldest first.

        A muscle of the stream that is not in ``names`` is at rest.

        Args:
            stamp: Time of the state, ns.
            names: [muscles] muscle names.
            excitation: [muscles] excitations, 0 to 1.
            relative_length: [muscles] fibre lengths relative to those of the anatomy; if empty, 1 for all muscles.

        Raises:
            InvalidInput: A muscle is unknown, the lengths of the arguments differ, an excitation is not between 0 and
                1, or a fibre length is not above 0. The state is then ignored as a whole, and the stream continues
                with the next valid one.
        """
        check_excitations("muscle state", names, excitation, self._known if self._map is None else names)
        _check_lengths(names, relative_length)
        values = np.clip(self._of_muscles(names, excitation, 0.0) / self._strength, 0.0, 1.0)
        lengths = self._of_muscles(names, relative_length, 1.0) if len(relative_length) else np.ones(len(self.muscles))
        self._restart_after_gap(stamp)
        self._drive.add(stamp, values)
        self._lengths.add(stamp, lengths)
        return list(self._complete_blocks())

    def _of_muscles(self, names: Sequence[str], given: Sequence[float] | Array, otherwise: float) -> Array:
        """Return the [muscles] values of the stream's muscles from those of the message."""
        if self._map is not None:
            names, given = self._map.muscles, self._map.values(names, given)
        by_name = dict(zip(names, given, strict=True))
        return np.array([by_name.get(name, otherwise) for name in self.muscles], dtype=float)

    def _restart_after_gap(self, stamp: int) -> None:
        """Restart the stream at the first block after ``stamp`` unless ``stamp`` continues it."""
        if self._continues(stamp):
            return
        length, rate = self.parameters.block_length, self.parameters.sample_rate
        first = -(-first_sample_at_or_after(stamp, rate) // length)
        if self._next_block is not None:
            self.blocks_skipped += max(first - self._next_block, 0)
            self._synthesis.reset()
            self._amplifier.reset()
            self._drive.clear()
            self._lengths.clear()
            self._fatigue.reset()
            self._outdated = True
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
        cuts = self._pieces(first, first + length)
        pieces = [self._piece(start, end) for start, end in cuts]
        spikes = [spikes for _, spikes in pieces]
        sample = np.concatenate([one.sample + start - first for one, (start, _) in zip(spikes, cuts, strict=True)])
        muscle, unit = (np.concatenate([getattr(one, name) for one in spikes]) for name in ("muscle", "unit"))
        emg = np.concatenate([emg for emg, _ in pieces])
        electrodes = emg + self._reference.apply(self._noise.samples(first, length))
        channels = self._amplifier.process(self.montage.apply(electrodes))
        return EmgBlock(sample_stamp(first, rate), channels, sample, muscle, unit)

    def _pieces(self, first: int, end: int) -> list[tuple[int, int]]:
        """Divide a range of samples at the samples where the potentials are updated."""
        period = self._refresh_period
        cuts = [first, *range(first - first % period + period, end, period), end]
        return list(itertools.pairwise(cuts))

    def _piece(self, first: int, end: int) -> tuple[NDArray[np.float32], Spikes]:
        """Return the EMG of the electrodes (referenced, without noise) and the discharges of a range of samples."""
        rate, count = self.parameters.sample_rate, end - first
        stamps = np.array([sample_stamp(first + i, rate) for i in range(count)], dtype=np.int64)
        if first % self._refresh_period == 0 or self._outdated:
            self._synthesis.move(self._lengths.at(stamps[:1])[0], self._fatigue.slowing)
            self._outdated = False
        excitation = self._drive.at(stamps)
        spikes = self._trains.advance(self._common.applied(excitation, first), self._fatigue.slowing)
        if self.parameters.fatigue:
            self._fatigue.advance(excitation.mean(axis=0), count / rate)
        return self._synthesis.advance(spikes.sample, spikes.muscle, spikes.unit, count), spikes

    def gap_message(self, stamp: int) -> str | None:
        """Return a message for the user if ``stamp`` (ns) does not continue the stream, otherwise None."""
        latest = self._drive.latest
        if latest is None or self._continues(stamp):
            return None
        return (
            f"/muscle/state went from {to_seconds(latest):.3f} s to {to_seconds(stamp):.3f} s; "
            "the EMG stream restarts at this time"
        )


def _check_lengths(names: Sequence[str], values: Sequence[float] | Array) -> None:
    if len(values) not in (0, len(names)):
        field = "muscle state: relative_fiber_length length"
        raise InvalidInput(field, len(values), f"{len(names)}, as many as names, or 0")
    for name, value in zip(names, values, strict=False):
        if not 0.0 < value < np.inf:  # NaN is rejected as well
            raise InvalidInput(f"muscle state: relative_fiber_length of {name!r}", float(value), "a number above 0")
