"""MuJoCo as an engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..dynamics import Integrator
from .model import MujocoModel
from .runtime import forward_mujoco_warnings
from .stepping import stepper


class MujocoEngine:
    """Computes the mechanics of OpenSim models with MuJoCo (Todorov, Erez & Tassa 2012).

    OpenSim reads the file. See `musculoskeletal.engine.Engine`.

    Args:
        method: Method of forward dynamics where its caller does not choose one.
        step: Its step, s.

    Raises:
        InvalidInput: An unknown method, or no fixed step.
    """

    suffix = ".osim"

    def __init__(self, method: str = Integrator.method, step: float = Integrator.step) -> None:
        self._integrator = Integrator(method, step)
        stepper(self._integrator)

    def model(self, path: Path) -> MujocoModel:
        """Load an .osim file.

        Raises:
            InvalidInput: The file is missing, or contains an element that this engine does not support; the message
                names the element.
        """
        return MujocoModel(path, self._integrator)

    def forward_log(self, receive: Callable[[str], None]) -> None:
        """Call ``receive`` with every warning of MuJoCo from now on, until the process ends."""
        forward_mujoco_warnings(receive)
