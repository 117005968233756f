"""How a drive shares joint moments among the muscles of a person: static optimisation about tone, with enslaving."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine import MuscleModel
from ..fibers import Fibers
from .contact import Contact
from .effort import Effort
from .enslaving import coupling, enslaved
from .posture import Posture
from .static_optimisation import static_optimisation

Array = NDArray[np.float64]


class Coordination:
    """The coordination of the muscles of one model, the same for every drive.

    Args:
        model: The model.
    """

    def __init__(self, model: MuscleModel) -> None:
        self._model, self._posture, self._contact = model, Posture(model), Contact(model)
        self._coupling = coupling(model.muscles)
        self._coupled = bool(self._coupling.any())

    def resistance(self, position: Array, velocity: Array, arms: Array, fibers: Fibers, effort: Effort) -> Array:
        """Return the moments of tissue against which the muscles hold a posture, [coordinates] N m.

        Args:
            position, velocity: [coordinates] rad and rad/s; the model has to be in this pose.
            arms: [coordinates, muscles] moment arms, m.
            fibers: Forces of the muscles.
            effort: Gives the resistance.
        """
        pressed = self._contact.moments(self._model, velocity, effort)
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
        free = static_optimisation(arms, fibers, moments, tone, lowest, highest)
        if not self._coupled or effort.enslaving == 0.0:
            return free
        reached = effort.enslaving * enslaved(self._coupling, free - tone)
        bound = np.clip(reached, lowest, highest)
        if (free >= bound).all():
            return free
        return static_optimisation(arms, fibers, moments, tone, bound, highest)
