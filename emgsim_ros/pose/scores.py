"""Scores of a decoder, by joint and person, beside estimates that need no EMG.

The mean absolute error of an angle is small for every decoder where the angle hardly moves. The scores here are
therefore the coefficient of determination and the correlation within a person and a stage, and the error while the
joint moves; beside them stand the errors of two estimates without EMG: the person's own median posture in the stage
(the constant with the lowest error that there is) and the true posture at the start of the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

Array = NDArray[np.float64]

MOVING = np.radians(10.0)  # rad/s; a joint moves if its true speed is above this (own choice)
RESAMPLES = 2000
FINGERS = ("index", "middle", "ring", "pinky")
GROUPS = {
    "finger flexion": tuple(f"{finger}_{joint}_fe" for finger in FINGERS for joint in ("mcp", "pip", "dip")),
    "finger abduction": tuple(f"{finger}_mcp_aa" for finger in FINGERS),
    "thumb": ("thumb_cmc_fe", "thumb_cmc_aa", "thumb_mcp_fe", "thumb_ip_fe"),
    "wrist flexion": ("wrist_fe",),
    "wrist deviation": ("wrist_deviation",),
}


@dataclass(frozen=True)
class PersonScores:
    """Scores of one person; every array is [angles].

    Attributes:
        r2: Coefficient of determination about the mean of each stage; NaN for an angle that does not move.
        correlation: Correlation about the means of each stage.
        error: Mean absolute error, degrees.
        moving: The same while the joint moves (`MOVING`); NaN if it never does.
        median, median_moving: Both errors of the person's median posture in the stage.
        staying, staying_moving: Both errors of the true posture at the start of the window.
    """

    r2: Array
    correlation: Array
    error: Array
    moving: Array
    median: Array
    median_moving: Array
    staying: Array
    staying_moving: Array


SCORES = tuple(field.name for field in fields(PersonScores))


@dataclass(frozen=True)
class Score:
    """The mean of a score over people with its 95 % bootstrap interval; NaN with fewer than two people."""

    value: float
    low: float
    high: float


def person_scores(estimate: Array, truth: Array, stages: Sequence[str], rate: float) -> PersonScores:
    """Return the scores of one person.

    Args:
        estimate, truth: [windows, angles, frames] rad.
        stages: [windows] stage of each window.
        rate: Frames per second.
    """
    angles, names = truth.shape[1], np.asarray(stages)
    sums = dict.fromkeys(("wrong", "true", "made", "both"), np.zeros(angles))
    constant, start = np.empty_like(truth), np.broadcast_to(truth[..., :1], truth.shape)
    for stage in dict.fromkeys(stages):
        chosen = names == stage
        true, made = (_joined(one[chosen]) for one in (truth, estimate))
        constant[chosen] = np.median(true, axis=1)[:, None]
        centred, own = true - true.mean(axis=1, keepdims=True), made - made.mean(axis=1, keepdims=True)
        terms = {"wrong": (made - true) ** 2, "true": centred**2, "made": own**2, "both": centred * own}
        sums = {name: sums[name] + value.sum(axis=1) for name, value in terms.items()}
    moves = _joined(np.abs(np.gradient(truth, 1 / rate, axis=2))) > MOVING
    pairs = [_errors(guess, truth, moves) for guess in (estimate, constant, start)]
    return PersonScores(
        1 - _ratio(sums["wrong"], sums["true"]),
        _ratio(sums["both"], np.sqrt(sums["true"] * sums["made"])),
        *(error for pair in pairs for error in pair),
    )


def group_scores(people: Sequence[PersonScores], angle_names: Sequence[str]) -> dict[str, dict[str, Score]]:
    """Return all scores of the groups of joints that are present, and of every single angle.

    Args:
        people: The scores of each person.
        angle_names: [angles] names of the angles.
    """
    groups = {name: [angle for angle in members if angle in angle_names] for name, members in GROUPS.items()}
    every = {"all angles": list(angle_names)} | {name: members for name, members in groups.items() if members}
    every |= {angle: [angle] for angle in angle_names}
    return {
        group: _scores_of(people, [list(angle_names).index(one) for one in members]) for group, members in every.items()
    }


def interval(values: Sequence[float]) -> Score:
    """Return the mean of one value of each person with its bootstrap interval over people; NaN values are omitted."""
    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) < 2 or np.ptp(known) == 0.0:
        mean = float(known.mean()) if len(known) else float("nan")
        return Score(mean, *(2 * (mean if len(known) > 1 else float("nan"),)))
    found = bootstrap((known,), np.mean, n_resamples=RESAMPLES, method="percentile", rng=0).confidence_interval
    return Score(float(known.mean()), float(found.low), float(found.high))


def _scores_of(people: Sequence[PersonScores], columns: Sequence[int]) -> dict[str, Score]:
    return {name: interval([_mean(getattr(one, name)[columns]) for one in people]) for name in SCORES}


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _errors(guess: Array, truth: Array, moves: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the mean absolute error of each angle, degrees: over all time, and while it moves."""
    wrong = np.degrees(np.abs(_joined(guess) - _joined(truth)))
    return wrong.mean(axis=1), _ratio((wrong * moves).sum(axis=1), moves.sum(axis=1).astype(float))


def _joined(windows: Array) -> Array:
    """Return [angles, windows * frames] values of [windows, angles, frames] ones."""
    return np.ascontiguousarray(windows.swapaxes(0, 1)).reshape(windows.shape[1], -1)


def _ratio(above: Array, below: Array) -> Array:
    """Return a quotient, NaN where the denominator is too small to mean anything."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 1e-9)
