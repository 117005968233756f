"""Muscle paths whose length is a polynomial of joint coordinates, in place of points and wrapping surfaces.

They correspond to the FunctionBasedPaths of OpenSim models. The moment arm is minus the derivative of the length.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .law import Followers, Law

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PathFunction:
    """The length of one path.

    Attributes:
        arguments: The coordinates as functions of the free ones.
        exponents: [terms, arguments] exponents of the polynomial.
        coefficients: [terms] m.
    """

    arguments: tuple[Law, ...]
    exponents: NDArray[np.int64]
    coefficients: Array


class PathFunctions:
    """All paths of a model whose lengths are polynomials, evaluated together.

    Args:
        functions: The polynomials by number of the muscle.
        muscles: Number of muscles of the model.
        free: Number of free coordinates.
    """

    def __init__(self, functions: Mapping[int, PathFunction], muscles: int, free: int) -> None:
        self._muscles = muscles
        self._followers = Followers([law for one in functions.values() for law in one.arguments], free)
        widest = max((len(one.arguments) for one in functions.values()), default=0)
        owners, exponents, arguments, first = [], [], [], 0
        for muscle, one in functions.items():
            terms, used = one.exponents.shape
            owners.append(np.full(terms, muscle))
            exponents.append(np.pad(one.exponents, ((0, 0), (0, widest - used))))
            # An argument that a term does not have is read from any place, with the exponent 0.
            arguments.append(np.tile(np.pad(np.arange(first, first + used), (0, widest - used)), (terms, 1)))
            first += used
        self._owner = np.concatenate(owners) if owners else np.zeros(0, int)
        self._exponents = np.concatenate(exponents) if exponents else np.zeros((0, 0), int)
        self._arguments = np.concatenate(arguments) if arguments else np.zeros((0, 0), int)
        self._coefficients = np.concatenate([one.coefficients for one in functions.values()] or [np.zeros(0)])
        self._powers = np.arange(self._exponents.max(initial=0) + 1)
        self._muscle_of_argument = np.repeat(list(functions), [len(one.arguments) for one in functions.values()])

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(len(self._owner))

    def at(self, position: Array) -> tuple[Array, Array]:
        """Return lengths, [muscles] m, and their derivatives, [muscles, free coordinates] m/rad; 0 for other paths.

        Args:
            position: [free] positions of the free coordinates, rad.
        """
        values = self._followers.values(position)
        powers = values[:, None] ** self._powers  # [arguments, exponents]
        factors = powers[self._arguments, self._exponents]  # [terms, arguments of the term]
        terms = self._coefficients * factors.prod(axis=1)
        lengths: Array = np.bincount(self._owner, terms, minlength=self._muscles).astype(np.float64)
        per_argument = np.zeros(len(values))
        lower = self._exponents * powers[self._arguments, np.maximum(self._exponents - 1, 0)]
        for place in range(factors.shape[1]):
            others = np.delete(factors, place, axis=1).prod(axis=1)
            slope = self._coefficients * lower[:, place] * others
            per_argument += np.bincount(self._arguments[:, place], slope, minlength=len(values))
        of_muscle = np.zeros((self._muscles, len(values)))
        of_muscle[self._muscle_of_argument, np.arange(len(values))] = per_argument
        return lengths, of_muscle @ self._followers.slopes(position)


def exponents_of(order: int, arguments: int) -> NDArray[np.int64]:
    """Return the [terms, arguments] exponents of a full polynomial, in ascending powers of the last argument first."""
    every = [one for one in itertools.product(range(order + 1), repeat=arguments) if sum(one) <= order]
    return np.array(every, dtype=np.int64).reshape(-1, arguments)
