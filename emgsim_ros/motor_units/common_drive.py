"""Common synaptic drive: slow fluctuations of the excitation that all motor units of a muscle receive.

The motoneurons of a muscle receive a large common input (De Luca & Erim 1994), more than 60 % of the low-frequency
input (Negro, Yavuz & Farina 2016). Pools transmit the common part and average out the independent part, so it
determines how force and EMG amplitude fluctuate in a steady contraction (Farina & Negro 2015; Dideriksen et al. 2012).
Its standard deviation is proportional to the drive, as that of the force is (Jones, Hamilton & Wolpert 2002).

The excitation E of muscle m becomes E (1 + c n_m(t)) with the coefficient of variation c and Gaussian noise of
variance 1,

    n_m = sqrt(s) n_group + sqrt(1 - s) n_own.

Muscles of one group of synergists share the part s of its variance; De Luca & Erim (2002) showed common fluctuations
of two wrist extensors. The power of n_m falls as f^-0.3 from 1/32 Hz on and steeply above 5 Hz, as that of the mean
rate of 81 units of a tibialis anterior does below 5 Hz (recordings published with Caillet et al. 2023).

The noise is a function of the time since the start of the simulation. It consists of segments of 32 s, each from a
generator of its own, that overlap by half and fade into each other with constant variance. It therefore does not
depend on the division of the stream into blocks, on gaps, or on the time at which a stream begins.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..seeds import generator
from .properties import PoolTable

Array = NDArray[np.float64]

SLOPE = 0.3  # decrease of the power with the frequency: exponent below CUT_OFF
CUT_OFF = 5.0  # Hz, De Luca & Erim 1994
GRID_RATE = 50  # Hz, rate of the noise; it is interpolated linearly
SEGMENT = 32 * GRID_RATE  # points of a segment
HOP = SEGMENT // 2


class CommonDrive:
    """Fluctuations of the common drive of several muscles.

    Args:
        muscles: Names of the muscles.
        table: Groups of synergists and their shared part.
        strength: Coefficient of variation of the drive; 0 leaves the excitation as it is.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed.
    """

    def __init__(self, muscles: Sequence[str], table: PoolTable, strength: float, sample_rate: int, seed: int) -> None:
        self._strength, self._sample_rate, self._seed = strength, sample_rate, seed
        self._muscles, self._groups = tuple(muscles), [table.group(muscle) for muscle in muscles]
        self._shared = np.array([0.0 if group is None else table.shared for group in self._groups])
        self._hop, self._table = -1, np.zeros((HOP + 1, len(muscles)))
        self._segments: dict[int, Array] = {}

    def applied(self, excitation: Array, first: int) -> Array:
        """Return the excitations with their fluctuations.

        Args:
            excitation: [samples, muscles] excitations, 0 to 1.
            first: Number of the first sample since the start of the simulation, 0 or more.

        Returns:
            [samples, muscles] excitations, 0 or more; fluctuations may raise them above 1.
        """
        if self._strength == 0.0:
            return excitation
        return np.maximum(excitation * (1 + self._strength * self.noise(first, len(excitation))), 0.0)

    def noise(self, first: int, count: int) -> Array:
        """Return the noise of variance 1, [count, muscles], of the samples from number ``first`` on."""
        samples = np.arange(first, first + count) * GRID_RATE
        points, rests = samples // self._sample_rate, (samples % self._sample_rate) / self._sample_rate
        out = np.empty((count, len(self._muscles)))
        for hop in range(points[0] // HOP, points[-1] // HOP + 1):
            inside = points // HOP == hop
            table, point, rest = self._of_hop(hop), points[inside] - hop * HOP, rests[inside, None]
            out[inside] = table[point] * (1 - rest) + table[point + 1] * rest
        return out

    def _of_hop(self, hop: int) -> Array:
        """Return the noise at the grid points of a hop and the first point of the next one, [HOP + 1, muscles]."""
        if hop != self._hop:
            fade = np.pi / 2 * (np.arange(HOP + 1) / HOP)[:, None]
            # The last point belongs to the next hop, where the newer of these segments has its full weight.
            older = np.concatenate([self._segment(hop)[HOP:], np.zeros((1, len(self._muscles)))])
            newer = self._segment(hop + 1)[: HOP + 1]
            self._table = np.cos(fade) * older + np.sin(fade) * newer
            self._hop = hop
        return self._table

    def _segment(self, number: int) -> Array:
        """Return the noise of the muscles in a segment, [SEGMENT, muscles]."""
        if number not in self._segments:
            own = [self._source(f"muscle {name}", number) for name in self._muscles]
            of_group = {name: self._source(f"group {name}", number) for name in set(self._groups) if name is not None}
            group = [np.zeros(SEGMENT) if name is None else of_group[name] for name in self._groups]
            self._segments = {kept: self._segments[kept] for kept in (number - 1, number + 1) if kept in self._segments}
            mixed = np.sqrt(1 - self._shared) * np.stack(own, axis=1) + np.sqrt(self._shared) * np.stack(group, axis=1)
            self._segments[number] = mixed
        return self._segments[number]

    def _source(self, name: str, segment: int) -> Array:
        return low_pass_noise(generator(self._seed, "common_drive", name, segment))


def low_pass_noise(drawn: np.random.Generator) -> Array:
    """Return Gaussian noise of variance 1 with the spectrum of the common drive, [SEGMENT] at GRID_RATE."""
    frequency = np.fft.rfftfreq(SEGMENT, 1 / GRID_RATE)[1:-1]
    power = frequency**-SLOPE / (1 + (frequency / CUT_OFF) ** 4)
    amplitude = np.sqrt(power / power.sum()) * SEGMENT / 2
    parts = drawn.standard_normal((2, len(frequency)))
    return np.fft.irfft(np.concatenate([[0], amplitude * (parts[0] + 1j * parts[1]), [0]]), SEGMENT)
