"""The states of a musculoskeletal model as input of EMG streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .stream import EmgBlock, EmgStream

if TYPE_CHECKING:
    from ..musculoskeletal import MusculoskeletalStates


def push_states(stream: EmgStream, states: MusculoskeletalStates) -> list[EmgBlock]:
    """Add the states of a model to a stream and return the blocks that they complete, oldest first.

    Args:
        stream: The stream.
        states: States of one model, 1 or more.

    Raises:
        InvalidInput: As for `EmgStream.push_many`.
    """
    return stream.push_many(states.stamp.tolist(), states.muscles, states.excitation, states.relative_fiber_length)
