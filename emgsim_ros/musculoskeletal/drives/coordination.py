"""How a drive shares joint moments among the muscles of a person: static optimisation about tone, with enslaving."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine import BodyPoint, MuscleModel
from ..fibers import Fibers
from .contact import Contact
from .effort import Effort
from .enslaving import coupling, enslaved
from .posture import Posture
from .static_optimisation import StaticOptimisation

Array = NDArray[np.float64]


class Coordination:
    """The coordination of the muscles of one model, the same for every drive.

    Arrays may have a first axis, for many steps at once.

    Args:
        model: The model.
    """

    def __init__(self, model: MuscleModel) -> None:
        self._posture, self._contact = Posture(model), Contact(model)
        self._free, self._bound = StaticOptimisation(), StaticOptimisation()
        self._coupling = coupling(model.muscles)
        self._coupled = bool(self._coupling.any())

    @property
    def points(self) -> list[BodyPoint]:
        """Points of the model that may touch each other; `resistance` takes their locations."""
        return self._contact.points

    def resistance(
        self, position: Array, velocity: Array, arms: Array, fibers: Fibers, places: Array, effort: Effort
    ) -> Array:
        """Return the moments of tissue against which the muscles hold a posture, [coordinates] N m.

        Args:
            position, velocity: [coordinates] rad and rad/s.
            arms: [coordinates, muscles] moment arms, m.
            fibers: Forces of the muscles.
            places: [points, 3] locations of ``points``, m.
            effort: Gives the resistance.
        """
        pressed = self._contact.moments(places, velocity, effort)
        return self._posture.resistance(position, arms, fibers, effort) + pressed

    def activation(
        self,
        position: Array,
        velocity: Array,
        moments: Array,
        arms: Array,
        fibers: Fibers,
        effort: Effort,
        lowest: Array,
        highest: Array,
    ) -> Array:
        """Return activations that exert the moments, [muscles] within the bounds.

        Enslaving sets lower bounds: what the first solution demands of a finger's part of a muscle, beyond its tone,
        reaches the parts of the other fingers. The second solution balances their moments.

        Args:
            position, velocity: [coordinates] rad and rad/s.
            moments: [coordinates] moments that the muscles exert, N m.
            arms: [coordinates, muscles] moment arms, m.
            fibers: Forces of the muscles in the present pose.
            effort: Tone and enslaving.
            lowest, highest: [muscles] bounds of the activations, 0 to 1.
        """
        tone = self._posture.tone(position, velocity, arms, effort)
        free = self._free.activations(arms, fibers, moments, tone, lowest, highest)
        if not self._coupled or effort.enslaving == 0.0:
            return free
        reached = effort.enslaving * enslaved(self._coupling, free - tone)
        bound = np.minimum(np.maximum(reached, lowest), highest)
        below = (free < bound).any(axis=-1)
        if below.any():
            highest = np.broadcast_to(highest, free.shape)
            chosen = (part[below] for part in (moments, tone, bound, highest))
            free[below] = self._bound.activations(arms[below], fibers[below], *chosen)
        return free
