"""Errors of networks on sessions that were held out of their training, by what is new in those sessions."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..files.weights import read_card, write_card
from ..sessions.pose_metadata import SessionRow
from .checkpoint import TrainedPose
from .data import Examples, open_series, sessions_of
from .finger_confusion import FingerConfusion, finger_confusion
from .metrics import PoseErrors, pose_errors
from .networks.baselines import BASELINES
from .networks.interface import PoseNetwork
from .scores import GROUPS, PersonScores, Score, group_scores, interval, person_scores

GENERALIZATIONS = ("user", "stage", "user_stage")  # new people, new stages, or both
NEW_PEOPLE = ("user", "user_stage")
ALL_STAGES = "all"
RATE = 50.0  # Hz, frame rate at which estimates and truth are compared, for every network
BATCH = 32  # windows decoded together


@dataclass(frozen=True)
class Finding:
    """One row of an analysis.

    Attributes:
        network: Name of the network.
        generalization: One of `GENERALIZATIONS`, or ``all``.
        way: One of `networks.interface.WAYS`.
        windows: Number of windows.
        errors: Their errors.
        stage: The stage to which the windows belong.
        angle_names: [angles] names of the angles.
        people: The scores of each person.
        confusion: Movements of single digits of each person.
    """

    network: str
    generalization: str
    way: str
    windows: int
    errors: PoseErrors
    stage: str = ALL_STAGES
    angle_names: tuple[str, ...] = ()
    people: dict[str, PersonScores] = field(default_factory=dict, compare=False)
    confusion: dict[str, FingerConfusion] = field(default_factory=dict, compare=False)

    @cached_property
    def scores(self) -> dict[str, dict[str, Score]]:
        """Scores of all angles, of groups of angles and of single angles, by name (`scores.group_scores`)."""
        return group_scores(list(self.people.values()), self.angle_names)

    def row(self) -> dict[str, str | float]:
        """Return the row by column name, errors rounded to 4 decimals."""
        values = {name: round(value, 4) for name, value in self.errors.row().items()}
        return {
            "network": self.network,
            "generalization": self.generalization,
            "way": self.way,
            "stage": self.stage,
            "windows": self.windows,
            **values,
        }


@dataclass(frozen=True)
class _Decoded:
    """Decoded windows of some sessions.

    Attributes:
        rows: [sessions] the sessions.
        session: [windows] number of the session of each window.
        estimate, truth: [windows, angles, frames] rad, `RATE` frames a second.
    """

    rows: list[SessionRow]
    session: NDArray[np.int64]
    estimate: np.ndarray
    truth: np.ndarray

    def of_stage(self, stage: str) -> _Decoded:
        """Return the windows of the sessions of one stage."""
        numbers = [number for number, row in enumerate(self.rows) if row.stage == stage]
        return self._part(np.isin(self.session, numbers))

    def by_person(self) -> dict[str, _Decoded]:
        """Return the windows of each person."""
        users = np.array([self.rows[number].user for number in self.session])
        return {user: self._part(users == user) for user in dict.fromkeys(users.tolist())}

    def stages(self) -> list[str]:
        """Return the stage of each window."""
        return [self.rows[number].stage for number in self.session]

    def _part(self, chosen: NDArray[np.bool_]) -> _Decoded:
        return _Decoded(self.rows, self.session[chosen], self.estimate[chosen], self.truth[chosen])


class Analysis:
    """Evaluates networks on the sessions of a data set.

    Args:
        data: Folder with metadata.csv and session files.
        seconds: Length of a window, s.
        device: Torch device.
    """

    def __init__(self, data: Path, seconds: float = 5.0, device: str = "cpu") -> None:
        self._data, self._seconds, self._device = data, seconds, device

    def of(
        self, name: str, network: PoseNetwork, angle_names: tuple[str, ...], ways: Sequence[str] = ()
    ) -> list[Finding]:
        """Evaluate each generalisation of the test split in each way.

        Args:
            name: Name of the network in the findings.
            network: The trained network.
            angle_names: [angles] names of its angles.
            ways: Ways of `WAYS`; empty: those of the network.

        Raises:
            InvalidInput: The data set lacks such sessions, or they do not fit the network.
        """
        return [
            self.finding(name, network, angle_names, generalization, way)
            for way in ways or network.ways
            for generalization in GENERALIZATIONS
        ]

    def finding(
        self,
        name: str,
        network: PoseNetwork,
        angle_names: tuple[str, ...],
        generalization: str,
        way: str,
        split: str = "test",
    ) -> Finding:
        """Evaluate one generalisation (empty: all sessions of the split) in one way; see `of`."""
        decoded = self._decode(network, generalization, way, split)
        return _finding(name, generalization or "all", way, decoded, angle_names)

    def with_stages(
        self, name: str, network: PoseNetwork, angle_names: tuple[str, ...], ways: Sequence[str] = ()
    ) -> list[Finding]:
        """Evaluate as `of` does, and also each stage of the people held out; every window is decoded once."""
        whole, staged = [], []
        for way in ways or network.ways:
            for generalization in GENERALIZATIONS:
                decoded = self._decode(network, generalization, way)
                whole.append(_finding(name, generalization, way, decoded, angle_names))
                if generalization in NEW_PEOPLE:
                    for stage in dict.fromkeys(row.stage for row in decoded.rows):
                        part = decoded.of_stage(stage)
                        staged.append(_finding(name, generalization, way, part, angle_names, stage))
        return whole + staged

    def baselines(self, like: TrainedPose) -> list[Finding]:
        """Evaluate the baselines with the channels and angles of a trained network, as `with_stages` does."""
        found: list[Finding] = []
        for name, kind in BASELINES.items():
            network = kind(like.network.channels, like.network.angles, like.network.sample_rate)
            network.fit(open_series(self._data, sessions_of(self._data, "train"), network))
            found += self.with_stages(name, network, like.angle_names)
        return found

    def _decode(self, network: PoseNetwork, generalization: str, way: str, split: str = "test") -> _Decoded:
        rows = sessions_of(self._data, split, generalization)
        examples = Examples(open_series(self._data, rows, network), network, self._seconds)
        estimate, truth = predictions(network, examples, way == "tracking", self._device)
        return _Decoded(rows, examples.sessions, estimate, truth)


def _finding(
    name: str,
    generalization: str,
    way: str,
    decoded: _Decoded,
    angle_names: tuple[str, ...],
    stage: str = ALL_STAGES,
) -> Finding:
    errors = pose_errors(decoded.estimate, decoded.truth, angle_names, RATE)
    own = decoded.by_person()
    people = {user: person_scores(one.estimate, one.truth, one.stages(), RATE) for user, one in own.items()}
    confusion = {user: finger_confusion(one.estimate, one.truth, angle_names, RATE) for user, one in own.items()}
    return Finding(name, generalization, way, len(decoded.session), errors, stage, angle_names, people, confusion)


@torch.inference_mode()
def predictions(
    network: PoseNetwork, examples: Examples, initial_known: bool, device: str = "cpu"
) -> tuple[np.ndarray, np.ndarray]:
    """Return estimated and true angles of all windows, each [windows, angles, frames] rad, `RATE` frames a second.

    Args:
        network: The trained network.
        examples: The windows.
        initial_known: Whether the network receives the true angles at the first frame (tracking).
        device: Torch device.
    """
    every = network.sample_rate / network.frame / RATE
    made, true = [], []
    for first in range(0, len(examples), BATCH):
        frames, truth = examples.batch(range(first, min(first + BATCH, len(examples))))
        initial = truth[..., 0].to(device) if initial_known else None
        estimate = network(frames.to(device), initial).cpu()
        kept = np.round(np.arange(0, truth.shape[2] - 0.5, every)).astype(int)
        kept = kept[kept < truth.shape[2]]
        made.append(estimate[..., kept].numpy())
        true.append(truth[..., kept].numpy())
    return np.concatenate(made), np.concatenate(true)


def write_findings(path: Path, findings: list[Finding]) -> None:
    """Write findings as CSV, one row each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [finding.row() for finding in findings]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_errors(weights: Path, findings: Sequence[Finding]) -> None:
    """Write the errors of a decoder into the card of its weights."""
    held_out: dict[str, dict[str, dict[str, Any]]] = {}
    for finding in findings:
        errors = {"angle_mae_deg": finding.errors.angle, "landmark_mm": finding.errors.landmark}
        values: dict[str, Any] = {name: round(value, 2) for name, value in errors.items()}
        values["people"] = len(finding.people)
        values["median_posture_mae_deg"] = _rounded(finding.scores["all angles"]["median"])
        values["r2"] = {group: _rounded(finding.scores[group]["r2"]) for group in GROUPS if group in finding.scores}
        values["right_finger"] = _rounded(interval([one.accuracy for one in finding.confusion.values()]))
        held_out.setdefault(finding.way, {})[finding.generalization] = values
    write_card(weights, {**read_card(weights), "held_out": held_out})


def _rounded(score: Score) -> list[float | None]:
    """Return the mean and its interval; None where there are too few people, since JSON has no other value for it."""
    values = (score.value, score.low, score.high)
    return [round(value, 2) if np.isfinite(value) else None for value in values]
