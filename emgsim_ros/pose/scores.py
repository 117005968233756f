"""Scores of a decoder, by joint and person, beside estimates that need no EMG.

The mean absolute error of an angle is small for every decoder where the angle hardly moves. The scores here are
therefore the coefficient of determination and the correlation within a person and a stage, and the error while the
joint moves. The squares are summed over the angles of a group and over people before they are divided: the quotients of
single angles are meaningless for those that hardly move. Beside the scores stand the errors of two estimates without
EMG: the person's own median posture in the stage (the constant with the lowest error that there is) and the true
posture at the start of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..sessions.pose_session import FINGERS

Array = NDArray[np.float64]

MOVING = np.radians(10.0)  # rad/s; a joint moves if its true speed is above this (own choice)
LEAST = 1e-9  # smallest denominator
RESAMPLES, INTERVAL = 2000, (2.5, 97.5)  # of the bootstrap over people
GROUPS = {
    "finger flexion": tuple(f"{finger}_{joint}_fe" for finger in FINGERS for joint in ("mcp", "pip", "dip")),
    "finger abduction": tuple(f"{finger}_mcp_aa" for finger in FINGERS),
    "thumb": ("thumb_cmc_fe", "thumb_cmc_aa", "thumb_mcp_fe", "thumb_ip_fe"),
    "wrist flexion": ("wrist_fe",),
    "wrist deviation": ("wrist_deviation",),
}


@dataclass(frozen=True)
class PersonScores:
    """What the scores of one person consist of; every array is [angles].

    Attributes:
        wrong, true: Sums of the squared errors, and of the squared true angles about the mean of their stage, rad^2.
        made, both: Sums of the squared estimates about the mean of their stage, and of their products with the true
            angles about theirs, rad^2.
        error: Mean absolute error, degrees.
        moving: The same while the joint moves (`MOVING`); NaN if it never does.
        median, median_moving: Both errors of the person's median posture in the stage.
        staying, staying_moving: Both errors of the true posture at the start of the window.
    """

    wrong: Array
    true: Array
    made: Array
    both: Array
    error: Array
    moving: Array
    median: Array
    median_moving: Array
    staying: Array
    staying_moving: Array


ERRORS = ("error", "moving", "median", "median_moving", "staying", "staying_moving")
SCORES = ("r2", "correlation", *ERRORS)


@dataclass(frozen=True)
class Score:
    """A score of a group of people with its 95 % bootstrap interval; NaN with fewer than two people."""

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
    errors = [one for guess in (estimate, constant, start) for one in _errors(guess, truth, moves)]
    return PersonScores(**sums, **dict(zip(ERRORS, errors, strict=True)))


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
    return _score(lambda x, axis: x.mean(axis=axis), known)


def _scores_of(people: Sequence[PersonScores], columns: Sequence[int]) -> dict[str, Score]:
    sums = {name: np.array([getattr(one, name)[columns].sum() for one in people]) for name in ("wrong", "true")}
    scores = {"r2": _score(_r2, sums["wrong"], sums["true"])}
    parts = [np.array([getattr(one, name)[columns].sum() for one in people]) for name in ("both", "true", "made")]
    scores["correlation"] = _score(_correlation, *parts)
    return scores | {name: interval([_mean(getattr(one, name)[columns]) for one in people]) for name in ERRORS}


def _r2(wrong: Array, true: Array, axis: int) -> Array:
    return 1 - _ratio(wrong.sum(axis=axis), true.sum(axis=axis))


def _correlation(both: Array, true: Array, made: Array, axis: int) -> Array:
    return _ratio(both.sum(axis=axis), np.sqrt(true.sum(axis=axis) * made.sum(axis=axis)))


def _score(statistic: Callable[..., Array], *values: Array) -> Score:
    """Return a statistic of people with its interval; its arguments are arrays with one value of each person."""
    people = len(values[0])
    value = float(statistic(*values, axis=0)) if people else float("nan")
    if people < 2 or not np.isfinite(value):
        return Score(value, float("nan"), float("nan"))
    drawn = np.random.default_rng(0).integers(people, size=(RESAMPLES, people))
    low, high = np.nanpercentile(statistic(*(one[drawn] for one in values), axis=1), INTERVAL)
    return Score(value, float(low), float(high))


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
    return np.divide(above, below, out=np.full_like(np.asarray(above, float), np.nan), where=np.asarray(below) > LEAST)
