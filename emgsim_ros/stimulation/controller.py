"""Closed loop: the amplitude that brings a joint to a wanted angle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.plans import load_plan
from ..signals.simulation_time import from_seconds, to_seconds
from .command import Configuration, Stimulation, check_stimulation
from .lead import PaddleLead

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ControllerPlan:
    """What is controlled and how.

    Attributes:
        joint, angle: A joint of /joint_states and the angle wanted, degrees.
        cathodes, anodes: Electrode numbers.
        frequency, pulse_width: Hz, us.
        proportional, integral: mA per degree of error, and per degree and second; negative where stimulation lowers the
            angle.
        highest: Greatest amplitude, mA.
        start, duration: s of simulation time.
    """

    joint: str = ""
    angle: float = 0.0
    cathodes: tuple[float, ...] = (0,)
    anodes: tuple[float, ...] = (16,)
    frequency: float = 40.0
    pulse_width: float = 300.0
    proportional: float = 0.02
    integral: float = 0.15
    highest: float = 5.0
    start: float = 0.0
    duration: float = 3600.0

    def stimulation(self, amplitude: float, lead: PaddleLead) -> Stimulation:
        """The command at an amplitude (mA)."""
        groups = (tuple(int(one) for one in group) for group in (self.cathodes, self.anodes))
        current = Configuration(*groups).current(amplitude, lead.electrodes)
        return Stimulation(current, self.frequency, self.pulse_width, 1, self.duration)


class AmplitudeController:
    """Proportional and integral control of the amplitude, held between 0 and the plan's highest.

    Args:
        plan: What is controlled.
        lead: The lead; the plan's highest amplitude must be safe on it.

    Raises:
        InvalidInput: No joint, or a command that the lead must not deliver.
    """

    def __init__(self, plan: ControllerPlan, lead: PaddleLead) -> None:
        if not plan.joint:
            raise InvalidInput("controller: joint", plan.joint, "the name of a joint")
        check_stimulation(plan.stimulation(plan.highest, lead), lead)
        self.plan, self._lead = plan, lead
        self._integral = 0.0
        self._latest: int | None = None

    def update(self, stamp: int, joints: Sequence[str], angles: Sequence[float] | Array) -> Stimulation | None:
        """The command at ``stamp`` (ns) for the present joint angles (rad); None before the plan's start.

        Raises:
            InvalidInput: The joint is not among ``joints``.
        """
        if self.plan.joint not in joints:
            raise InvalidInput("controller: joint", self.plan.joint, "one of " + ", ".join(joints))
        if stamp < from_seconds(self.plan.start):
            return None
        passed = 0.0 if self._latest is None or stamp < self._latest else to_seconds(stamp - self._latest)
        self._latest = stamp
        error = self.plan.angle - float(np.degrees(angles[list(joints).index(self.plan.joint)]))
        self._integral = float(np.clip(self._integral + self.plan.integral * error * passed, 0.0, self.plan.highest))
        amplitude = float(np.clip(self._integral + self.plan.proportional * error, 0.0, self.plan.highest))
        stimulation = self.plan.stimulation(amplitude, self._lead)
        start = max(0.0, to_seconds(stamp) - self.plan.start)
        return replace(stimulation, duration=max(0.0, self.plan.duration - start))


def load_controller(path: Path, lead: PaddleLead) -> AmplitudeController:
    """Read a controller (see config/controllers/hip_left.yaml).

    Raises:
        InvalidInput: A broken file, or what :class:`AmplitudeController` refuses.
    """
    return AmplitudeController(load_plan(ControllerPlan, path), lead)
