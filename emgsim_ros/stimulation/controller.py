"""Closed-loop stimulation: control of the amplitude so that a joint reaches a set angle."""

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
    """Plan of a controller.

    Attributes:
        joint: Name of the controlled joint in /joint_states.
        angle: Set angle, degrees.
        cathodes: Numbers of the cathodes.
        anodes: Numbers of the anodes.
        frequency: Frequency of the pulses, Hz.
        pulse_width: Width of a pulse phase, us.
        proportional: Proportional gain, mA per degree of error; negative where stimulation reduces the angle.
        integral: Integral gain, mA per degree and second; negative where stimulation reduces the angle.
        highest: Greatest amplitude, mA.
        start: Start of the control, s of simulation time.
        duration: Duration of the control, s of simulation time.
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
        """Return the command at an amplitude (mA)."""
        groups = (tuple(int(one) for one in group) for group in (self.cathodes, self.anodes))
        current = Configuration(*groups).current(amplitude, lead.electrodes)
        return Stimulation(current, self.frequency, self.pulse_width, 1, self.duration)


class AmplitudeController:
    """Proportional-integral controller of the amplitude, which stays between 0 and the plan's highest amplitude.

    Args:
        plan: Plan of the controller.
        lead: The lead; the plan's highest amplitude must be safe on it.

    Raises:
        InvalidInput: The plan names no joint, or its command is malformed.
        UnsafeStimulation: The command at the highest amplitude exceeds a safety limit.
    """

    def __init__(self, plan: ControllerPlan, lead: PaddleLead) -> None:
        if not plan.joint:
            raise InvalidInput("controller: joint", plan.joint, "the name of a joint")
        check_stimulation(plan.stimulation(plan.highest, lead), lead)
        self.plan, self._lead = plan, lead
        self._integral = 0.0
        self._latest: int | None = None

    def update(self, stamp: int, joints: Sequence[str], angles: Sequence[float] | Array) -> Stimulation | None:
        """Return the command at ``stamp`` (ns) for the current joint angles (rad); None before the plan's start.

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
    """Read a controller from a file such as config/controllers/hip_left.yaml.

    Raises:
        InvalidInput: The file is unreadable or incomplete, or `AmplitudeController` rejects the plan.
        UnsafeStimulation: The highest amplitude exceeds a safety limit.
    """
    return AmplitudeController(load_plan(ControllerPlan, path), lead)
