"""What a posture and a speed demand of the muscles beyond mechanics: resistance at the ends of the ranges, and tone.

Both depend on the excursion of a joint: its angle relative to the relaxed posture, as a share of the distance to the
end of the range on the same side.

Resistance. Tissue resists little in the middle of the range and steeply more towards its ends. People who make a
gesture move to where they meet it (the wrist to its end, the fingers straight or to the palm and into each other) and
push against it. Recorded wrist gestures that are made "lightly" reach 16 % (flexion) and 18 % (extension) of the
maximum over the agonists and 1 to 2 % over the antagonists (LibEMG's ContractionIntensity, benchmarks/effort.py), so
the agonists push against tissue, not against other muscles. Passive moments of the wrist are of this order: near 0 in
the central 150 degrees and 0.5 N m (flexion), 1.2 (extension), 0.9 (ulnar deviation) at the ends, where the same
people exert at most 12.2, 7.1 and 9.5 N m: 4, 17 and 9 % of their strength (Delp, Grierson & Buchanan 1996, abstract).
The resistance is therefore what the muscles that pull towards a posture exert with a share of their strength. The
share grows exponentially with their joints' excursion, the form that Kuo & Deshpande 2012 fitted to passive moments of
the finger. Where the push of finger muscles meets no tissue (at the wrist), other muscles have to balance it.

Tone. Antagonists are active together, more so away from the relaxed posture and in fast movement: co-contraction grows
with the velocity of a joint (Suzuki, Shiller, Gribble & Ostry 2001, arm). In a gripping posture without grip force,
extensors have 5 to 11 % and flexors 2 % of their maximum (Mogk & Keir 2003, abstract). Where both sides balance, the
weaker one is the more active.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine import MuscleModel
from ..fibers import Fibers
from .effort import Effort

Array = NDArray[np.float64]

STEEPNESS = 2.0  # exponent of the push at the end of the range; a quarter of it is reached half way
CONTACT = 0.3  # excursion of a joint from which it meets the whole push of the muscles


class Posture:
    """The relaxed posture and the joint ranges of a model; its default pose is the relaxed posture.

    Arrays may have a first axis, for many steps at once.
    """

    def __init__(self, model: MuscleModel) -> None:
        self._rest, self._above, self._below = model.rest, model.high - model.rest, model.rest - model.low

    def excursion(self, position: Array) -> Array:
        """Return the excursion of the joints from the relaxed posture, [coordinates] -1 to 1.

        A joint that is relaxed at an end of its range has no excursion beyond it.

        Args:
            position: [coordinates] rad.
        """
        away = position - self._rest
        room = np.where(away > 0, self._above, self._below)
        share = np.divide(away, room, out=np.zeros_like(away), where=room > 0)
        return np.minimum(np.maximum(share, -1.0), 1.0)

    def resistance(self, position: Array, arms: Array, fibers: Fibers, effort: Effort) -> Array:
        """Return the moments against which the muscles hold a posture, [coordinates] N m.

        Args:
            position: [coordinates] rad.
            arms: [coordinates, muscles] moment arms, m.
            fibers: Forces of the muscles in the present pose.
            effort: Gives the resistance at the end of the range.
        """
        if effort.resistance == 0.0:
            return np.zeros_like(position)
        excursion = self.excursion(position)
        pulls = arms * excursion[..., None] > 0
        towards = _mean_square(arms, np.where(pulls, np.square(excursion)[..., None], 0.0))
        push = effort.resistance * np.expm1(STEEPNESS * np.sqrt(towards)) / np.expm1(STEEPNESS)
        met = np.minimum(np.abs(excursion) / CONTACT, 1.0)
        exerted = np.where(pulls, arms, 0.0) @ (fibers.active_force * push)[..., None]
        moments: Array = met * exerted[..., 0]
        return moments

    def tone(self, position: Array, velocity: Array, arms: Array, effort: Effort) -> Array:
        """Return the activation that muscles have by themselves, [muscles] 0 to the maximal effort.

        A muscle follows its own joints, each weighted by the square of the muscle's moment arm: the root mean square of
        their excursions and velocities.

        Args:
            position, velocity: [coordinates] rad and rad/s.
            arms: [coordinates, muscles] moment arms, m.
            effort: Gives co-contraction and tone.
        """
        if effort.tone == 0.0 and effort.speed_tone == 0.0:
            return np.full((*arms.shape[:-2], arms.shape[-1]), effort.co_contraction)
        away = np.sqrt(_mean_square(arms, np.square(self.excursion(position))[..., None]))
        fast = np.sqrt(_mean_square(arms, np.square(velocity)[..., None]))
        return np.minimum(effort.co_contraction + effort.tone * away + effort.speed_tone * fast, effort.maximal)


def _mean_square(arms: Array, squares: Array) -> Array:
    """Return the mean over the joints of each muscle, weighted by the square of the moment arms, [muscles]."""
    weights = np.square(arms)
    mean: Array = (weights * squares).sum(axis=-2) / np.maximum(weights.sum(axis=-2), 1e-12)
    return mean
