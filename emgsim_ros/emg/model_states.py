"""The states of a musculoskeletal model as input of EMG streams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .stream import EmgBlock, EmgStream

if TYPE_CHECKING:
    from ..musculoskeletal import MusculoskeletalState


def push_states(stream: EmgStream, states: Sequence[MusculoskeletalState]) -> list[EmgBlock]:
    """Add the states of a model to a stream and return the blocks that they complete, oldest first.

    Args:
        stream: The stream.
        states: States of one model, 1 or more.

    Raises:
        InvalidInput: As for `EmgStream.push_many`.
    """
    return stream.push_many(
        [state.stamp for state in states],
        states[0].muscles,
        np.array([state.excitation for state in states]),
        np.array([state.relative_fiber_length for state in states]),
    )
