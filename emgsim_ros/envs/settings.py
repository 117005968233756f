"""Settings that all environments have."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InvalidInput
from ..musculoskeletal.dynamics import Integrator
from ..parts import find_part

OBSERVATIONS = ("vector", "dict")


@dataclass(frozen=True)
class EnvSettings:
    """Settings that all environments have.

    Attributes:
        control_step: Time between actions, s.
        integrator: How the motion is integrated between actions; None: the fixed steps of the environment, which never
            stall.
        observation: ``vector`` (see the environment's ``layout``) or ``dict`` of its parts.
        scatter: Standard deviation of every joint in the initial pose, rad.
        engine: Name of the registered engine that computes the motion, such as ``opensim`` or ``mujoco``.

    Raises:
        InvalidInput: A value outside its range.
        UnknownPart: The engine is not registered.
    """

    control_step: float = 0.01
    integrator: Integrator | None = None
    observation: str = "vector"
    scatter: float = 0.02
    engine: str = "opensim"

    def __post_init__(self) -> None:
        if not 0.0005 <= self.control_step <= 0.5:
            raise InvalidInput("environment: control_step", self.control_step, "0.0005 to 0.5 s")
        if self.observation not in OBSERVATIONS:
            raise InvalidInput("environment: observation", self.observation, "one of " + ", ".join(OBSERVATIONS))
        find_part("engine", self.engine, "environment: engine")
        if not 0.0 <= self.scatter <= 1.0:
            raise InvalidInput("environment: scatter", self.scatter, "0 to 1 rad")
