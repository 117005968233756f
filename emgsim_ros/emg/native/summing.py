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

from ...muap.bank import TAIL_THRESHOLD
from ..time_stretch import stretch
from .products import LANES, ROWS, add_to_lanes, add_to_two_lanes, floats_at

PIECE = 64  # samples, a multiple of ROWS
PANEL = 2 * LANES  # electrodes

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]


class MuscleTables(NamedTuple):
    """What is constant in a synthesis; one number per muscle, except for ``extents`` and the last six.

    Attributes:
        weights: Addresses of the [lengths, units, waveforms, patterns] weights.
        units, waveforms, patterns: Sizes of the weights.
        extents, extents_at: Unstretched samples of the potential of each unit (-1 until its first discharge), and the
            place of each muscle's first unit.
        samples: Samples of the unstretched waveforms.
        longest: Greatest number of rows that a potential takes.
        width: Columns of the sums: the patterns, in full vectors.
        sums_at, waves_at, margined_at, electrodes_at: Places in the arrays that contain all muscles one after another.
        margined: Waveforms between zeros; see `time_stretch.with_margins`.
        electrodes: Patterns at the electrodes, [panels, patterns, `PANEL`] for each muscle.
        kernel: Table of `time_stretch`.
        relevant: Lengths of the bank at which the extents of potentials are measured.
        grid: First relative length of the bank, distance of its lengths, and their number.
        steps: Step of relative lengths and velocities.
    """

    weights: Numbers
    units: Numbers
    waveforms: Numbers
    patterns: Numbers
    extents: Numbers
    extents_at: Numbers
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
    relevant: Numbers
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
        interpolated, potential: Space for the weights and the [samples, width] sums of one potential.
    """

    sums: Floats
    rows: Numbers
    waves: Floats
    at: Numbers
    waves_of: Numbers
    taken: Numbers
    interpolated: Floats
    potential: Floats


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
            last rows may be surplus, and the electrodes in multiples of `PANEL`.
    """
    total = len(muscles.weights)
    order, ends = _by_muscle(muscle, total)
    sample, unit = sample[order], unit[order]
    next_spike, next_move = np.zeros(total, np.int64), np.zeros(total, np.int64)
    next_spike[1:] = ends[:-1]
    for first in range(0, count, PIECE):
        samples = min(PIECE, count - first)
        for number in range(total):
            start, end = next_spike[number], next_spike[number]
            while end < ends[number] and sample[end] < first + samples:
                end += 1
            while start < end:  # the discharges up to the next change of the length
                next_move[number] = _move(states, number, move_sample, move_at, next_move[number], sample[start])
                same = start + 1
                while same < end and (
                    next_move[number] == len(move_sample) or sample[same] < move_sample[next_move[number]]
                ):
                    same += 1
                _add_potentials(muscles, states, number, sample[start:same], unit[start:same], first)
                start = same
            next_spike[number] = end
            if states.rows[number] > 0:
                _to_electrodes(muscles, states, number, first, samples, out)
                _advance(muscles, states, number, samples)
    for number in range(total):
        _move(states, number, move_sample, move_at, next_move[number], count)


@njit(cache=True)
def _by_muscle(muscle, total):
    """Return the order of the discharges by muscle, and the end of each muscle's in it."""
    first = np.zeros(total + 1, np.int64)
    for one in muscle:
        first[one + 1] += 1
    first = np.cumsum(first)
    order, filled = np.empty(len(muscle), np.int64), first.copy()
    for spike, one in enumerate(muscle):
        order[filled[one]] = spike
        filled[one] += 1
    return order, first[1:]


@njit(cache=True)
def _move(states, number, move_sample, move_at, next_move, sample):
    """Give a muscle the length that it has at a sample; return the number of the next change."""
    while next_move < len(move_sample) and move_sample[next_move] <= sample:
        states.at[number] = move_at[next_move, number]
        next_move += 1
    return next_move


@njit(cache=True)
def _add_potentials(muscles, states, number, sample, unit, first):
    """Add the potentials of discharges at the muscle's present length to its sums, which begin at sample ``first``."""
    length, velocity = states.at[number]
    if length != states.waves_of[number, 0] or velocity != states.waves_of[number, 1]:
        _stretch(muscles, states, number, length, velocity)
    start, distance, lengths = muscles.grid
    place = (length * muscles.step - start) / distance
    below = min(int(place), lengths - 2)
    part = np.float32(place - below)
    width, waveforms, patterns = muscles.width[number], muscles.waveforms[number], muscles.patterns[number]
    size = waveforms * patterns
    weights = carray(floats_at(muscles.weights[number]), (lengths, muscles.units[number], size))
    sums, waves, interpolated = states.sums, states.waves, states.interpolated
    waves_at, taken, end = muscles.waves_at[number], states.taken[number], states.rows[number]
    extents = muscles.extents[muscles.extents_at[number] : muscles.extents_at[number] + muscles.units[number]]
    for spike in range(len(sample)):
        if extents[unit[spike]] < 0:
            extents[unit[spike]] = _extent(muscles, states, number, weights[:, unit[spike]])
        low, high = weights[below, unit[spike]], weights[below + 1, unit[spike]]
        for one in range(size):
            interpolated[one] = low[one] + part * (high[one] - low[one])
        rows = min((math.ceil((extents[unit[spike]] + 1) * (length / velocity)) + ROWS - 1) // ROWS * ROWS, taken)
        at = muscles.sums_at[number] + (sample[spike] - first) * width
        _add(sums, at, width, waves, waves_at, waveforms, interpolated, patterns, rows)
        end = max(end, sample[spike] - first + rows)
    states.rows[number] = end


@njit(cache=True, inline="always")
def _add(sums, at, width, waves, waves_at, waveforms, weights, patterns, rows):
    """Add [rows, waveforms] @ [waveforms, patterns] to the sums from place ``at`` on.

    A row of weights is no full vector. Sums beyond the patterns receive numbers of the next row and are not used.
    """
    for column in range(0, width - LANES, 2 * LANES):
        add_to_two_lanes(
            sums, at + column, width, waves, waves_at, waveforms, weights, column, patterns, rows, waveforms
        )
    if width % (2 * LANES):
        column = width - LANES
        add_to_lanes(sums, at + column, width, waves, waves_at, waveforms, weights, column, patterns, rows, waveforms)


@njit(cache=True)
def _extent(muscles, states, number, weights):
    """Return the number of samples after which a unit's potential stays below `TAIL_THRESHOLD` at all lengths.

    The bank has one number of samples for all units of a muscle, that of the longest. ``weights`` are [lengths, waveforms
    x patterns].
    """
    samples, waveforms, patterns = muscles.samples[number], muscles.waveforms[number], muscles.patterns[number]
    width, before = muscles.width[number], (len(muscles.kernel[0]) // 2) * waveforms
    rows, extent = (samples + ROWS - 1) // ROWS * ROWS, 0
    potential = states.potential[: rows * width].reshape(rows, width)
    for length in muscles.relevant:
        states.interpolated[: waveforms * patterns] = weights[length]
        potential[:] = np.float32(0.0)
        waves_at = muscles.margined_at[number] + before
        _add(states.potential, 0, width, muscles.margined, waves_at, waveforms, states.interpolated, patterns, rows)
        greatest, last = np.float32(0.0), -1
        size = np.zeros(samples, np.float32)
        for one in range(samples):
            for pattern in range(patterns):
                size[one] += potential[one, pattern] ** 2
            greatest = max(greatest, size[one])
        for one in range(samples):
            if size[one] > greatest * TAIL_THRESHOLD**2:
                last = one
        extent = max(extent, last + 1)
    return extent


@njit(cache=True)
def _stretch(muscles, states, number, length, velocity):
    """Stretch the waveforms of a muscle to its present length and conduction velocity."""
    samples, waveforms = muscles.samples[number], muscles.waveforms[number]
    factor = length / velocity
    rows = math.ceil(samples * factor)
    taken = (rows + ROWS - 1) // ROWS * ROWS
    start, margined_at = muscles.waves_at[number], muscles.margined_at[number]
    out = states.waves[start : start + taken * waveforms].reshape(taken, waveforms)
    size = (samples + len(muscles.kernel[0])) * waveforms
    margined = muscles.margined[margined_at : margined_at + size].reshape(-1, waveforms)
    stretch(margined, factor, muscles.kernel, out[:rows])
    out[rows:] = np.float32(0.0)
    states.waves_of[number, 0], states.waves_of[number, 1] = length, velocity
    states.taken[number] = taken


@njit(cache=True)
def _to_electrodes(muscles, states, number, first, samples, out):
    """Add a muscle's sums to the signals of the electrodes."""
    width, patterns, electrodes = muscles.width[number], muscles.patterns[number], out.shape[1]
    rows = (min(samples, states.rows[number]) + ROWS - 1) // ROWS * ROWS
    for panel in range(electrodes // PANEL):
        add_to_two_lanes(
            out, first * electrodes + panel * PANEL, electrodes, states.sums, muscles.sums_at[number], width,
            muscles.electrodes, muscles.electrodes_at[number] + panel * patterns * PANEL, PANEL, rows, patterns,
        )  # fmt: skip


@njit(cache=True)
def _advance(muscles, states, number, samples):
    """Remove the first ``samples`` rows of a muscle's sums."""
    start, width = muscles.sums_at[number], muscles.width[number]
    used, removed = states.rows[number] * width, samples * width
    kept = max(used - removed, 0)
    sums = states.sums[start : start + used]
    for place, one in enumerate(sums[removed:]):
        sums[place] = one
    sums[kept:] = np.float32(0.0)
    states.rows[number] = kept // width
