"""The module ``opensim``, imported without its side effects.

Importing ``opensim`` replaces LD_LIBRARY_PATH by PATH, which breaks every process that is started afterwards, and
OpenSim writes ``opensim.log`` into the working directory. The rest of the package therefore imports it from here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

_library_path = os.environ.get("LD_LIBRARY_PATH")
import opensim

if _library_path is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _library_path

__all__ = ["forward_opensim_log", "only_errors", "opensim", "quiet_opensim"]


@cache  # later calls leave the level as it is
def quiet_opensim() -> None:
    """Let OpenSim log warnings and errors only, and write no log file."""
    opensim.Logger.setLevelString("Warn")
    opensim.Logger.removeFileSink()


@contextmanager
def only_errors() -> Iterator[None]:
    """Let OpenSim log errors only within the context."""
    quiet_opensim()
    before = opensim.Logger.getLevelString()
    opensim.Logger.setLevelString("Error")
    try:
        yield
    finally:
        opensim.Logger.setLevelString(before)


class _ForwardingSink(opensim.LogSink):
    """Passes the messages of OpenSim to a function."""

    def __init__(self, receive: Callable[[str], None]) -> None:
        super().__init__()
        self._receive = receive

    def sinkImpl(self, message: str) -> None:  # OpenSim prescribes this name
        self._receive(message.strip())


_sinks: list[_ForwardingSink] = []  # OpenSim keeps no reference to a sink


def forward_opensim_log(receive: Callable[[str], None]) -> None:
    """Call ``receive`` with every warning and error that OpenSim logs from now on, until the process ends."""
    _sinks.append(_ForwardingSink(receive))
    opensim.Logger.addSink(_sinks[-1])
