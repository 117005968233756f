"""Counted random numbers: the authors' vectors, and the statistics of what is made of them."""

import numpy as np
import pytest
from scipy.stats import kstest, kurtosis, norm

from emgsim_ros.counted_numbers import NormalRows, key, normal_number, philox, uniform_pair

# tests/kat_vectors of Random123 (philox4x32, 10 rounds): counter, key, result.
VECTORS = """
00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1
"""


@pytest.mark.parametrize("line", VECTORS.split("\n")[1:-1])
def test_the_generator_is_philox(line):
    numbers = [np.uint32(int(word, 16)) for word in line.split()]
    assert list(philox(*numbers[:6])) == numbers[6:]


@pytest.fixture(scope="module")
def rows():
    return NormalRows(np.full(40, key(1, "test")), np.arange(40))


def test_normal_variates_are_normal_and_independent(rows):
    drawn = rows.rows(0, 20000).astype(float)
    assert abs(drawn.mean()) < 5e-3 and drawn.var() == pytest.approx(1, abs=1e-2)
    assert abs(kurtosis(drawn, axis=None)) < 0.03
    assert kstest(drawn[:2500].ravel(), "norm").pvalue > 1e-3
    assert np.mean(np.abs(drawn) > 4) == pytest.approx(2 * norm.sf(4), rel=0.5)
    joint = np.corrcoef(np.concatenate([drawn[:-4], drawn[1:-3], drawn[4:]], axis=1).T)
    assert np.abs(joint - np.eye(len(joint)))[:40, 40:].max() < 0.04  # no correlation with later rows
    assert np.abs(joint - np.eye(len(joint)))[:40, :40].max() < 0.04  # nor between sequences


def test_rows_do_not_depend_on_what_is_drawn_together(rows):
    whole = rows.rows(0, 50)
    for first, count in ((0, 1), (3, 1), (5, 9), (8, 4), (1, 49)):
        assert np.array_equal(rows.rows(first, count), whole[first : first + count])


def test_sequences_depend_on_key_and_number_only():
    keys = np.array([key(1, "a"), key(1, "b"), key(2, "a")])
    drawn = NormalRows(keys[[0, 0, 1, 2]], np.array([0, 1, 0, 0])).rows(0, 100)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(4)).max() < 0.4
    assert np.array_equal(NormalRows(keys[:1], np.array([1])).rows(0, 100)[:, 0], drawn[:, 1])


def test_single_numbers_are_normal_and_uniform():
    one = key(3, "single")
    normal = np.array([normal_number(count, 5, one) for count in range(5000)])
    uniform = np.array([uniform_pair(count, 5, one) for count in range(5000)])
    assert kstest(normal, "norm").pvalue > 1e-3
    assert kstest(uniform.ravel(), "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(uniform.T)[0, 1]) < 0.06
