"""The message on /clock."""

from __future__ import annotations

from rosgraph_msgs.msg import Clock

from .serialised import Blanks, SerialisedMessage


class ClockMessage:
    """Creates the messages on /clock."""

    def __init__(self) -> None:
        blanks = Blanks()
        self._message = SerialisedMessage(Clock(clock=blanks.time()), blanks)

    def serialised(self, stamp: int) -> bytes:
        """Return the message for a simulation time (ns), serialised."""
        return self._message.filled(stamp)
