"""Enslaving: a command to one finger also activates the parts of the same muscle that move its neighbours.

Extensor digitorum and the two finger flexors have a part for every finger. In isometric extension of one finger to
half of its maximum, more than half of the motor units of the extensor that belong to another finger were recruited,
those of neighbours first; the extensor is controlled less independently than the superficial flexor and more so than
the deep one (van Duinen, Yu & Gandevia 2009). When the index finger flexed, the superficial flexor of the other
fingers did not change significantly (Mirakhorlo, Maas & Veeger 2017). Electrodes over one part of the extensor record
30 to 53 % of the activity of a part two fingers away, mostly crosstalk (Leijnse et al. 2008), which is an upper limit.
The shares and the threshold below keep this order; their values are our own choice (unverified).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Share of the activation of a finger's part that reaches the part of the next finger.
NEIGHBOUR = {"EDC": 0.2, "FDP": 0.3, "FDS": 0.1}
FINGERS = ("I", "M", "R", "L")
DECAY = 0.5  # factor for every further finger
THRESHOLD = 0.1  # activation of a finger's part, beyond its tone, above which it reaches the others


def coupling(muscles: Sequence[str]) -> Array:
    """Return the share of the activation of each muscle that reaches another one, [muscles reached, muscles] 0 to 1.

    Args:
        muscles: Names of the muscles; those that are no part of a finger muscle are coupled with none.
    """
    place = {name: number for number, name in enumerate(muscles)}
    found = np.zeros((len(place), len(place)))
    for muscle, share in NEIGHBOUR.items():
        parts = [(finger, place[muscle + letter]) for finger, letter in enumerate(FINGERS) if muscle + letter in place]
        for finger, part in parts:
            for other, reached in parts:
                if other != finger:
                    found[reached, part] = share * DECAY ** (abs(other - finger) - 1)
    return found


def enslaved(coupled: Array, beyond_tone: Array) -> Array:
    """Return the activation that the other fingers' parts of a muscle cause, [..., muscles] 0 to 1.

    Args:
        coupled: What `coupling` returns.
        beyond_tone: [..., muscles] activation beyond the tone.
    """
    reached: Array = (coupled * np.maximum(beyond_tone - THRESHOLD, 0.0)[..., None, :]).max(axis=-1)
    return reached
