"""The colours of muscles, which are the same in RViz, in the viewer and in figures."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

GREEN = 0.1


def muscle_colours(activation: ArrayLike) -> NDArray[np.float64]:
    """Return the [muscles, 3] red, green and blue values (0 to 1) for [muscles] activations (0 to 1).

    The colours range from blue at rest to red at full activation. They follow the square root of the activation because
    most activations are weak.
    """
    share = np.sqrt(np.clip(np.asarray(activation, dtype=float), 0.0, 1.0))
    return np.stack([share, np.full_like(share, GREEN), 1.0 - share], axis=-1)
