"""Live stimulation: conversion of commands into excitations, timed by the simulation clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import EmgsimError
from ..signals.simulation_time import NANOSECONDS, from_seconds
from .command import Stimulation, check_stimulation, electrode_signal
from .lead import PaddleLead

if TYPE_CHECKING:  # its module imports torch
    from .models import ResponseModel

Array = NDArray[np.float64]

RATE = 1000  # Hz, sampling rate of the response models
SAMPLE = NANOSECONDS // RATE  # ns, period of a sample
INACTIVE = 1e-3  # excitation below which a muscle is regarded as inactive
LONGEST_GAP = from_seconds(0.5)  # ns; after a longer gap in the clock the response model restarts at rest


@dataclass(frozen=True)
class StimulatedMuscles:
    """Excitations at one instant.

    Attributes:
        stamp: Simulation time, ns.
        excitation: [muscles] excitations, 0 to 1.
        current: [electrodes] currents of the active command, mA; 0 without one.
    """

    stamp: int
    excitation: Array
    current: Array


class StimulationStream:
    """Applies stimulation commands to a response model.

    Args:
        model: Response model of the patient.
        lead: The lead whose limits the commands must respect.

    Attributes:
        refused: Number of commands rejected so far.
    """

    def __init__(self, model: ResponseModel, lead: PaddleLead) -> None:
        self._model, self._lead = model, lead
        self._now: int | None = None
        self._command: tuple[int, Stimulation] | None = None
        self._active = False
        self.refused = 0

    def command(self, stamp: int, stimulation: Stimulation) -> None:
        """Start a command at ``stamp`` (ns) in place of the active one; a stamp in the past starts it immediately.

        Raises:
            InvalidInput: The command is malformed.
            UnsafeStimulation: The command exceeds a safety limit. In both cases it is not delivered, and the active
                command continues.
        """
        try:
            check_stimulation(stimulation, self._lead)
        except EmgsimError:
            self.refused += 1
            raise
        start = max(stamp, self._now or 0)
        self._command = (-(-start // SAMPLE) * SAMPLE, stimulation)

    def adjust(self, stamp: int, stimulation: Stimulation) -> None:
        """Change the current and pulse width of the active command without changing the times of its pulses.

        Without an active command of the same frequency, this is equivalent to `command`.

        Raises:
            InvalidInput: As for `command`.
            UnsafeStimulation: As for `command`.
        """
        if self._command is None or self._over() or self._command[1].frequency != stimulation.frequency:
            self.command(stamp, stimulation)
            return
        try:
            check_stimulation(stimulation, self._lead)
        except EmgsimError:
            self.refused += 1
            raise
        start, running = self._command
        self._command = (start, replace(running, current=stimulation.current, pulse_width=stimulation.pulse_width))

    def advance(self, stamp: int) -> StimulatedMuscles | None:
        """Return the excitations at ``stamp`` (ns); None while no command is active and all muscles are inactive."""
        if self._now is None or stamp < self._now or stamp - self._now > LONGEST_GAP:
            self._model.reset()
            self._now, self._active = stamp - stamp % SAMPLE, False
            return None
        samples = (stamp - self._now) // SAMPLE
        if not samples or not (self._active or self._starts_before(stamp)):
            self._now += samples * SAMPLE
            return None
        currents = self._currents(samples)
        excitation = self._model.advance(currents)[-1]
        self._now += samples * SAMPLE
        running = self._command is not None and not self._over()
        stopped = not running and excitation.max() < INACTIVE
        if stopped:
            excitation = np.zeros_like(excitation)
            self._model.reset()
        self._active = not stopped
        flowing = self._command[1].current if running and self._command is not None else np.zeros(self._lead.electrodes)
        return StimulatedMuscles(stamp, excitation, np.asarray(flowing, dtype=float))

    def _starts_before(self, stamp: int) -> bool:
        return self._command is not None and self._command[0] < stamp and not self._over()

    def _over(self) -> bool:
        assert self._command is not None
        start, stimulation = self._command
        return (self._now or 0) >= start + from_seconds(stimulation.duration)

    def _currents(self, samples: int) -> Array:
        assert self._now is not None
        if self._command is None:
            return np.zeros((samples, self._lead.electrodes))
        start, stimulation = self._command
        return electrode_signal(stimulation, samples, RATE, (start - self._now) // SAMPLE)
