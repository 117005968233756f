"""Stimulation commands: their content, their safety check and the current that they deliver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput, UnsafeStimulation
from .lead import PaddleLead

Array = NDArray[np.float64]

BURST_RATE = 500.0  # Hz, rate of the pulses within a burst
BALANCE = 1e-3  # mA, greatest sum of the currents of all electrodes
FREQUENCIES = (0.5, 200.0)  # Hz, lowest and highest
PULSE_WIDTHS = (20.0, 1000.0)  # us, shortest and longest
LONGEST = 3600.0  # s, longest duration of a command


@dataclass(frozen=True)
class Stimulation:
    """Charge-balanced pulses on several electrodes at once.

    Attributes:
        current: [electrodes] current of each contact and, last, of the case, mA; cathodes are negative.
        frequency: Bursts per second, Hz.
        pulse_width: Width of the first phase of a pulse, us; the second phase recovers its charge.
        pulses_per_burst: Number of pulses in a burst; within a burst they follow at 500 Hz.
        duration: Duration of the command, s.
    """

    current: Array
    frequency: float
    pulse_width: float
    pulses_per_burst: int
    duration: float


@dataclass(frozen=True)
class Configuration:
    """The electrodes that serve as cathodes and as anodes; the amplitude is divided equally within each group.

    Attributes:
        cathodes: Numbers of the cathodes.
        anodes: Numbers of the anodes.
    """

    cathodes: tuple[int, ...]
    anodes: tuple[int, ...]

    def current(self, amplitude: float, electrodes: int) -> Array:
        """Return the [electrodes] currents (mA) at an amplitude (mA).

        Raises:
            InvalidInput: A group is empty, an electrode does not exist, or it is both cathode and anode.
        """
        for name, group in (("cathodes", self.cathodes), ("anodes", self.anodes)):
            if not group or not all(0 <= one < electrodes for one in group):
                raise InvalidInput(f"configuration: {name}", group, f"numbers of electrodes, 0 to {electrodes - 1}")
        if set(self.cathodes) & set(self.anodes):
            raise InvalidInput(
                "configuration: anodes", self.anodes, f"electrodes other than the cathodes {self.cathodes}"
            )
        current = np.zeros(electrodes)
        current[list(self.cathodes)] = -amplitude / len(self.cathodes)
        current[list(self.anodes)] = amplitude / len(self.anodes)
        return current

    @property
    def name(self) -> str:
        """Short name of the configuration, such as ``C3+8_A16``."""
        return f"C{'+'.join(map(str, self.cathodes))}_A{'+'.join(map(str, self.anodes))}"


def check_stimulation(stimulation: Stimulation, lead: PaddleLead) -> None:
    """Check that a command fits the lead and that it is safe to deliver.

    Raises:
        InvalidInput: The number of electrodes is wrong, a value is not finite, the frequency, pulse width, number of
            pulses or duration is below its range, or bursts overlap.
        UnsafeStimulation: The currents are not balanced, a contact exceeds its limit of current or charge density, or
            the frequency, pulse width, number of pulses or duration exceeds its range.
    """
    current = np.asarray(stimulation.current, dtype=float)
    if current.shape != (lead.electrodes,):
        expected = f"({lead.electrodes},): {lead.electrodes - 1} contacts and the case"
        raise InvalidInput("stimulation: current: shape", current.shape, expected)
    if not np.isfinite(current).all():
        bad = int(np.argmin(np.isfinite(current)))
        raise InvalidInput(f"stimulation: current of electrode {bad}", float(current[bad]), "a finite number of mA")
    for name, value, (low, high), unit in (
        ("frequency", stimulation.frequency, FREQUENCIES, "Hz"),
        ("pulse_width", stimulation.pulse_width, PULSE_WIDTHS, "us"),
        ("pulses_per_burst", stimulation.pulses_per_burst, (1, 100), "pulses"),
        ("duration", stimulation.duration, (0.0, LONGEST), "s"),
    ):
        if value > high:
            raise UnsafeStimulation(f"stimulation: {name}", value, f"{high:g} {unit}")
        if not value >= low:  # NaN included
            raise InvalidInput(f"stimulation: {name}", value, f"{low:g} to {high:g} {unit}")
    if (stimulation.pulses_per_burst - 1) / BURST_RATE >= 1 / stimulation.frequency:
        expected = f"a burst at {BURST_RATE:g} Hz that is shorter than 1 / {stimulation.frequency:g} s"
        raise InvalidInput("stimulation: pulses_per_burst", stimulation.pulses_per_burst, expected)
    if abs(current.sum()) > BALANCE:
        limit = f"0 mA within {BALANCE:g} mA: cathodes and anodes must be balanced"
        raise UnsafeStimulation("stimulation: sum of the currents", float(current.sum()), limit)
    contacts = np.abs(current[:-1])
    worst = int(np.argmax(contacts))
    if contacts[worst] > lead.limits.current:
        limit = f"{lead.limits.current:g} mA"
        raise UnsafeStimulation(f"stimulation: current of contact {worst}", float(current[worst]), limit)
    density = contacts[worst] * stimulation.pulse_width * 1e-3 / lead.contact_area
    if density > lead.limits.charge_density:
        limit = f"{lead.limits.charge_density:g} uC/cm2"
        raise UnsafeStimulation(f"stimulation: charge density of contact {worst}", round(float(density), 2), limit)


def pulse_samples(stimulation: Stimulation, sample_rate: float, first: int, end: int) -> NDArray[np.int64]:
    """Return the numbers of the samples in which a pulse begins.

    Args:
        stimulation: The command.
        sample_rate: Sampling rate, Hz.
        first: First sample considered, counted from the start of the command.
        end: Sample before which to stop.
    """
    end = min(end, int(np.ceil(stimulation.duration * sample_rate - 1e-6)))
    length = (stimulation.pulses_per_burst - 1) / BURST_RATE
    low = max(0, int(np.floor((first / sample_rate - length) * stimulation.frequency)))
    bursts = np.arange(low, np.ceil(end / sample_rate * stimulation.frequency) + 1) / stimulation.frequency
    times = (bursts[:, None] + np.arange(stimulation.pulses_per_burst) / BURST_RATE).ravel()
    samples = np.unique(np.floor(times * sample_rate + 1e-6).astype(np.int64))
    return samples[(samples >= max(first, 0)) & (samples < end)]


def electrode_signal(stimulation: Stimulation, samples: int, sample_rate: float, start: int = 0) -> Array:
    """Return the [samples, electrodes] effective currents (mA), the input of networks and of the spinal model.

    A sample in which a pulse begins holds the pulse's effective current, any other sample holds 0. The effective
    current is the current of a pulse of 300 us that recruits as many fibres: the current I times w / (w + c), divided
    by the same factor of 300 us, with the pulse width w and the chronaxie c of posterior-root afferents (Lapicque's
    law).

    Args:
        stimulation: The command.
        samples: Number of samples.
        sample_rate: Sampling rate, Hz.
        start: Sample in which the command starts; negative if it started earlier.
    """
    signal = np.zeros((samples, len(stimulation.current)))
    at = pulse_samples(stimulation, sample_rate, -start, samples - start) + start
    signal[at] = np.asarray(stimulation.current) * width_factor(stimulation.pulse_width)
    return signal


CHRONAXIE = 200.0  # us
REFERENCE_WIDTH = 300.0  # us


def width_factor(pulse_width: float) -> float:
    """Return the effective current of a pulse of this width (us), relative to a pulse of 300 us and equal current."""
    return pulse_width / (pulse_width + CHRONAXIE) * (REFERENCE_WIDTH + CHRONAXIE) / REFERENCE_WIDTH
