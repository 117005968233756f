"""OpenSim, imported without its side effects.

Importing ``opensim`` replaces LD_LIBRARY_PATH by the PATH, which breaks every process started afterwards, and
it would write ``opensim.log`` into the working directory. Import it from here.
"""

from __future__ import annotations

import os
from collections.abc import Callable

_library_path = os.environ.get("LD_LIBRARY_PATH")
import opensim

if _library_path is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _library_path

__all__ = ["hear_opensim", "opensim", "quiet_opensim"]


def quiet_opensim() -> None:
    """Keep warnings and errors, and write no log file."""
    opensim.Logger.setLevelString("Warn")
    opensim.Logger.removeFileSink()


class _Listener(opensim.LogSink):
    """Hands OpenSim's messages on."""

    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__()
        self._hear = hear

    def sinkImpl(self, message: str) -> None:  # the name is OpenSim's
        self._hear(message.strip())


_listeners: list[_Listener] = []  # OpenSim keeps no reference of its own


def hear_opensim(hear: Callable[[str], None]) -> None:
    """Call ``hear`` with every warning and error that OpenSim logs from now on, until the process ends."""
    _listeners.append(_Listener(hear))
    opensim.Logger.addSink(_listeners[-1])
