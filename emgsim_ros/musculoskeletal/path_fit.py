"""Fit a polynomial of the joint coordinates to the length of a muscle path.

Lengths and moment arms are fitted together, since the moment arm is minus the derivative of the length. The order rises
until the error is small in samples that the fit does not use. OpenSim's PolynomialPathFitter is not used, because its
moment arms of paths with moving points are not the derivatives of their lengths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lstsq

from .path_functions import exponents_of

Array = NDArray[np.float64]

LOWEST, HIGHEST = 2, 9  # orders of the polynomials
MOST_ARGUMENTS = 6  # the most that OpenSim's MultivariatePolynomialFunction has
MOST_TERMS = 470
CLOSE = 1e-4  # m; a root mean square error of lengths and moment arms at which the order is high enough
CROSSED = 1e-5  # m; moment arm from which on a path depends on a joint
HELD_OUT = 4  # every fourth sample


@dataclass(frozen=True)
class FittedPolynomial:
    """A polynomial.

    Attributes:
        arguments: [arguments] numbers of the coordinates.
        order: Its order.
        coefficients: [terms] m, in the order of `exponents_of`.
    """

    arguments: NDArray[np.int64]
    order: int
    coefficients: Array


def fit_polynomial(positions: Array, lengths: Array, arms: Array) -> FittedPolynomial:
    """Fit a polynomial to samples of one path.

    Args:
        positions: [samples, coordinates] rad.
        lengths: [samples] m.
        arms: [samples, coordinates] moment arms, m.
    """
    crossed = np.abs(arms).max(axis=0)
    largest = np.argsort(-crossed)[:MOST_ARGUMENTS]
    count = max(int((crossed[largest] > CROSSED).sum()), 1)  # a constant path is a function of any coordinate
    arguments = np.sort(largest[:count])
    points, slopes = positions[:, arguments], -arms[:, arguments]
    held_out = np.arange(len(lengths)) % HELD_OUT == 0
    best: tuple[float, int] = (np.inf, LOWEST)
    for order in range(LOWEST, HIGHEST + 1):
        exponents = exponents_of(order, len(arguments))
        # Two equations of each term at least, and one polynomial of each order is always tried.
        if order > LOWEST and (
            len(exponents) > MOST_TERMS or 2 * len(exponents) > (~held_out).sum() * (1 + len(arguments))
        ):
            break
        coefficients = _solve(exponents, points[~held_out], lengths[~held_out], slopes[~held_out])
        wrong = _matrix(exponents, points[held_out]) @ coefficients - _right(lengths[held_out], slopes[held_out])
        error = float(np.sqrt(np.mean(wrong**2)))
        best = min(best, (error, order))
        if error < CLOSE:
            break
    order = best[1]
    return FittedPolynomial(arguments, order, _solve(exponents_of(order, len(arguments)), points, lengths, slopes))


def _solve(exponents: NDArray[np.int64], points: Array, lengths: Array, slopes: Array) -> Array:
    # The driver is a QR decomposition, which takes a fraction of the time of the default.
    found = lstsq(_matrix(exponents, points), _right(lengths, slopes), lapack_driver="gelsy", check_finite=False)
    return np.asarray(found[0], dtype=np.float64)


def _right(lengths: Array, slopes: Array) -> Array:
    return np.concatenate([lengths, slopes.T.ravel()])


def _matrix(exponents: NDArray[np.int64], points: Array) -> Array:
    """Return the [samples * (1 + arguments), terms] values and derivatives of every term."""
    powers = points[:, :, None] ** np.arange(exponents.max(initial=0) + 1)  # [samples, arguments, exponents]
    factors = powers[:, np.arange(points.shape[1]), exponents]  # [samples, terms, arguments]
    rows = [factors.prod(axis=2)]
    for number in range(points.shape[1]):
        changed = factors.copy()
        changed[:, :, number] = exponents[:, number] * powers[:, number, np.maximum(exponents[:, number] - 1, 0)]
        rows.append(changed.prod(axis=2))
    return np.concatenate(rows)
