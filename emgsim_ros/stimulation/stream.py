"""Live stimulation: commands in, excitations out, by the simulation clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..signals.simulation_time import NANOSECONDS, from_seconds
from .command import Stimulation, check_stimulation, electrode_signal
from .lead import PaddleLead
from .models import ResponseModel

Array = NDArray[np.float64]

RATE = 1000  # Hz, of the models
SAMPLE = NANOSECONDS // RATE  # ns
SILENT = 1e-3  # excitation below which a muscle counts as silent
LONGEST_GAP = from_seconds(0.5)  # a longer jump of the clock (ns) starts the patient anew, at rest


@dataclass(frozen=True)
class StimulatedMuscles:
    """Excitations at one instant: ``stamp`` (ns), [muscles] ``excitation``, [electrodes] ``current`` (mA) flowing."""

    stamp: int
    excitation: Array
    current: Array


class StimulationStream:
    """Plays stimulation commands on a patient.

    Args:
        model: The patient.
        lead: The lead that commands are checked against.

    Attributes:
        refused: Commands refused so far.
    """

    def __init__(self, model: ResponseModel, lead: PaddleLead) -> None:
        self._model, self._lead = model, lead
        self._now: int | None = None
        self._command: tuple[int, Stimulation] | None = None
        self._sounding = False
        self.refused = 0

    def command(self, stamp: int, stimulation: Stimulation) -> None:
        """Start a command at ``stamp`` (ns; in the past: at once), in place of the one that runs.

        Raises:
            InvalidInput: It is not safe or makes no sense; nothing is delivered, what runs goes on.
        """
        try:
            check_stimulation(stimulation, self._lead)
        except ValueError:
            self.refused += 1
            raise
        start = max(stamp, self._now or 0)
        self._command = (-(-start // SAMPLE) * SAMPLE, stimulation)

    def adjust(self, stamp: int, stimulation: Stimulation) -> None:
        """As :meth:`command`, but pulses that run already keep their rhythm: only their current changes.

        Raises:
            InvalidInput: As for :meth:`command`.
        """
        if self._command is None or self._over() or self._command[1].frequency != stimulation.frequency:
            self.command(stamp, stimulation)
            return
        try:
            check_stimulation(stimulation, self._lead)
        except ValueError:
            self.refused += 1
            raise
        start, running = self._command
        self._command = (start, replace(running, current=stimulation.current, pulse_width=stimulation.pulse_width))

    def advance(self, stamp: int) -> StimulatedMuscles | None:
        """The excitations at ``stamp`` (ns); None while nothing was stimulated and all muscles are silent."""
        if self._now is None or stamp < self._now or stamp - self._now > LONGEST_GAP:
            self._model.reset()
            self._now, self._sounding = stamp - stamp % SAMPLE, False
            return None
        samples = (stamp - self._now) // SAMPLE
        if not samples or not (self._sounding or self._starts_before(stamp)):
            self._now += samples * SAMPLE
            return None
        currents = self._currents(samples)
        excitation = self._model.advance(currents)[-1]
        self._now += samples * SAMPLE
        running = self._command is not None and not self._over()
        stopped = not running and excitation.max() < SILENT
        if stopped:
            excitation = np.zeros_like(excitation)
            self._model.reset()
        self._sounding = not stopped
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
