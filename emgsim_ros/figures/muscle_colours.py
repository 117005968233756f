"""The colour of a muscle, alike in RViz, on the page and in pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

GREEN = 0.1


def muscle_colours(activation: ArrayLike) -> NDArray[np.float64]:
    """[muscles, 3] red, green and blue (0 to 1): from blue at rest to red at full activation ([muscles] 0 to 1).

    They follow the root, since most activations are weak.
    """
    share = np.sqrt(np.clip(np.asarray(activation, dtype=float), 0.0, 1.0))
    return np.stack([share, np.full_like(share, GREEN), 1.0 - share], axis=-1)
