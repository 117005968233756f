"""The interface of a noise part."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Noise(Protocol):
    """A disturbance of all electrodes, sample after sample."""

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on.

        Random parts continue where the last call ended, so the stream can be cut into blocks anywhere.
        """
        ...
