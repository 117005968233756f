"""Simulation of the situation of a recording with a virtual subject."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..jobs.progress import Progress, no_progress
from ..subjects.subject import VirtualSubject
from ..validation import Recording, Situation
from ..validation.matching import simulate_segments

OF_SITUATION = ("muscles", "anatomy", "subject")  # parameters that follow from the situation, not from the subject


def simulate_subject(
    subject: VirtualSubject,
    situation: Situation,
    recorded: Sequence[Recording],
    efforts: Mapping[str, float] | None = None,
    trial: int = 0,
    progress: Progress = no_progress,
    cache: Path | None = None,
) -> list[Recording]:
    """Simulate the situation of every segment of a recording with a virtual subject.

    The level of a posture is that of the musculoskeletal model, so a strong subject needs less excitation for it. An
    excitation in the situation is the subject's own.

    Args:
        subject: Its limb, noise, gains and strength replace those of the situation.
        situation: Electrodes and pass band.
        recorded: The segments; their contraction, duration, sampling rate and channels are those of the simulation.
        efforts: Factors of the level of the segments, by name; 1 for a segment that is not in it.
        trial: Another number gives other discharges and other noise.
        progress: Receives the progress of the simulation.
        cache: Folder of computed potentials; default the user's cache.

    Returns:
        A simulated segment for each recorded one.

    Raises:
        InvalidInput: As for `validation.matching.simulate_segments`.
    """
    known = efforts or {}
    segments = []
    for one in recorded:
        strength = subject.strength if one.segment.pose else 1.0
        level = one.segment.level * known.get(one.segment.name, 1.0) / strength
        segments.append(dataclasses.replace(one, segment=dataclasses.replace(one.segment, level=level)))
    usual = situation.emg_parameters(recorded[0].sample_rate)
    own = vars(subject.emg_parameters(usual))
    changes = {name: value for name, value in own.items() if value != getattr(usual, name) and name not in OF_SITUATION}
    return simulate_segments(situation, segments, subject.anatomy, changes, trial, progress, cache)
