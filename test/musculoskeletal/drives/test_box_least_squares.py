"""Bounded least squares with warm starts, against scipy."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from emgsim_ros.musculoskeletal import Fibers
from emgsim_ros.musculoskeletal.drives import box_least_squares as module
from emgsim_ros.musculoskeletal.drives.box_least_squares import box_least_squares
from emgsim_ros.musculoskeletal.drives.compiled import compiled
from emgsim_ros.musculoskeletal.drives.static_optimisation import StaticOptimisation, static_optimisation

ROWS, COLUMNS = 6, 15


def problems(count, seed=0, scale=30.0):
    rng = np.random.default_rng(seed)
    lowest = rng.uniform(0.0, 0.3, (count, COLUMNS))
    return (
        rng.normal(0.0, scale, (count, ROWS, COLUMNS)),
        rng.normal(0.0, scale, (count, ROWS)),
        rng.uniform(0.0, 0.5, (count, COLUMNS)),
        lowest,
        lowest + rng.uniform(0.0, 0.5, (count, COLUMNS)),
    )


def start():
    return np.zeros(COLUMNS, dtype=np.int64)


@pytest.mark.parametrize("compile_it", [False, True])
def test_the_solutions_are_those_of_scipy(compile_it):
    given = problems(60)
    solve = compiled(box_least_squares) if compile_it else box_least_squares
    found, solved, _ = solve(*given, start())
    assert solved.all()
    for x, matrix, needed, preferred, lowest, highest in zip(found, *given, strict=True):
        every, right = np.vstack([matrix, np.eye(COLUMNS)]), np.concatenate([needed, preferred])
        expected = lsq_linear(every, right, bounds=(lowest, highest), method="bvls", tol=1e-14).x
        assert np.allclose(x, expected, atol=1e-9)


def test_the_solution_does_not_depend_on_the_first_guess():
    given, rng = problems(30, seed=1), np.random.default_rng(2)
    after_others, _, _ = box_least_squares(*given, start())
    for number in range(30):
        guess = rng.integers(-1, 2, COLUMNS)
        alone, solved, _ = box_least_squares(*(part[number : number + 1] for part in given), guess)
        assert solved.all() and np.allclose(alone[0], after_others[number], atol=1e-12)


def test_equal_bounds_and_columns_without_effect_have_a_solution():
    matrix, needed, preferred, lowest, _ = problems(5, seed=3)
    matrix[:, :, :4] = 0.0
    preferred[:, :2] = lowest[:, :2] = 0.0
    found, solved, _ = box_least_squares(matrix, needed, preferred, lowest, lowest, start())
    assert solved.all() and np.array_equal(found, lowest)


def fibers_of(count):
    none = np.zeros(count)
    return Fibers(none + 0.05, none, none + 300.0, none)


def test_a_search_that_does_not_end_is_left_to_scipy(monkeypatch):
    rng, low, high = np.random.default_rng(4), np.zeros(COLUMNS), np.full(COLUMNS, 0.6)
    arms, moments = rng.normal(0.0, 0.01, (ROWS, COLUMNS)), rng.normal(0.0, 5.0, ROWS)
    expected = static_optimisation(arms, fibers_of(COLUMNS), moments, 0.02, low, high)
    monkeypatch.setattr(module, "ROUNDS", 1)
    assert np.allclose(static_optimisation(arms, fibers_of(COLUMNS), moments, 0.02, low, high), expected, atol=1e-9)


def test_many_steps_are_those_of_single_ones():
    rng, low, high = np.random.default_rng(5), np.zeros(COLUMNS), np.full(COLUMNS, 0.6)
    arms, moments = rng.normal(0.0, 0.01, (20, ROWS, COLUMNS)), rng.normal(0.0, 2.0, (20, ROWS))
    fibers = fibers_of((20, COLUMNS))
    together = StaticOptimisation().activations(arms, fibers, moments, 0.02, low, high)
    alone = [static_optimisation(arms[n], fibers[n], moments[n], 0.02, low, high) for n in range(20)]
    assert together.shape == (20, COLUMNS) and np.allclose(together, alone, atol=1e-9)


def test_a_moment_that_is_not_finite_is_rejected():
    with pytest.raises(ValueError, match="infs or NaNs"):
        static_optimisation(np.ones((1, 2)), fibers_of(2), np.array([np.nan]), 0.0, np.zeros(2), np.ones(2))
