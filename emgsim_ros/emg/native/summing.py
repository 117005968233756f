"""The sum of the potentials of all discharges, in machine code.

Each discharge adds [samples, waveforms] @ [waveforms, patterns] to the sums of its muscle, from its sample on. Pieces
of `PIECE` samples are completed for all muscles and converted to electrodes while they are in the processor's cache.

The tables are plain arrays and the loops plain loops, because the time of compilation grows with every array operation
and every array of an argument.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from ...muap.bank import TAIL_THRESHOLD
from ..time_stretch import TAPS, stretch
from .products import LANES, ROWS, add_to_lanes, add_to_two_lanes, floats_at

PIECE = 64  # samples, a multiple of ROWS
PANEL = 2 * LANES  # electrodes

# Columns of the table of muscles. Sizes of the weights, of the unstretched waveforms and of the sums (the patterns in
# full vectors), the address of the [lengths, units, waveforms, patterns] weights, and places in the arrays that contain
# all muscles one after another.
UNITS, WAVEFORMS, PATTERNS, SAMPLES, WIDTH, WEIGHTS = range(6)
UNITS_AT, SUMS_AT, WAVES_AT, MARGINED_AT, ELECTRODES_AT = range(6, 11)
# Columns of the state of the muscles: length and velocity, in steps; those of the stretched waveforms and their rows;
# rows of the sums that are not zero.
LENGTH, VELOCITY, WAVES_LENGTH, WAVES_VELOCITY, WAVES_ROWS, SUMS_ROWS = range(6)


class Constants(NamedTuple):
    """What is constant in a synthesis.

    Attributes:
        table: [muscles, columns] sizes and places.
        margined: Waveforms between zeros; see `time_stretch.with_margins`.
        electrodes: Patterns at the electrodes, [panels, patterns, `PANEL`] for each muscle.
        kernel: Table of `time_stretch`.
        lengths: Relative lengths of the bank, at equal distances.
        step: Step of relative lengths and velocities.
        middle: Number of a length of the bank in the middle of its range.
    """

    table: NDArray[np.int64]
    margined: NDArray[np.float32]
    electrodes: NDArray[np.float32]
    kernel: NDArray[np.float32]
    lengths: NDArray[np.float64]
    step: float
    middle: int


class Variables(NamedTuple):
    """What changes from call to call.

    Attributes:
        state: [muscles, columns] numbers.
        extents: [units of all muscles] samples of each unit's unstretched potential; -1 until its first discharge.
        sums: [rows, width] sums of each muscle from the next sample on.
        waves: [rows, waveforms] stretched waveforms of each muscle.
        weights: Space for the weights of one potential.
        potential: Space for one potential.
    """

    state: NDArray[np.int64]
    extents: NDArray[np.int64]
    sums: NDArray[np.float32]
    waves: NDArray[np.float32]
    weights: NDArray[np.float32]
    potential: NDArray[np.float32]


@njit(cache=True)
def synthesise(constants, variables, sample, order, ends, unit, move_sample, move_at, count, out):
    """Compute the next ``count`` samples of all electrodes.

    Args:
        constants: `Constants`.
        variables: `Variables`, updated in place.
        sample, unit: [spikes] discharges.
        order: [spikes] their order by muscle, and then by sample.
        ends: [muscles] end of each muscle's discharges in this order.
        move_sample: [moves] samples from which on the muscles have other lengths, ascending.
        move_at: [moves, muscles, 2] lengths and velocities from then on, in steps.
        count: Number of samples.
        out: [rows, electrodes] receives the signals, zero before; ``count`` in full multiples of `ROWS`, of which the
            last rows may be surplus, and the electrodes in multiples of `PANEL`.
    """
    state, muscles = variables.state, len(ends)
    next_spike, next_move = np.zeros(muscles, np.int64), np.zeros(muscles, np.int64)
    for muscle in range(1, muscles):
        next_spike[muscle] = ends[muscle - 1]
    for first in range(0, count, PIECE):
        samples = min(PIECE, count - first)
        for muscle in range(muscles):
            while next_spike[muscle] < ends[muscle]:
                spike = order[next_spike[muscle]]
                if sample[spike] >= first + samples:
                    break
                next_move[muscle] = _move(state, muscle, move_sample, move_at, next_move[muscle], sample[spike])
                if state[muscle, LENGTH] != state[muscle, WAVES_LENGTH] or (
                    state[muscle, VELOCITY] != state[muscle, WAVES_VELOCITY]
                ):
                    _stretch(constants, variables, muscle)
                _add_potential(constants, variables, muscle, unit[spike], sample[spike] - first)
                next_spike[muscle] += 1
            if state[muscle, SUMS_ROWS] > 0:
                _to_electrodes(constants, variables, muscle, first, samples, out)
                _advance(constants.table, state, variables.sums, muscle, samples)
    for muscle in range(muscles):
        _move(state, muscle, move_sample, move_at, next_move[muscle], count)


@njit(cache=True)
def _move(state, muscle, move_sample, move_at, next_move, sample):
    """Give a muscle the length that it has at a sample; return the number of the next change."""
    while next_move < len(move_sample) and move_sample[next_move] <= sample:
        state[muscle, LENGTH] = move_at[next_move, muscle, 0]
        state[muscle, VELOCITY] = move_at[next_move, muscle, 1]
        next_move += 1
    return next_move


@njit(cache=True)
def _stretch(constants, variables, muscle):
    """Stretch the waveforms of a muscle to its present length and conduction velocity."""
    table, state = constants.table, variables.state
    samples, waveforms = table[muscle, SAMPLES], table[muscle, WAVEFORMS]
    length, velocity = state[muscle, LENGTH], state[muscle, VELOCITY]
    rows = math.ceil(samples * (length / velocity))
    whole = (rows + ROWS - 1) // ROWS * ROWS
    start, margined_at = table[muscle, WAVES_AT], table[muscle, MARGINED_AT]
    margined = constants.margined[margined_at : margined_at + (samples + 2 * TAPS) * waveforms]
    waves = variables.waves[start : start + whole * waveforms]
    stretch(
        margined.reshape(-1, waveforms),
        length / velocity,
        constants.kernel,
        waves[: rows * waveforms].reshape(-1, waveforms),
    )
    for place in range(rows * waveforms, whole * waveforms):
        waves[place] = np.float32(0.0)
    state[muscle, WAVES_LENGTH], state[muscle, WAVES_VELOCITY], state[muscle, WAVES_ROWS] = length, velocity, whole


@njit(cache=True)
def _add_potential(constants, variables, muscle, unit, sample):
    """Add the potential of a discharge to the sums of its muscle from ``sample`` on."""
    table, state = constants.table, variables.state
    own = table[muscle]
    units, waveforms, width = own[UNITS], own[WAVEFORMS], own[WIDTH]
    size = waveforms * own[PATTERNS]
    lengths, length = constants.lengths, state[muscle, LENGTH]
    bank = carray(floats_at(own[WEIGHTS]), len(lengths) * units * size)
    if variables.extents[own[UNITS_AT] + unit] < 0:
        variables.extents[own[UNITS_AT] + unit] = _extent(constants, variables, own, bank, unit)
    place = (length * constants.step - lengths[0]) / (lengths[1] - lengths[0])
    below = min(int(place), len(lengths) - 2)
    _interpolate(bank, (below * units + unit) * size, units * size, np.float32(place - below), size, variables.weights)
    extent = math.ceil((variables.extents[own[UNITS_AT] + unit] + 1) * (length / state[muscle, VELOCITY]))
    rows = min((extent + ROWS - 1) // ROWS * ROWS, state[muscle, WAVES_ROWS])
    _add(variables.sums, own[SUMS_AT] + sample * width, variables.waves, own[WAVES_AT], variables.weights, own, rows)
    state[muscle, SUMS_ROWS] = max(state[muscle, SUMS_ROWS], sample + rows)


@njit(cache=True)
def _interpolate(bank, start, distance, part, size, weights):
    """Interpolate ``size`` numbers from ``start`` on towards those at a distance."""
    low, high = bank[start : start + size], bank[start + distance : start + distance + size]
    for place in range(size):
        weights[place] = low[place] + part * (high[place] - low[place])


@njit(cache=True)
def _add(sums, at, waves, waves_at, weights, own, rows):
    """Add [rows, waveforms] @ [waveforms, patterns] to the sums from place ``at`` on.

    A row of weights is no full vector. Sums beyond the patterns receive numbers of the next row and are not used.
    """
    width, waveforms, patterns = own[WIDTH], own[WAVEFORMS], own[PATTERNS]
    for column in range(0, width - LANES, 2 * LANES):
        add_to_two_lanes(
            sums, at + column, width, waves, waves_at, waveforms, weights, column, patterns, rows, waveforms
        )
    if width % (2 * LANES):
        column = width - LANES
        add_to_lanes(sums, at + column, width, waves, waves_at, waveforms, weights, column, patterns, rows, waveforms)


@njit(cache=True)
def _extent(constants, variables, own, bank, unit):
    """Return the number of samples after which a unit's potential stays below `TAIL_THRESHOLD` at all lengths.

    The bank has one number of samples for all units of a muscle, that of the longest.
    """
    samples, width, patterns, extent = own[SAMPLES], own[WIDTH], own[PATTERNS], 0
    rows, size = (samples + ROWS - 1) // ROWS * ROWS, own[WAVEFORMS] * patterns
    waves_at, potential = own[MARGINED_AT] + TAPS * own[WAVEFORMS], variables.potential
    for length in (0, constants.middle, len(constants.lengths) - 1):
        for place in range(rows * width):
            potential[place] = np.float32(0.0)
        start = (length * own[UNITS] + unit) * size
        _interpolate(bank, start, 0, np.float32(0.0), size, variables.weights)
        _add(potential, 0, constants.margined, waves_at, variables.weights, own, rows)
        greatest = 0.0
        for row in range(samples):
            greatest = max(greatest, _square(potential, row * width, patterns))
        row = samples
        while row > extent and not _square(potential, (row - 1) * width, patterns) > greatest * TAIL_THRESHOLD**2:
            row -= 1
        extent = row
    return extent


@njit(cache=True)
def _square(numbers, start, count):
    total = 0.0
    for place in range(start, start + count):
        total += numbers[place] * numbers[place]
    return total


@njit(cache=True)
def _to_electrodes(constants, variables, muscle, first, samples, out):
    """Add a muscle's sums to the signals of the electrodes."""
    own, electrodes = constants.table[muscle], out.shape[1]
    patterns = own[PATTERNS]
    rows = (min(samples, variables.state[muscle, SUMS_ROWS]) + ROWS - 1) // ROWS * ROWS
    for panel in range(electrodes // PANEL):
        at, patterns_at = first * electrodes + panel * PANEL, own[ELECTRODES_AT] + panel * patterns * PANEL
        add_to_two_lanes(
            out, at, electrodes, variables.sums, own[SUMS_AT], own[WIDTH], constants.electrodes, patterns_at, PANEL,
            rows, patterns,
        )  # fmt: skip


@njit(cache=True)
def _advance(table, state, sums, muscle, samples):
    """Remove the first ``samples`` rows of a muscle's sums."""
    width, rows = table[muscle, WIDTH], state[muscle, SUMS_ROWS]
    kept = max(rows - samples, 0)
    own = sums[table[muscle, SUMS_AT] : table[muscle, SUMS_AT] + rows * width]
    later = own[samples * width :]
    for place in range(kept * width):
        own[place] = later[place]
    for place in range(kept * width, rows * width):
        own[place] = np.float32(0.0)
    state[muscle, SUMS_ROWS] = kept
