"""A subject fitted to a calibration, with the card of the fit."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..jobs.progress import Progress, no_progress
from ..parameters import EmgParameters
from ..subjects.subject import VirtualSubject, standard_subject
from ..validation import distance, features_of
from .calibration import Calibration
from .groups import muscle_groups
from .quantities import FittedQuantities
from .search import FitResult, fit_subject
from .simulation import simulate_subject

FEATURES = ("amplitude", "spectrum", "distribution", "space", "fluctuation")  # of the final simulation
DIGITS = 4


@dataclass(frozen=True)
class FitSettings:
    """How a fit is made.

    Attributes:
        evaluations: Greatest number of evaluations of the objective.
        minutes: Greatest duration; 0: no limit. A result that was stopped by it depends on the speed of the machine.
        circumference: Measured circumference of the limb, m; 0: it is fitted.
        generator: Potential model: a registered part of the kind ``potentials``; empty: that of the situation.
        any_turn: Whether nothing is known of the rotation of the electrodes around the limb.
        seed: Of the search and of the person's motor units.
    """

    evaluations: int = 600
    minutes: float = 0.0
    circumference: float = 0.0
    generator: str = ""
    any_turn: bool = False
    seed: int = EmgParameters.seed


@dataclass(frozen=True)
class FittedPerson:
    """The result of a fit.

    Attributes:
        subject: The subject, with the card of the fit.
        standard: The subject without changes, with which it is compared.
        quantities: What was fitted.
        result: The result of the search.
        efforts: Fitted effort of each contraction of a pose, by name.
    """

    subject: VirtualSubject
    standard: VirtualSubject
    quantities: FittedQuantities
    result: FitResult
    efforts: Mapping[str, float]


def fit_person(
    calibration: Calibration,
    name: str,
    recording: str,
    settings: FitSettings | None = None,
    progress: Progress = no_progress,
) -> FittedPerson:
    """Fit a virtual subject to a calibration.

    Args:
        calibration: The contractions and their statistics.
        name: Name of the subject.
        recording: Name of the recording, for the card.
        settings: How the fit is made.
        progress: Receives the number of evaluations.

    Raises:
        InvalidInput: The potential model does not cover the limb of the situation or the measured circumference, or
            as for `search.fit_subject`.
    """
    chosen = settings or FitSettings()
    if chosen.generator:
        changed = dataclasses.replace(calibration.parameters, generator=chosen.generator)
        calibration = dataclasses.replace(calibration, parameters=changed)
    standard = standard_subject(calibration.situation.anatomy, name, chosen.seed)
    quantities = FittedQuantities(
        standard,
        calibration.standard,
        muscle_groups(calibration.standard, calibration.contractions),
        efforts=[one.name for one in calibration.contractions if one.of_model],
        generator=calibration.parameters.generator,
        skin_radius=chosen.circumference / (2 * math.pi),
        noise=calibration.parameters.noise,
        any_turn=chosen.any_turn,
    )
    expected, objective = calibration.expected(), calibration.objective()
    result = fit_subject(expected, objective, quantities, chosen.evaluations, chosen.minutes, chosen.seed + 1, progress)
    efforts = quantities.effort(result.vector)
    factors = [efforts.get(one.name, 1.0) for one in calibration.contractions]
    held_out = calibration.objective(held_out=True)
    before, after = held_out.by_aspect(expected.of(standard)), held_out.by_aspect(expected.of(result.subject, factors))
    card: dict[str, Any] = {
        "recording": recording,
        "situation": calibration.situation.name,
        "date": str(datetime.date.today()),
        "evaluations": result.evaluations,
        "seed": chosen.seed,
        "unit": "arbitrary" if calibration.situation.arbitrary else "mV",
        "distance, fitting part": {"standard": _rounded(result.before), "fitted": _rounded(result.after)},
        "distance, held-out part": {
            "standard": _rounded(sum(before.values()) / len(before)),
            "fitted": _rounded(sum(after.values()) / len(after)),
        },
        "held-out part by aspect": {
            aspect: {"standard": _rounded(before[aspect]), "fitted": _rounded(after[aspect])} for aspect in before
        },
        "efforts": {key: _rounded(value) for key, value in efforts.items()},
        "muscle groups": {group.name: list(group.muscles) for group in quantities.groups},
    }
    subject = dataclasses.replace(result.subject, fitted=card)
    return FittedPerson(subject, standard, quantities, result, efforts)


def simulated_distances(
    calibration: Calibration, person: FittedPerson, progress: Progress = no_progress, cache: Path | None = None
) -> dict[str, float]:
    """Simulate the held-out part with the standard and the fitted subject and compare all features of `validation`.

    These include the distribution and the fluctuation of the amplitude, which the fit does not use.

    Args:
        calibration: The calibration to which the person was fitted.
        person: The fitted person.
        progress: Receives the progress of the simulations.
        cache: Folder of computed potentials; default the user's cache.

    Returns:
        The distance of the ``standard`` and of the ``fitted`` subject.
    """
    recorded = features_of(calibration.held_out_segments, FEATURES, resamples=0)
    emg = {**calibration.situation.emg, "generator": calibration.parameters.generator}
    situation = dataclasses.replace(calibration.situation, emg=emg)
    found = {}
    for kind, subject, efforts in (("standard", person.standard, {}), ("fitted", person.subject, person.efforts)):
        made = simulate_subject(
            subject, situation, calibration.held_out_segments, efforts, progress=progress, cache=cache
        )
        found[kind] = distance(recorded, features_of(made, FEATURES, resamples=0))
    return found


def _rounded(value: float) -> float:
    return round(float(value), DIGITS)
