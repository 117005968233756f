"""The state of joints and muscles that a drive returns for every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MusculoskeletalState:
    """Joints and muscles at one instant.

    Attributes:
        stamp: Simulation time, ns.
        coordinates, muscles: Names of the coordinates and of the muscles.
        position, velocity, moment: [coordinates] rad, rad/s, N m; the moment is that of the muscles.
        excitation, activation: [muscles] 0 to 1.
        fiber_length, fiber_velocity, tendon_force: [muscles] m, m/s, N.
        relative_fiber_length: [muscles] fibre length divided by that in the reference pose.
    """

    stamp: int
    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    position: Array
    velocity: Array
    moment: Array
    excitation: Array
    activation: Array
    fiber_length: Array
    relative_fiber_length: Array
    fiber_velocity: Array
    tendon_force: Array


NAMES = ("coordinates", "muscles")
VALUES = tuple(field.name for field in fields(MusculoskeletalState) if field.name not in NAMES)


@dataclass(frozen=True)
class MusculoskeletalStates:
    """Joints and muscles at many instants, as arrays; an index or a loop gives single states.

    Attributes:
        stamp: [states] simulation time, ns.
        coordinates, muscles: Names of the coordinates and of the muscles.
        position, velocity, moment: [states, coordinates] as in `MusculoskeletalState`.
        excitation, activation: [states, muscles] 0 to 1.
        fiber_length, fiber_velocity, tendon_force, relative_fiber_length: [states, muscles] as in
            `MusculoskeletalState`.
    """

    stamp: NDArray[np.int64]
    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    position: Array
    velocity: Array
    moment: Array
    excitation: Array
    activation: Array
    fiber_length: Array
    relative_fiber_length: Array
    fiber_velocity: Array
    tendon_force: Array

    @staticmethod
    def of(states: Sequence[MusculoskeletalState]) -> MusculoskeletalStates:
        """Return the states of one model, 1 or more, as arrays."""
        values = {name: np.array([getattr(state, name) for state in states]) for name in VALUES}
        return MusculoskeletalStates(coordinates=states[0].coordinates, muscles=states[0].muscles, **values)

    def __len__(self) -> int:
        return len(self.stamp)

    def __getitem__(self, number: int) -> MusculoskeletalState:
        values = {name: getattr(self, name)[number] for name in VALUES[1:]}
        return MusculoskeletalState(int(self.stamp[number]), self.coordinates, self.muscles, **values)

    def __iter__(self) -> Iterator[MusculoskeletalState]:
        return (self[number] for number in range(len(self)))
