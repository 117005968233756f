"""The sum of the potentials of all discharges, in machine code.

Each discharge adds [samples, waveforms] @ [waveforms, patterns] to the sums of its muscle, from its sample on. Pieces of
`PIECE` samples are completed for all muscles and converted to electrodes while they are in the processor's cache.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from ..time_stretch import stretch
from .products import LANES, ROWS, add_product, floats_at

PIECE = 128  # samples, a multiple of ROWS

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]


class MuscleTables(NamedTuple):
    """What is constant in a synthesis; one number per muscle, except for the last five.

    Attributes:
        weights: Addresses of the [lengths, units, waveforms, patterns] weights.
        units, waveforms, patterns: Sizes of the weights.
        samples: Samples of the unstretched waveforms.
        longest: Greatest number of rows that a potential takes.
        width: Columns of the sums: the patterns, in full vectors.
        sums_at, waves_at, margined_at, electrodes_at: Places in the arrays that contain all muscles one after another.
        margined: Waveforms between zeros; see `time_stretch.with_margins`.
        electrodes: Patterns at the electrodes, [panels of `LANES` electrodes, patterns, `LANES`] for each muscle.
        kernel: Table of `time_stretch`.
        grid: First relative length of the bank, distance of its lengths, and their number.
        steps: Step of relative lengths and velocities.
    """

    weights: Numbers
    units: Numbers
    waveforms: Numbers
    patterns: Numbers
    samples: Numbers
    longest: Numbers
    width: Numbers
    sums_at: Numbers
    waves_at: Numbers
    margined_at: Numbers
    electrodes_at: Numbers
    margined: Floats
    electrodes: Floats
    kernel: Floats
    grid: tuple[float, float, int]
    step: float


class MuscleStates(NamedTuple):
    """What changes from call to call.

    Attributes:
        sums: [rows, width] sums of each muscle from the next sample on, one muscle after another.
        rows: [muscles] number of these rows that are not zero.
        waves: Stretched waveforms of each muscle.
        at: [muscles, 2] present relative length and velocity, in steps.
        waves_of: [muscles, 2] those of the stretched waveforms.
        taken: [muscles] rows of the stretched waveforms.
        interpolated: Space for the weights of one potential.
    """

    sums: Floats
    rows: Numbers
    waves: Floats
    at: Numbers
    waves_of: Numbers
    taken: Numbers
    interpolated: Floats


@njit(cache=True)
def synthesise(muscles, states, sample, muscle, unit, move_sample, move_at, count, out):
    """Compute the next ``count`` samples of all electrodes.

    Args:
        muscles: `MuscleTables`.
        states: `MuscleStates`, updated in place.
        sample, muscle, unit: [spikes] discharges, ascending by sample.
        move_sample: [moves] samples from which on the muscles have other lengths, ascending.
        move_at: [moves, muscles, 2] lengths and velocities from then on, in steps.
        count: Number of samples.
        out: [rows, electrodes] receives the signals, zero before; ``count`` in full multiples of `ROWS`, of which the
            last rows may be surplus, and the electrodes in multiples of `LANES`.
    """
    total = len(muscles.weights)
    order, next_spike, ends = _by_muscle(muscle, total)
    next_move = np.zeros(total, np.int64)
    for first in range(0, count, PIECE):
        samples = min(PIECE, count - first)
        for number in range(total):
            while next_spike[number] < ends[number] and sample[order[next_spike[number]]] < first + samples:
                spike = order[next_spike[number]]
                next_spike[number] += 1
                _move(states, number, move_sample, move_at, next_move, sample[spike])
                _add_potential(muscles, states, number, unit[spike], sample[spike] - first)
            if states.rows[number] > 0:
                _to_electrodes(muscles, states, number, first, samples, out)
                _advance(muscles, states, number, samples)
    for number in range(total):
        _move(states, number, move_sample, move_at, next_move, count)


@njit(cache=True)
def _by_muscle(muscle, total):
    """Return the order of the discharges by muscle, and the first and the end of each muscle's in it."""
    ends = np.zeros(total, np.int64)
    for one in muscle:
        ends[one] += 1
    ends = np.cumsum(ends)
    first = np.zeros(total, np.int64)
    first[1:] = ends[:-1]
    order, filled = np.empty(len(muscle), np.int64), first.copy()
    for spike, one in enumerate(muscle):
        order[filled[one]] = spike
        filled[one] += 1
    return order, first, ends


@njit(cache=True)
def _move(states, number, move_sample, move_at, next_move, sample):
    """Give a muscle the length that it has at a sample."""
    while next_move[number] < len(move_sample) and move_sample[next_move[number]] <= sample:
        states.at[number] = move_at[next_move[number], number]
        next_move[number] += 1


@njit(cache=True)
def _add_potential(muscles, states, number, unit, sample):
    """Add the potential of a discharge to the sums of its muscle from ``sample`` on."""
    at = states.at[number]
    if at[0] != states.waves_of[number, 0] or at[1] != states.waves_of[number, 1]:
        _stretch(muscles, states, number, at)
    _interpolate(muscles, states, number, unit, at[0])
    width, waveforms, patterns = muscles.width[number], muscles.waveforms[number], muscles.patterns[number]
    sums_at, waves_at, rows = muscles.sums_at[number] + sample * width, muscles.waves_at[number], states.taken[number]
    # A row of weights is no full vector; the sums beyond the patterns receive numbers of the next row and are not used.
    for column in range(0, patterns, LANES):
        add_product(
            states.sums,
            sums_at + column,
            width,
            states.waves,
            waves_at,
            waveforms,
            1,
            states.interpolated,
            column,
            patterns,
            rows,
            waveforms,
        )
    states.rows[number] = max(states.rows[number], sample + rows)


@njit(cache=True)
def _stretch(muscles, states, number, at):
    """Stretch the waveforms of a muscle to its present length and conduction velocity."""
    samples, waveforms = muscles.samples[number], muscles.waveforms[number]
    factor = at[0] / at[1]
    rows = math.ceil(samples * factor)
    taken = (rows + ROWS - 1) // ROWS * ROWS
    start, margined_at = muscles.waves_at[number], muscles.margined_at[number]
    out = states.waves[start : start + taken * waveforms].reshape(taken, waveforms)
    size = (samples + len(muscles.kernel[0])) * waveforms
    margined = muscles.margined[margined_at : margined_at + size].reshape(-1, waveforms)
    stretch(margined, factor, muscles.kernel, out[:rows])
    out[rows:] = np.float32(0.0)
    states.waves_of[number] = at
    states.taken[number] = taken


@njit(cache=True)
def _interpolate(muscles, states, number, unit, length):
    """Interpolate the weights of a unit between the lengths of the bank."""
    first, distance, lengths = muscles.grid
    place = (length * muscles.step - first) / distance
    below = min(int(place), lengths - 2)
    part = np.float32(place - below)
    units, size = muscles.units[number], muscles.waveforms[number] * muscles.patterns[number]
    weights = carray(floats_at(muscles.weights[number]), lengths * units * size)
    low, high = (below * units + unit) * size, ((below + 1) * units + unit) * size
    interpolated = states.interpolated
    for one in range(size):
        interpolated[one] = weights[low + one] + part * (weights[high + one] - weights[low + one])


@njit(cache=True)
def _to_electrodes(muscles, states, number, first, samples, out):
    """Add a muscle's sums to the signals of the electrodes."""
    width, patterns, electrodes = muscles.width[number], muscles.patterns[number], out.shape[1]
    rows = (min(samples, states.rows[number]) + ROWS - 1) // ROWS * ROWS
    for panel in range(electrodes // LANES):
        add_product(
            out,
            first * electrodes + panel * LANES,
            electrodes,
            states.sums,
            muscles.sums_at[number],
            width,
            1,
            muscles.electrodes,
            muscles.electrodes_at[number] + panel * patterns * LANES,
            LANES,
            rows,
            patterns,
        )


@njit(cache=True)
def _advance(muscles, states, number, samples):
    """Remove the first ``samples`` rows of a muscle's sums."""
    start, width = muscles.sums_at[number], muscles.width[number]
    used, removed = states.rows[number] * width, samples * width
    kept = max(used - removed, 0)
    sums = states.sums[start : start + used]
    for place in range(kept):
        sums[place] = sums[place + removed]
    sums[kept:] = np.float32(0.0)
    states.rows[number] = kept // width
