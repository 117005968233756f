"""The messages on /emg/spikes, in serialised form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emgsim_ros.msg import MotorUnitSpikes

from ..emg import EmgBlock
from .serialised import Blanks, SerialisedMessage

COUNT = np.dtype(np.uint32)  # of the numbers in a sequence, before them
EMPTY = 3 * COUNT.itemsize  # bytes of the three sequences at the end of a message without discharges


class SpikeMessages:
    """Creates the messages of one stream: all but the discharges is serialised once.

    The discharges are three sequences of numbers at the end of the message. They are appended as CDR prescribes it
    (see `padding.padding_of`): the count of each is aligned to 4 bytes, and the numbers follow it.

    Args:
        muscles: Names of the stream's muscles.
        sample_rate: Sampling rate, Hz.
        block_length: Samples per block.
    """

    def __init__(self, muscles: Sequence[str], sample_rate: float, block_length: int) -> None:
        blanks = Blanks()
        message = MotorUnitSpikes(
            header=blanks.header(),
            sample_rate=float(sample_rate),
            block_length=block_length,
            muscle_name=list(muscles),
        )
        self._head = SerialisedMessage(message, blanks)

    def serialised(self, block: EmgBlock) -> bytes:
        """Return the discharges of a block as a MotorUnitSpikes message, serialised."""
        head = self._head.filled(block.stamp)[:-EMPTY]
        numbers = (
            _sequence(block.spike_muscle, np.uint16),
            _sequence(block.spike_unit, np.uint16),
            _sequence(block.spike_sample, np.uint32),
        )
        return b"".join((head, *numbers))


def _sequence(values: NDArray[np.int64], kind: type[np.unsignedinteger]) -> bytes:
    """Return a sequence of numbers, with zeros up to the next multiple of 4 bytes."""
    content = values.astype(kind).tobytes()
    return COUNT.type(len(values)).tobytes() + content + bytes(-len(content) % COUNT.itemsize)
