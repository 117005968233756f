"""The EMG stream, which converts muscle states into blocks of EMG by their time stamps.

A block is computed as soon as the neural drive is known up to its last sample; the arrival time of the states and their
number per call have no effect on the result. Block b starts at sample ``b * block_length`` of simulation time. Blocks
that are complete at the same time are computed together, up to `SPAN` at a time, and divided at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..jobs.progress import Progress, no_progress
from ..motor_units import CommonDrive, Spikes
from ..muap import ForearmAnatomy, MuapBank, load_anatomy, load_or_build_bank
from ..parameters import EmgParameters
from ..seeds import generator
from ..signals.simulation_time import first_sample_at_or_after, from_seconds, sample_stamp, to_seconds
from .amplifier import Amplifier, AmplifierSettings
from .montage import Montage
from .muscle_activity import MuscleActivity
from .noise import RecordingSite, electrode_noise
from .plan import bank_plan_at, electrode_grid, montage, muscle_map, reference, spike_trains
from .state_reader import StateReader
from .synthesis import MuapSynthesis

Array = NDArray[np.float64]

LONGEST_GAP = from_seconds(0.25)  # ns; a longer gap between states is not interpolated: the stream restarts
SPAN = 1.0  # s of signal that are computed together at most, which limits the memory


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
        bank: The potentials that belong to the parameters (`plan.bank_plan`); default from the cache.

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
        bank: MuapBank | None = None,
    ) -> None:
        if parameters.subject:  # subject files are read by `subjects.stream`, which this folder does not depend on
            raise InvalidInput("subject", parameters.subject, "an empty text here; use subjects.stream.subject_stream")
        if not strength > 0:
            raise InvalidInput("strength", strength, "a number above 0")
        anatomy = anatomy or load_anatomy(config_file(parameters.anatomy, folder="anatomy"))
        self.parameters = parameters
        self.grid = electrode_grid(parameters, anatomy)
        self.montage: Montage = montage(parameters, self.grid)
        self._reference = reference(parameters, self.grid)
        self.positions = self.montage.positions(self.grid.positions(anatomy.placement))
        if bank is None:
            plan = bank_plan_at(parameters, anatomy, self.grid, self._reference.electrode)
            bank = load_or_build_bank(plan, parameters.device, progress, cache)
        self.muscles, self.units = tuple(bank.units), tuple(bank.units.values())
        known = (*anatomy.muscles, *anatomy.out_of_reach)
        self._reader = StateReader(self.muscles, known, muscle_map(parameters, anatomy), strength)
        rate, seed = parameters.sample_rate, parameters.seed
        drawn = int(generator(seed, "trial", trial).integers(2**31)) if trial else seed
        self._activity = MuscleActivity(
            len(self.muscles),
            spike_trains(parameters, anatomy, bank.units, drawn),
            CommonDrive(self.muscles, anatomy.pools, parameters.common_drive, rate, drawn),
            rate,
            parameters.refresh_rate,
            parameters.fatigue,
        )
        electrode = self._reference.electrode is not None
        site = RecordingSite(parameters, self.grid.count + electrode, drawn, self.grid, references=int(electrode))
        self._noise = electrode_noise(site)
        self._synthesis = MuapSynthesis(
            bank.at_channels(lambda potentials: self._reference.apply(potentials * site.contact)),
            parameters.device,
            rows=parameters.block_length,
        )
        settings = AmplifierSettings(
            high_pass=parameters.high_pass,
            low_pass=parameters.low_pass,
            gain_spread=parameters.gain_spread,
            adc_bits=parameters.adc_bits,
            adc_range=parameters.adc_range,
        )
        self._amplifier = Amplifier(len(self.positions), rate, settings, seed)
        self._next_block: int | None = None
        self.blocks_skipped = 0
        self._compile(anatomy)

    def _compile(self, anatomy: ForearmAnatomy) -> None:
        """Load or compile the machine code, so that the first block is not late."""
        none = np.zeros(0, np.int64)
        self._synthesis.advance(none, none, none, 1)
        self._amplifier.process(np.zeros((0, len(self.positions)), np.float32))
        trains = spike_trains(self.parameters, anatomy, {self.muscles[0]: 1}, 0)
        trains.advance(np.zeros((1, 1)), np.ones(1))

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
        return self.push_many([stamp], names, np.asarray(excitation)[None], np.asarray(relative_length)[None])

    def push_many(
        self,
        stamps: Sequence[int] | NDArray[np.int64],
        names: Sequence[str],
        excitation: Array,
        relative_length: Array | None = None,
    ) -> list[EmgBlock]:
        """Add many states of the muscles and return the blocks that they complete, oldest first.

        The blocks are those of `push` with the same states one by one, but are computed many times faster.

        Args:
            stamps: [states] times of the states, ns.
            names: [muscles] muscle names.
            excitation: [states, muscles] excitations, 0 to 1.
            relative_length: [states, muscles] fibre lengths relative to those of the anatomy; None for 1.

        Raises:
            InvalidInput: As for `push`; all of the states are then ignored.
        """
        times = np.asarray(stamps, dtype=np.int64)
        if len(times) != len(excitation):
            raise InvalidInput("muscle state: number of stamps", len(times), f"{len(excitation)}, one for each state")
        lengths = np.zeros((len(times), 0)) if relative_length is None else relative_length
        driven, lengths = self._reader.read(names, excitation, lengths)
        blocks: list[EmgBlock] = []
        steps = np.diff(times)
        for part in np.split(np.arange(len(times)), np.flatnonzero((steps <= 0) | (steps > LONGEST_GAP)) + 1):
            if len(part):
                self._restart_after_gap(int(times[part[0]]))
                self._activity.add(times[part], driven[part], lengths[part])
                blocks += self._complete_blocks()
        return blocks

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
            self._activity.restart()
        self._next_block = first

    def _continues(self, stamp: int) -> bool:
        latest = self._activity.latest
        return latest is not None and 0 < stamp - latest <= LONGEST_GAP

    def _complete_blocks(self) -> Iterator[EmgBlock]:
        length, rate = self.parameters.block_length, self.parameters.sample_rate
        assert self._next_block is not None and self._activity.latest is not None
        end = first_sample_at_or_after(self._activity.latest + 1, rate) // length
        at_once = max(int(SPAN * rate) // length, 1)
        while self._next_block < end:
            count = min(end - self._next_block, at_once)
            yield from self._blocks(self._next_block, count)
            self._next_block += count

    def _blocks(self, number: int, count: int) -> Iterator[EmgBlock]:
        """Compute ``count`` blocks together and return them one by one."""
        length, rate = self.parameters.block_length, self.parameters.sample_rate
        first, samples = number * length, count * length
        spikes, moves = self._activity.advance(first, samples)
        electrodes = self._synthesis.advance(spikes.sample, spikes.muscle, spikes.unit, samples, moves)
        electrodes += self._reference.apply(self._noise.samples(first, samples))
        channels = self._amplifier.process(self.montage.apply(electrodes))
        for start in range(0, samples, length):
            own: Spikes = spikes.between(start, start + length)
            stamp = sample_stamp(first + start, rate)
            yield EmgBlock(stamp, channels[start : start + length], own.sample, own.muscle, own.unit)

    def gap_message(self, stamp: int) -> str | None:
        """Return a message for the user if ``stamp`` (ns) does not continue the stream, otherwise None."""
        latest = self._activity.latest
        if latest is None or self._continues(stamp):
            return None
        return (
            f"/muscle/state went from {to_seconds(latest):.3f} s to {to_seconds(stamp):.3f} s; "
            "the EMG stream restarts at this time"
        )
