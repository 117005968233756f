"""Random numbers that are functions of a key and a counter, in machine code.

Each of hundreds of electrodes and thousands of motor units has its own sequence here without a generator in memory, and
any number can be computed at any time, so streams may be cut anywhere. The generator is Philox4x32-10 (Salmon, Moraes,
Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"); a test compares it with the authors' vectors. Keys are
drawn from `seeds.generator`.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .seeds import generator

_HALF = np.uint64(32)
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_INCREMENTS = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_PER_COUNTER = 4  # numbers


def key(seed: int, *names: str | int) -> np.uint64:
    """Return the key of the draws called ``names``; see `seeds.generator`."""
    return generator(seed, *names).integers(2**64, dtype=np.uint64)


@njit(cache=True)
def philox(a, b, c, d, low, high):
    """Return four random numbers for a counter of four numbers and a key of two, all uint32."""
    for _ in range(10):
        first, second = _MULTIPLIERS[0] * np.uint64(a), _MULTIPLIERS[1] * np.uint64(c)
        a, b = np.uint32(second >> _HALF) ^ b ^ low, np.uint32(second)
        c, d = np.uint32(first >> _HALF) ^ d ^ high, np.uint32(first)
        low, high = np.uint32(low + _INCREMENTS[0]), np.uint32(high + _INCREMENTS[1])
    return a, b, c, d


@njit(cache=True)
def uniform_pair(counter, sequence, key):
    """Return two numbers between 0 and 1, both excluded, for a counter (below 2^64), a sequence (below 2^32), a key."""
    key, counter = np.uint64(key), np.uint64(counter)
    first, second, _, _ = philox(
        np.uint32(counter), np.uint32(counter >> _HALF), np.uint32(sequence), np.uint32(0), np.uint32(key),
        np.uint32(key >> _HALF),
    )  # fmt: skip
    return (first + 0.5) * 2.0**-32, (second + 0.5) * 2.0**-32


@njit(cache=True)
def normal_number(counter, sequence, key):
    """Return a normal variate of mean 0 and variance 1 (Box & Muller 1958); arguments as for `uniform_pair`."""
    first, second = uniform_pair(counter, sequence, key)
    return math.sqrt(-2.0 * math.log(first)) * math.cos(2.0 * math.pi * second)


class NormalRows:
    """Normal variates of mean 0 and variance 1 for several sequences, row after row.

    Args:
        keys: [sequences] keys.
        numbers: [sequences] numbers of the sequences with the same key, 0 or more.
    """

    def __init__(self, keys: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        self._low, self._high = keys.astype(np.uint32), (keys >> _HALF).astype(np.uint32)
        self._numbers = numbers.astype(np.uint32)

    def rows(self, first: int, count: int) -> NDArray[np.float32]:
        """Return the [count, sequences] variates from row ``first`` on."""
        start = first // _PER_COUNTER
        counters = -(-(first + count) // _PER_COUNTER) - start
        out = np.empty((counters * _PER_COUNTER, len(self._numbers)), np.float32)
        fill_normals(self._low, self._high, self._numbers, start, out)
        offset = first - start * _PER_COUNTER
        return out[offset : offset + count]


@njit(cache=True)
def fill_normals(low, high, numbers, first, out):
    """Write the normal variates of counters from ``first`` on to ``out``, four rows of [sequences] for each counter."""
    drawn = np.empty((4, len(numbers)), np.uint32)
    for group in range(len(out) // 4):
        counter = np.uint64(first + group)
        _draw(low, high, numbers, np.uint32(counter), np.uint32(counter >> _HALF), drawn)
        for row in range(0, 4, 2):
            _normal_pairs(drawn[row], drawn[row + 1], out[4 * group + row], out[4 * group + row + 1])


@njit(cache=True, error_model="numpy")
def _draw(low, high, numbers, counter, upper, drawn):
    for place in range(len(numbers)):
        a, b, c, d = philox(counter, upper, numbers[place], np.uint32(0), low[place], high[place])
        drawn[0, place], drawn[1, place], drawn[2, place], drawn[3, place] = a, b, c, d


_SCALE, _MIDDLE = np.float32(2.0**-23), np.float32(2.0**-24)


@njit(cache=True, error_model="numpy")
def _normal_pairs(radius, angle, first, second):
    """Turn pairs of random numbers into normal variates (Box & Muller 1958), by steps that compilers vectorise."""
    for place in range(len(radius)):
        uniform = np.float32(np.int32(radius[place] >> np.uint32(9))) * _SCALE + _MIDDLE
        size = np.sqrt(np.float32(-2.0) * _logarithm(uniform))
        # The upper two bits choose the quadrant, the others the angle within it, from -1/8 to 1/8 of a turn.
        lower = np.int32((angle[place] >> np.uint32(7)) & np.uint32(0x7FFFFF))
        sine, cosine = _sine_cosine(
            (np.float32(lower) * _SCALE + (_MIDDLE - np.float32(0.5))) * np.float32(math.pi / 2)
        )
        if angle[place] >> np.uint32(31):
            size = -size
        if (angle[place] >> np.uint32(30)) & np.uint32(1):
            sine, cosine = cosine, sine
        first[place], second[place] = size * cosine, size * sine


@njit(cache=True)
def _logarithm(number):
    """Return the natural logarithm of a positive number, exact to single precision (polynomial of Cephes, logf)."""
    bits = np.float32(number).view(np.int32)
    part = np.int32((bits & np.int32(0x7FFFFF)) | np.int32(0x3F000000)).view(np.float32)  # 0.5 to 1
    low = part < np.float32(0.70710678)
    power = (bits >> np.int32(23)) - np.int32(127 if low else 126)
    x = (part + part if low else part) - np.float32(1.0)
    square = x * x
    series = np.float32(7.0376836292e-2) * x - np.float32(1.1514610310e-1)
    series = series * x + np.float32(1.1676998740e-1)
    series = series * x - np.float32(1.2420140846e-1)
    series = series * x + np.float32(1.4249322787e-1)
    series = series * x - np.float32(1.6668057665e-1)
    series = series * x + np.float32(2.0000714765e-1)
    series = series * x - np.float32(2.4999993993e-1)
    series = series * x + np.float32(3.3333331174e-1)
    series = series * x * square - np.float32(0.5) * square
    return x + series + np.float32(power) * np.float32(0.69314718)


@njit(cache=True)
def _sine_cosine(angle):
    """Return sine and cosine of an angle between -pi/4 and pi/4 (polynomials of Cephes, sinf and cosf)."""
    square = angle * angle
    sine = np.float32(-1.9515295891e-4) * square + np.float32(8.3321608736e-3)
    sine = (sine * square - np.float32(1.6666654611e-1)) * square * angle + angle
    cosine = np.float32(2.443315711809948e-5) * square - np.float32(1.388731625493765e-3)
    cosine = (cosine * square + np.float32(4.166664568298827e-2)) * square * square
    return sine, cosine - np.float32(0.5) * square + np.float32(1.0)
