"""The activity of the muscles under the electrodes: discharges and fibre lengths, from stamped muscle states.

Fibre lengths and fatigue change at the samples of a fixed grid in simulation time, the updates, and whenever the states
begin anew. Discharges, lengths and fatigue therefore do not depend on the pieces in which they are computed.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from ..motor_units import CommonDrive, Fatigue, Spikes, SpikeTrains
from ..motor_units.spikes import joined
from ..signals.simulation_time import sample_stamps
from ..signals.stamped_signals import StampedSignals
from .moving_lengths import Move

Array = NDArray[np.float64]


class MuscleActivity:
    """Discharges and fibre lengths of several muscles, for any number of samples at once.

    Args:
        muscles: Number of muscles.
        trains: Spike trains of their pools.
        common: Fluctuations of their drive.
        sample_rate: Sampling rate, Hz.
        refresh_rate: Rate of the updates, Hz.
        fatigue: Whether the muscles become tired.
    """

    def __init__(
        self,
        muscles: int,
        trains: SpikeTrains,
        common: CommonDrive,
        sample_rate: int,
        refresh_rate: float,
        fatigue: bool,
    ) -> None:
        self._trains, self._common, self._rate = trains, common, sample_rate
        self._period = max(1, round(sample_rate / refresh_rate))  # samples from one update to the next
        self._excitation, self._lengths = StampedSignals(muscles), StampedSignals(muscles)
        self._tiring, self._fatigue = fatigue, Fatigue(muscles)
        self.restart()

    @property
    def latest(self) -> int | None:
        """Stamp (ns) of the latest state; None if there is none."""
        return self._excitation.latest

    def restart(self) -> None:
        """Forget all states; the muscles are rested."""
        self._excitation.clear()
        self._lengths.clear()
        self._fatigue.reset()
        self._updated: tuple[int, Array] | None = None  # sample of the last update and the excitations at it

    def add(self, stamps: NDArray[np.int64], excitation: Array, relative_length: Array) -> None:
        """Append states.

        Args:
            stamps: [states] times, ns, ascending and later than all previous ones.
            excitation: [states, muscles] excitations, 0 to 1.
            relative_length: [states, muscles] relative fibre lengths.
        """
        self._excitation.add_many(stamps, excitation)
        self._lengths.add_many(stamps, relative_length)

    def advance(self, first: int, count: int) -> tuple[Spikes, list[Move]]:
        """Return the discharges of the next samples and the updates among them.

        Args:
            first: Number of the first sample since the start of the simulation.
            count: Number of samples, 1 or more; the states must reach the last one.
        """
        stamps = sample_stamps(first, count, self._rate)
        excitation = self._excitation.at(stamps)
        drive = self._common.applied(excitation, first)
        updates = self._updates(first, count)
        lengths = dict(zip(updates, self._lengths.at(stamps[updates]), strict=True)) if updates else {}
        moves: list[Move] = []
        made: list[Spikes] = []
        for start, end in itertools.pairwise([*dict.fromkeys([0, *updates]), count]):
            if start in lengths:
                self._tire(first + start, excitation[start])
                moves.append(Move(start, lengths[start], self._fatigue.slowing))
            if self._tiring:  # the rates change at the updates as well
                made.append(self._trains.advance(drive[start:end], self._fatigue.slowing).later(start))
        if self._tiring:
            return joined(made), moves
        return self._trains.advance(drive, self._fatigue.slowing), moves

    def _updates(self, first: int, count: int) -> list[int]:
        """Return the samples, counted from ``first`` on, at which lengths and fatigue are updated."""
        on_grid = range(-first % self._period, count, self._period)
        return list(on_grid) if self._updated is not None else list(dict.fromkeys([0, *on_grid]))

    def _tire(self, sample: int, excitation: Array) -> None:
        """Advance the fatigue to a sample, with the excitation at the previous update."""
        if self._tiring and self._updated is not None:
            before, held = self._updated
            self._fatigue.advance(held, (sample - before) / self._rate)
        self._updated = (sample, excitation.copy())
