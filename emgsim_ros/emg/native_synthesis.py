"""The sum of potentials on the CPU: the arrays that the machine code of `native` works on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..muap import MuapBank
from ..muap.bank import RELATIVE_LENGTHS, UNSTRETCHED, MusclePotentials
from .moving_lengths import STEP, Move, in_steps, longest_potential
from .native.products import LANES, ROWS, padded
from .native.summing import PANEL, PIECE, MuscleStates, MuscleTables, synthesise
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
        self._tables = _tables(muscles, self._weights, padded(self._electrodes, PANEL))
        self._at = np.empty((len(muscles), 2), np.int64)
        self.move(np.ones(len(muscles)), np.ones(len(muscles)))
        self.reset()

    def move(self, relative_lengths: NDArray[np.float64], slowing: NDArray[np.float64]) -> None:
        """See `MuapSynthesis.move`."""
        self._at[:] = in_steps(relative_lengths, slowing)

    def advance(
        self, sample: Numbers, muscle: Numbers, unit: Numbers, count: int, moves: Sequence[Move] = ()
    ) -> Floats:
        """See `MuapSynthesis.advance`."""
        move_at = np.empty((len(moves), *self._at.shape), np.int64)
        for number, move in enumerate(moves):
            move_at[number] = in_steps(move.relative_lengths, move.slowing)
        move_sample = np.array([move.sample for move in moves], np.int64)
        out = np.zeros((padded(count, ROWS), padded(self._electrodes, PANEL)), np.float32)
        synthesise(self._tables, self._states, sample, muscle, unit, move_sample, move_at, count, out)
        return out[:count, : self._electrodes]

    def reset(self) -> None:
        """See `MuapSynthesis.reset`."""
        tables = self._tables
        muscles = len(tables.weights)
        self._states = MuscleStates(
            sums=np.zeros(int(((PIECE + tables.longest) * tables.width).sum()), np.float32),
            rows=np.zeros(muscles, np.int64),
            waves=np.zeros(int((tables.longest * tables.waveforms).sum()), np.float32),
            at=self._at,
            waves_of=np.zeros((muscles, 2), np.int64),
            taken=np.zeros(muscles, np.int64),
            interpolated=np.zeros(int((tables.waveforms * tables.patterns).max()) + LANES, np.float32),
            potential=np.zeros(int((tables.longest * tables.width).max()), np.float32),
        )


def _tables(muscles: Sequence[MusclePotentials], weights: Sequence[Floats], electrodes: int) -> MuscleTables:
    sizes = np.array([one.shape for one in weights], np.int64).reshape(-1, 4)
    samples = np.array([one.waveforms.shape[1] for one in muscles], np.int64)
    longest = np.array([padded(longest_potential(int(count)), ROWS) for count in samples], np.int64)
    margined = [with_margins(one.waveforms) for one in muscles]
    panels = [_in_panels(one.patterns, electrodes) for one in muscles]
    width = -(-sizes[:, 3] // LANES) * LANES
    return MuscleTables(
        weights=np.array([one.ctypes.data for one in weights], np.int64),
        units=sizes[:, 1].copy(),
        extents=np.full(int(sizes[:, 1].sum()), -1, np.int64),
        extents_at=_starts(sizes[:, 1]),
        waveforms=sizes[:, 2].copy(),
        patterns=sizes[:, 3].copy(),
        samples=samples,
        longest=longest,
        width=width,
        sums_at=_starts((PIECE + longest) * width),
        waves_at=_starts(longest * sizes[:, 2]),
        margined_at=_starts([one.size for one in margined]),
        electrodes_at=_starts([one.size for one in panels]),
        margined=_flat(margined),
        electrodes=_flat(panels),
        kernel=kernel_table(),
        grid=(float(RELATIVE_LENGTHS[0]), float(RELATIVE_LENGTHS[1] - RELATIVE_LENGTHS[0]), len(RELATIVE_LENGTHS)),
        relevant=np.array([0, UNSTRETCHED, len(RELATIVE_LENGTHS) - 1]),
        step=STEP,
    )


def _in_panels(patterns: Floats, electrodes: int) -> Floats:
    """Return [patterns, electrodes] patterns as [panels, patterns, `PANEL`], with zeros up to ``electrodes``."""
    filled = np.pad(patterns, ((0, 0), (0, electrodes - patterns.shape[1])))
    return np.ascontiguousarray(filled.reshape(len(patterns), -1, PANEL).swapaxes(0, 1))


def _flat(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([one.ravel() for one in arrays])


def _starts(sizes: Sequence[int] | Numbers) -> Numbers:
    """Return the place of each array among arrays of these sizes one after another."""
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
