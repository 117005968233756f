"""MuJoCo as an engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .model import MujocoModel
from .runtime import forward_mujoco_warnings


class MujocoEngine:
    """Computes the mechanics of OpenSim models with MuJoCo (Todorov, Erez & Tassa 2012).

    OpenSim reads the file. See `musculoskeletal.engine.Engine`.
    """

    suffix = ".osim"

    def model(self, path: Path) -> MujocoModel:
        """Load an .osim file.

        Raises:
            InvalidInput: The file is missing, or contains an element that this engine does not support; the message
                names the element.
        """
        return MujocoModel(path)

    def forward_log(self, receive: Callable[[str], None]) -> None:
        """Call ``receive`` with every warning of MuJoCo from now on, until the process ends."""
        forward_mujoco_warnings(receive)
