"""OpenSim, imported without its side effects.

Importing ``opensim`` replaces LD_LIBRARY_PATH by the PATH, which breaks every process started afterwards, and
it opens ``opensim.log`` in the working directory. Import it from here.
"""

from __future__ import annotations

import os
import tempfile

_library_path = os.environ.get("LD_LIBRARY_PATH")
import opensim

if _library_path is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _library_path

__all__ = ["opensim", "quiet_opensim"]


def quiet_opensim() -> None:
    """Keep warnings and errors; send the log file that OpenSim opens by itself to the temporary folder."""
    opensim.Logger.setLevelString("Warn")
    opensim.Logger.removeFileSink()
    opensim.Logger.addFileSink(os.path.join(tempfile.gettempdir(), f"emgsim_opensim_{os.getpid()}.log"))
