"""OpenSim as an engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .model import MusculoskeletalModel
from .runtime import forward_opensim_log


class OpenSimEngine:
    """Loads OpenSim models (Seth et al. 2018, https://opensim.stanford.edu); see `musculoskeletal.engine.Engine`."""

    suffix = ".osim"

    def model(self, path: Path) -> MusculoskeletalModel:
        """Load an .osim file.

        Raises:
            InvalidInput: The file is missing, or OpenSim or this package cannot use it; see `read_model`.
        """
        return MusculoskeletalModel(path)

    def forward_log(self, receive: Callable[[str], None]) -> None:
        """Call ``receive`` with every warning and error that OpenSim logs from now on, until the process ends."""
        forward_opensim_log(receive)
