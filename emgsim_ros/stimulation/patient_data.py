"""Simulated recordings of a virtual patient: many configurations, amplitudes and frequencies, with noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..seeds import generator
from .command import Configuration
from .recordings import Recordings, Trial
from .spine import RATE, VirtualPatient

START = 0.02  # s before the first pulse
NOISE = 0.01  # mV, RMS of the noise of the EMG
TRIAL_SPREAD = 0.05  # SD of the logarithm of a muscle's responses between trials


@dataclass(frozen=True)
class SessionPlan:
    """Plan of a recording session.

    Attributes:
        configurations: Number of configurations: each contact against the case first, then random ones.
        amplitudes: Amplitudes of every configuration, mA.
        frequencies: Frequencies of every configuration, Hz.
        seconds: Length of a trial, s.
        pulse_width: Width of a pulse phase, us.
        seed: Seed of the random configurations, the spread of the responses and the noise.
    """

    configurations: int = 90
    amplitudes: tuple[float, ...] = tuple(np.arange(0.0, 5.01, 0.5).tolist())
    frequencies: tuple[float, ...] = (20.0, 40.0, 80.0)
    seconds: float = 0.2
    pulse_width: float = 300.0
    seed: int = 1


def draw_configurations(count: int, contacts: int, rng: np.random.Generator) -> list[Configuration]:
    """Return different configurations: each contact against the case, then random ones.

    A random configuration has one to three cathodes, and one to three anodes or the case.

    Args:
        count: Number of configurations.
        contacts: Number of contacts; this is also the number of the case.
        rng: Source of the random configurations.
    """
    made = [Configuration((contact,), (contacts,)) for contact in range(contacts)][:count]
    names = {one.name for one in made}
    while len(made) < count:
        several = rng.permutation(contacts)
        cathodes, anodes = rng.integers(1, 4, 2)
        chosen = tuple(sorted(several[:cathodes].tolist()))
        others = tuple(sorted(several[3 : 3 + anodes].tolist())) if rng.random() < 0.6 else (contacts,)
        one = Configuration(chosen, others)
        if one.name not in names:
            names.add(one.name)
            made.append(one)
    return made


def record_patient(patient: VirtualPatient, plan: SessionPlan, lead: str, repetition: int = 0) -> Recordings:
    """Simulate one trial for every combination of configuration, amplitude and frequency.

    Args:
        patient: The virtual patient.
        plan: Plan of the session.
        lead: Name of the lead.
        repetition: Number of the repetition: the trials stay the same, but the spread of the responses and the noise
            differ from repetition to repetition.
    """
    rng = generator(plan.seed, "stimulation_session", str(patient.seed))
    configurations = draw_configurations(plan.configurations, len(patient.lead.contacts), rng)
    if repetition:
        rng = generator(plan.seed, "stimulation_session", str(patient.seed), repetition)
    trials = tuple(
        Trial(configuration, amplitude, frequency, plan.pulse_width, 1, START, plan.seconds - START)
        for configuration in configurations
        for amplitude in plan.amplitudes
        for frequency in plan.frequencies
    )
    samples = round(plan.seconds * RATE)
    empty = np.zeros((len(trials), samples, len(patient.muscles)), np.float32)
    without_emg = Recordings(trials, empty, patient.muscles, patient.lead.electrodes, lead)
    spread = np.exp(TRIAL_SPREAD * rng.standard_normal((len(trials), len(patient.muscles))))
    _, responses = patient.run(without_emg.signals, spread)
    noise = NOISE * rng.standard_normal(responses.shape)
    return Recordings(trials, (responses + noise).astype(np.float32), patient.muscles, patient.lead.electrodes, lead)
