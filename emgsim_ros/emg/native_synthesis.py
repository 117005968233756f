"""The sum of potentials on the CPU: the arrays that the machine code of `native` works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..muap import MuapBank
from ..muap.bank import RELATIVE_LENGTHS, UNSTRETCHED, MusclePotentials
from .moving_lengths import STEP, Move, in_steps, longest_potential
from .native import summing
from .native.products import LANES, ROWS, padded
from .native.summing import PANEL, PIECE, Constants, Variables, synthesise
from .time_stretch import kernel_table, with_margins

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]


class NativeSums:
    """Sums of potentials in machine code; see `MuapSynthesis`.

    Args:
        bank: The potentials.
    """

    def __init__(self, bank: MuapBank) -> None:
        muscles = list(bank.muscles.values())
        self._electrodes = muscles[0].patterns.shape[1]
        self._weights = [np.ascontiguousarray(one.weights, np.float32) for one in muscles]  # kept: read by address
        self._constants = _constants(muscles, self._weights, padded(self._electrodes, PANEL))
        self._variables = _variables(self._constants.table)
        self.move(np.ones(len(muscles)), np.ones(len(muscles)))

    def move(self, relative_lengths: NDArray[np.float64], slowing: NDArray[np.float64]) -> None:
        """See `MuapSynthesis.move`."""
        self._variables.state[:, [summing.LENGTH, summing.VELOCITY]] = in_steps(relative_lengths, slowing)

    def advance(
        self, sample: Numbers, muscle: Numbers, unit: Numbers, count: int, moves: Sequence[Move] = ()
    ) -> Floats:
        """See `MuapSynthesis.advance`."""
        muscles = len(self._weights)
        order = np.argsort(muscle, kind="stable")
        ends = np.cumsum(np.bincount(muscle, minlength=muscles))
        move_at = np.empty((len(moves), muscles, 2), np.int64)
        for number, move in enumerate(moves):
            move_at[number] = in_steps(move.relative_lengths, move.slowing)
        move_sample = np.array([move.sample for move in moves], np.int64)
        out = np.zeros((padded(count, ROWS), padded(self._electrodes, PANEL)), np.float32)
        synthesise(self._constants, self._variables, sample, order, ends, unit, move_sample, move_at, count, out)
        return out[:count, : self._electrodes]

    def reset(self) -> None:
        """See `MuapSynthesis.reset`."""
        self._variables.sums[:] = 0.0
        self._variables.state[:, summing.SUMS_ROWS] = 0


def _constants(muscles: Sequence[MusclePotentials], weights: Sequence[Floats], electrodes: int) -> Constants:
    margined = [with_margins(one.waveforms) for one in muscles]
    panels = [_in_panels(one.patterns, electrodes) for one in muscles]
    table = np.zeros((len(muscles), 11), np.int64)
    for row, one, given in zip(table, muscles, weights, strict=True):
        _, row[summing.UNITS], row[summing.WAVEFORMS], row[summing.PATTERNS] = given.shape
        row[summing.SAMPLES] = one.waveforms.shape[1]
        row[summing.WIDTH] = padded(given.shape[3], LANES)
        row[summing.WEIGHTS] = given.ctypes.data
    sums, waves = _sizes(table)
    table[:, summing.UNITS_AT] = _starts(table[:, summing.UNITS])
    table[:, summing.SUMS_AT] = _starts(sums)
    table[:, summing.WAVES_AT] = _starts(waves)
    table[:, summing.MARGINED_AT] = _starts([one.size for one in margined])
    table[:, summing.ELECTRODES_AT] = _starts([one.size for one in panels])
    return Constants(
        table, _flat(margined), _flat(panels), kernel_table(), RELATIVE_LENGTHS.astype(np.float64), STEP, UNSTRETCHED
    )


def _variables(table: Numbers) -> Variables:
    sums, waves = _sizes(table)
    return Variables(
        state=np.zeros((len(table), 6), np.int64),
        extents=np.full(int(table[:, summing.UNITS].sum()), -1, np.int64),
        sums=np.zeros(int(sums.sum()), np.float32),
        waves=np.zeros(int(waves.sum()), np.float32),
        weights=np.zeros(int((table[:, summing.WAVEFORMS] * table[:, summing.PATTERNS]).max()) + LANES, np.float32),
        potential=np.zeros(int(sums.max()), np.float32),
    )


def _sizes(table: Numbers) -> tuple[Numbers, Numbers]:
    """Return the number of sums and of stretched samples of each muscle."""
    longest = np.array([padded(longest_potential(int(one)), ROWS) for one in table[:, summing.SAMPLES]], np.int64)
    return (PIECE + longest) * table[:, summing.WIDTH], longest * table[:, summing.WAVEFORMS]


def _in_panels(patterns: Floats, electrodes: int) -> Floats:
    """Return [patterns, electrodes] patterns as [panels, patterns, `PANEL`], with zeros up to ``electrodes``."""
    filled = np.pad(patterns, ((0, 0), (0, electrodes - patterns.shape[1])))
    return np.ascontiguousarray(filled.reshape(len(patterns), -1, PANEL).swapaxes(0, 1))


def _flat(arrays: Sequence[Floats]) -> Floats:
    return np.concatenate([one.ravel() for one in arrays])


def _starts(sizes: Sequence[int] | Numbers) -> Numbers:
    """Return the place of each array among arrays of these sizes one after another."""
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
