"""What the stimulator is asked to do, what it may do, and the current that flows then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from .lead import PaddleLead

Array = NDArray[np.float64]

BURST_RATE = 500.0  # Hz, of the pulses in a burst
BALANCE = 1e-3  # mA that the currents of all electrodes may add up to
FREQUENCIES = (0.5, 200.0)  # Hz
PULSE_WIDTHS = (20.0, 1000.0)  # us
LONGEST = 3600.0  # s


@dataclass(frozen=True)
class Stimulation:
    """Charge-balanced pulses on several electrodes at once.

    Attributes:
        current: [electrodes] of each contact and, last, the case, mA; negative = cathode.
        frequency: Bursts per second, Hz.
        pulse_width: Of one phase, us; the second phase takes the charge back.
        pulses_per_burst: Pulses in a burst, at 500 Hz.
        duration: s.
    """

    current: Array
    frequency: float
    pulse_width: float
    pulses_per_burst: int
    duration: float


@dataclass(frozen=True)
class Configuration:
    """Which electrodes are cathodes and which anodes; each group shares the amplitude evenly."""

    cathodes: tuple[int, ...]
    anodes: tuple[int, ...]

    def current(self, amplitude: float, electrodes: int) -> Array:
        """[electrodes] mA at an amplitude (mA).

        Raises:
            InvalidInput: No cathode or anode, an electrode that there is not, or one that is both.
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
        """Such as ``C3+8_A16``."""
        return f"C{'+'.join(map(str, self.cathodes))}_A{'+'.join(map(str, self.anodes))}"


def check_stimulation(stimulation: Stimulation, lead: PaddleLead) -> None:
    """See that a command fits the lead, is balanced and safe.

    Raises:
        InvalidInput: Another number of electrodes, NaN, currents that do not add up to 0, a contact over its limit of
            current or charge density, a frequency, width, number or duration out of range, bursts that overlap.
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
        if not low <= value <= high:
            raise InvalidInput(f"stimulation: {name}", value, f"{low:g} to {high:g} {unit}")
    if (stimulation.pulses_per_burst - 1) / BURST_RATE >= 1 / stimulation.frequency:
        expected = f"fewer than fill 1 / {stimulation.frequency:g} s at {BURST_RATE:g} Hz"
        raise InvalidInput("stimulation: pulses_per_burst", stimulation.pulses_per_burst, expected)
    if abs(current.sum()) > BALANCE:
        raise InvalidInput(
            "stimulation: sum of the currents", float(current.sum()), "0 mA: cathodes and anodes balanced"
        )
    contacts = np.abs(current[:-1])
    worst = int(np.argmax(contacts))
    if contacts[worst] > lead.limits.current:
        expected = f"at most {lead.limits.current:g} mA, the safe limit"
        raise InvalidInput(f"stimulation: current of contact {worst}", float(current[worst]), expected)
    density = contacts[worst] * stimulation.pulse_width * 1e-3 / lead.contact_area
    if density > lead.limits.charge_density:
        expected = f"at most {lead.limits.charge_density:g} uC/cm2, the safe limit"
        raise InvalidInput(f"stimulation: charge density of contact {worst}", round(float(density), 2), expected)


def pulse_samples(stimulation: Stimulation, sample_rate: float, first: int, end: int) -> NDArray[np.int64]:
    """Numbers of the samples from ``first`` to before ``end``, counted from the start, in which a pulse begins."""
    end = min(end, int(np.ceil(stimulation.duration * sample_rate - 1e-6)))
    length = (stimulation.pulses_per_burst - 1) / BURST_RATE
    low = max(0, int(np.floor((first / sample_rate - length) * stimulation.frequency)))
    bursts = np.arange(low, np.ceil(end / sample_rate * stimulation.frequency) + 1) / stimulation.frequency
    times = (bursts[:, None] + np.arange(stimulation.pulses_per_burst) / BURST_RATE).ravel()
    samples = np.unique(np.floor(times * sample_rate + 1e-6).astype(np.int64))
    return samples[(samples >= max(first, 0)) & (samples < end)]


def electrode_signal(stimulation: Stimulation, samples: int, sample_rate: float, start: int = 0) -> Array:
    """[samples, electrodes] what networks and spinal models take: in each sample with a pulse, its effective current.

    The effective current (mA) is that of a pulse of 300 us that recruits as much: I w / (w + c) over the same of
    300 us, with the chronaxie c of posterior-root afferents (Lapicque's law).

    Args:
        stimulation: The command.
        samples: Length.
        sample_rate: Hz.
        start: Sample in which the command starts; negative: it began before.
    """
    signal = np.zeros((samples, len(stimulation.current)))
    at = pulse_samples(stimulation, sample_rate, -start, samples - start) + start
    signal[at] = np.asarray(stimulation.current) * width_factor(stimulation.pulse_width)
    return signal


CHRONAXIE = 200.0  # us
REFERENCE_WIDTH = 300.0  # us


def width_factor(pulse_width: float) -> float:
    """How much more a pulse of this width (us) recruits than one of 300 us and the same current."""
    return pulse_width / (pulse_width + CHRONAXIE) * (REFERENCE_WIDTH + CHRONAXIE) / REFERENCE_WIDTH
