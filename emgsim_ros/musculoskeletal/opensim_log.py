"""OpenSim's log: warnings only, and never a file in the user's working directory."""

from __future__ import annotations

import os
import tempfile

import opensim


def quiet_opensim() -> None:
    """Keep warnings and errors; send the log file that OpenSim opens by itself to the temporary folder."""
    opensim.Logger.setLevelString("Warn")
    opensim.Logger.removeFileSink()
    opensim.Logger.addFileSink(os.path.join(tempfile.gettempdir(), f"emgsim_opensim_{os.getpid()}.log"))
