"""Polynomials fitted to the lengths of muscle paths."""

import numpy as np
import pytest

from emgsim_ros.musculoskeletal.law import composed, line
from emgsim_ros.musculoskeletal.path_fit import fit_polynomial
from emgsim_ros.musculoskeletal.path_functions import PathFunction, PathFunctions, exponents_of


def samples(length, joints, count=400):
    """Return random positions, lengths, and moment arms by central differences."""
    positions, step = np.random.default_rng(0).uniform(-1.0, 1.0, (count, joints)), 1e-6
    arms = np.stack([
        (length(positions - step * one) - length(positions + step * one)) / (2 * step) for one in np.eye(joints)
    ], axis=1)  # fmt: skip
    return positions, length(positions), arms


def function_of(fitted):
    arguments = tuple(line(int(number)) for number in fitted.arguments)
    return PathFunction(arguments, exponents_of(fitted.order, len(arguments)), fitted.coefficients)


def test_a_smooth_path_over_two_of_three_joints_comes_back():
    def length(q):
        return np.hypot(0.2 + 0.05 * np.sin(q[..., 0]), 0.1 * np.cos(0.5 * q[..., 2]))

    positions, lengths, arms = samples(length, 3)
    fitted = fit_polynomial(positions, lengths, arms)
    assert fitted.arguments.tolist() == [0, 2]
    functions = PathFunctions({1: function_of(fitted)}, muscles=2, free=3)
    for position, reference, arm in zip(positions[:20], lengths, arms, strict=False):
        found, slopes = functions.at(position)
        assert found[0] == 0.0 and not slopes[0].any()
        assert found[1] == pytest.approx(reference, abs=3e-4)
        assert np.allclose(-slopes[1], arm, atol=1e-3)


def test_the_order_rises_only_as_far_as_necessary():
    positions, lengths, arms = samples(lambda q: 0.3 + 0.02 * q[..., 0] - 0.01 * q[..., 0] * q[..., 1], 2)
    assert fit_polynomial(positions, lengths, arms).order == 2


def test_a_path_that_no_joint_changes_is_constant():
    positions, lengths, arms = samples(lambda q: np.full(len(q), 0.25), 2)
    found, slopes = PathFunctions({0: function_of(fit_polynomial(positions, lengths, arms))}, 1, 2).at(np.ones(2))
    assert found[0] == pytest.approx(0.25, abs=1e-9) and np.allclose(slopes, 0.0, atol=1e-9)


def test_few_samples_give_a_polynomial_of_low_order():
    positions, lengths, arms = samples(lambda q: np.exp(q).sum(axis=-1), 4, count=10)
    assert fit_polynomial(positions, lengths, arms).order == 2


def test_arguments_can_follow_a_free_coordinate():
    follows = composed(line(0, 2.0, 0.1), line(1))  # 0.1 + 2 q1
    function = PathFunction((follows,), exponents_of(3, 1), np.array([0.3, 0.0, 0.01, 0.002]))
    lengths, slopes = PathFunctions({0: function}, 1, 2).at(np.array([5.0, 0.4]))
    x = 0.1 + 2 * 0.4
    assert lengths[0] == pytest.approx(0.3 + 0.01 * x**2 + 0.002 * x**3)
    assert np.allclose(slopes, [[0.0, 2 * (0.02 * x + 0.006 * x**2)]])
