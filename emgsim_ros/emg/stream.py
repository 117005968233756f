"""The EMG stream: muscle states in, blocks of EMG out, by stamp.

A block is made as soon as the neural drive is known up to its last sample; when a state arrives, and in
what company, makes no difference to the numbers. Blocks lie on one grid: block b starts at sample
``b * block_length`` of simulation time. So do the moments at which the potentials follow the muscles' lengths.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..motor_units import Fatigue, Spikes, SpikeTrains
from ..muap import ForearmAnatomy, load_anatomy, load_or_build_bank
from ..muap.bank import Progress
from ..parameters import EmgParameters
from ..parts import build_part, options_for
from ..seeds import generator
from ..signals.excitations import check_excitations
from ..signals.simulation_time import first_sample_at_or_after, from_seconds, sample_stamp, to_seconds
from ..signals.stamped_signals import StampedSignals
from .amplifier import Amplifier, AmplifierSettings
from .montage import Montage
from .noise import RecordingSite, electrode_noise
from .plan import bank_plan, electrode_grid, muscle_map
from .synthesis import MuapSynthesis

Array = NDArray[np.float64]

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
        anatomy: The arm; default the one that the parameters name.
        trial: Another number gives the same motor units other discharges and other noise.

    Attributes:
        grid: The electrodes.
        montage: What is made of them: the channels.
        muscles: Names of the muscles that feed them.
        positions: [channels, 3] in the frame ``forearm``, m.
        blocks_skipped: Blocks left out because the drive was silent too long or jumped back.

    Raises:
        InvalidInput: An unknown muscle, a broken anatomy file, a device that is not there.
    """

    def __init__(
        self,
        parameters: EmgParameters,
        progress: Progress | None = None,
        cache: Path | None = None,
        anatomy: ForearmAnatomy | None = None,
        trial: int = 0,
    ) -> None:
        anatomy = anatomy or load_anatomy(config_file(parameters.anatomy, folder="anatomy"))
        self.parameters = parameters
        self.grid = electrode_grid(parameters, anatomy)
        self.montage: Montage = self._part("montage", self.grid)
        self.positions = self.montage.positions(self.grid.positions(anatomy.placement))
        bank = load_or_build_bank(bank_plan(parameters, anatomy), parameters.device, progress, cache)
        self._synthesis = MuapSynthesis(bank, parameters.device)
        self.muscles, self.units = tuple(bank.units), tuple(bank.units.values())
        self._known = (*anatomy.muscles, *anatomy.out_of_reach)
        self._map = muscle_map(parameters, anatomy)
        rate, seed = parameters.sample_rate, parameters.seed
        drawn = int(generator(seed, "trial", trial).integers(2**31)) if trial else seed
        self._trains: SpikeTrains = self._part("pool", bank.units, rate, drawn)
        self._refresh_period = max(1, round(rate / parameters.refresh_rate))
        self._fatigue = Fatigue(len(self.muscles))
        site = RecordingSite(parameters, self.grid.count, drawn)
        self._contact, self._noise = site.contact, electrode_noise(site)
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
        self._unmoved = True  # the potentials have not been brought to the muscles' lengths yet
        self.blocks_skipped = 0

    def _part(self, kind: str, *arguments: Any) -> Any:
        """The part of this kind that the parameters name."""
        name, options = getattr(self.parameters, kind), options_for(kind, self.parameters.options)
        return build_part(kind, name, *arguments, options=options)

    def push(
        self,
        stamp: int,
        names: Sequence[str],
        excitation: Sequence[float] | Array,
        relative_length: Sequence[float] | Array = (),
    ) -> list[EmgBlock]:
        """Take the muscles' state at ``stamp`` (ns) and return the blocks that it completes, oldest first.

        A muscle of the stream that is not in ``names`` is at rest.

        Args:
            stamp: ns.
            names: [muscles].
            excitation: [muscles], 0 to 1.
            relative_length: [muscles] fibre length over that of the anatomy table; empty: 1 for all.

        Raises:
            InvalidInput: Unknown muscle, lengths that differ, an excitation that is not within 0..1 or a fibre length
                that is not above 0. Nothing of the message is used then; the stream goes on with the next good one.
        """
        check_excitations("muscle state", names, excitation, self._known if self._map is None else names)
        _check_lengths(names, relative_length)
        values = self._of_muscles(names, excitation, 0.0)
        lengths = self._of_muscles(names, relative_length, 1.0) if len(relative_length) else np.ones(len(self.muscles))
        self._place(stamp)
        self._drive.add(stamp, values)
        self._lengths.add(stamp, lengths)
        return list(self._complete_blocks())

    def _of_muscles(self, names: Sequence[str], given: Sequence[float] | Array, otherwise: float) -> Array:
        """[muscles] of the stream from those of the message."""
        if self._map is not None:
            names, given = self._map.muscles, self._map.values(names, given)
        by_name = dict(zip(names, given, strict=True))
        return np.array([by_name.get(name, otherwise) for name in self.muscles], dtype=float)

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
            self._lengths.clear()
            self._fatigue.reset()
            self._unmoved = True
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
        electrodes = emg * self._contact + self._noise.samples(first, length)
        channels = self._amplifier.process(self.montage.apply(electrodes))
        return EmgBlock(sample_stamp(first, rate), channels, sample, muscle, unit)

    def _pieces(self, first: int, end: int) -> list[tuple[int, int]]:
        """A stretch of samples, cut where the potentials are refreshed."""
        period = self._refresh_period
        cuts = [first, *range(first - first % period + period, end, period), end]
        return list(itertools.pairwise(cuts))

    def _piece(self, first: int, end: int) -> tuple[NDArray[np.float32], Spikes]:
        """EMG of the electrodes (without noise) and discharges from one sample to another."""
        rate, count = self.parameters.sample_rate, end - first
        stamps = np.array([sample_stamp(first + i, rate) for i in range(count)], dtype=np.int64)
        if first % self._refresh_period == 0 or self._unmoved:
            self._synthesis.move(self._lengths.at(stamps[:1])[0], self._fatigue.slowing)
            self._unmoved = False
        excitation = self._drive.at(stamps)
        spikes = self._trains.advance(excitation, self._fatigue.slowing)
        if self.parameters.fatigue:
            self._fatigue.advance(excitation.mean(axis=0), count / rate)
        return self._synthesis.advance(spikes.sample, spikes.muscle, spikes.unit, count), spikes

    def gap_message(self, stamp: int) -> str | None:
        """What to tell the user if ``stamp`` (ns) does not continue the stream; None if it does."""
        latest = self._drive.latest
        if latest is None or self._continues(stamp):
            return None
        return (
            f"/muscle/state went from {to_seconds(latest):.3f} s to {to_seconds(stamp):.3f} s; "
            "the EMG stream starts again there"
        )


def _check_lengths(names: Sequence[str], values: Sequence[float] | Array) -> None:
    if len(values) not in (0, len(names)):
        field = "muscle state: relative_fiber_length length"
        raise InvalidInput(field, len(values), f"{len(names)}, as many as names, or 0")
    for name, value in zip(names, values, strict=False):
        if not 0.0 < value < np.inf:  # refuses NaN as well
            raise InvalidInput(f"muscle state: relative_fiber_length of {name!r}", float(value), "a number above 0")
