"""The muscle states of a stream: checked, and brought into the order of its muscles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InvalidInput
from ..signals.excitations import check_excitations
from .muscle_map import MuscleMap

Array = NDArray[np.float64]

OWNER = "muscle state"


class StateReader:
    """Reads the excitations and relative fibre lengths of a stream's muscles from muscle states.

    The names are compared with the stream's muscles once, for as long as the states have the same ones.

    Args:
        muscles: Names of the stream's muscles.
        known: Names that a state may have if there is no muscle map.
        assigned: Assignment of model muscles to the stream's muscles; None if they are matched by name.
        strength: Ratio of the person's muscle force to that of the musculoskeletal model.
    """

    def __init__(
        self, muscles: Sequence[str], known: Collection[str], assigned: MuscleMap | None, strength: float
    ) -> None:
        self._muscles, self._known, self._map, self._strength = tuple(muscles), known, assigned, strength
        self._names: tuple[str, ...] | None = None
        self._here, self._there = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def read(self, names: Sequence[str], excitation: ArrayLike, relative_length: ArrayLike) -> tuple[Array, Array]:
        """Return the excitations and relative fibre lengths of the stream's muscles, each [states, muscles].

        Args:
            names: [names] names of the states' muscles; a muscle of the stream that is not among them is at rest.
            excitation: [states, names] excitations, 0 to 1.
            relative_length: [states, names] relative fibre lengths, or [states, 0] for 1 everywhere.

        Raises:
            InvalidInput: A muscle is unknown, the shapes do not fit, an excitation is not between 0 and 1, or a fibre
                length is not above 0.
        """
        names = tuple(names)
        driven, lengths = np.asarray(excitation, dtype=float), np.asarray(relative_length, dtype=float)
        self._check(names, driven, lengths)
        if names != self._names:
            self._match(names)
        excitations = np.clip(self._of_muscles(names, driven, 0.0) / self._strength, 0.0, 1.0)
        if lengths.shape[1]:
            return excitations, self._of_muscles(names, lengths, 1.0)
        return excitations, np.ones_like(excitations)

    def _check(self, names: tuple[str, ...], excitation: Array, lengths: Array) -> None:
        known = self._known if self._map is None else names
        valid = excitation.shape[1] == len(names) and ((excitation >= 0) & (excitation <= 1)).all()
        if not valid or names != self._names:
            for row in excitation:
                check_excitations(OWNER, names, row, known)
        if len(lengths) != len(excitation):
            raise InvalidInput(f"{OWNER}: number of relative_fiber_length", len(lengths), f"{len(excitation)} states")
        if lengths.shape[1] not in (0, len(names)):
            field = f"{OWNER}: relative_fiber_length length"
            raise InvalidInput(field, lengths.shape[1], f"{len(names)}, as many as names, or 0")
        wrong = np.argwhere(~((lengths > 0) & (lengths < np.inf)))  # NaN is rejected as well
        for state, number in wrong[:1]:
            name = f"{OWNER}: relative_fiber_length of {names[number]!r}"
            raise InvalidInput(name, float(lengths[state, number]), "a number above 0")

    def _match(self, names: tuple[str, ...]) -> None:
        place = {name: number for number, name in enumerate(names if self._map is None else self._map.muscles)}
        pairs = [(number, place[name]) for number, name in enumerate(self._muscles) if name in place]
        self._here, self._there = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        self._names = names

    def _of_muscles(self, names: tuple[str, ...], given: Array, otherwise: float) -> Array:
        """Return the [states, muscles] values of the stream's muscles."""
        if self._map is not None:
            given = np.array([self._map.values(names, row) for row in given])
        values = np.full((len(given), len(self._muscles)), otherwise)
        values[:, self._here] = given[:, self._there]
        return values
