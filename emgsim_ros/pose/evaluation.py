"""How well networks decode the sessions held out of their training, by what is new in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..files.weights import read_card, write_card
from ..sessions.pose_metadata import SessionRow
from .checkpoint import TrainedPose
from .data import Examples, open_series, sessions_of
from .metrics import PoseErrors, pose_errors
from .networks.baselines import BASELINES
from .networks.interface import PoseNetwork

GENERALIZATIONS = ("user", "stage", "user_stage")
ALL_STAGES = "all"
WAYS = ("regression", "tracking")  # the initial pose is not known, or it is
RATE = 50.0  # Hz at which estimates are compared, whatever the network's own
BATCH = 32


@dataclass(frozen=True)
class Finding:
    """One row of an analysis."""

    network: str
    generalization: str
    way: str
    windows: int
    errors: PoseErrors
    stage: str = ALL_STAGES

    def row(self) -> dict[str, str | float]:
        """All numbers by name."""
        values = {name: round(value, 4) for name, value in self.errors.row().items()}
        return {
            "network": self.network,
            "generalization": self.generalization,
            "way": self.way,
            "stage": self.stage,
            "windows": self.windows,
            **values,
        }


class Analysis:
    """Evaluates networks on a data set.

    Args:
        data: Folder with metadata.csv and sessions.
        seconds: Length of a window, s.
        device: Torch device.
    """

    def __init__(self, data: Path, seconds: float = 5.0, device: str = "cpu") -> None:
        self._data, self._seconds, self._device = data, seconds, device

    def of(
        self, name: str, network: PoseNetwork, angle_names: tuple[str, ...], ways: Iterable[str] = WAYS
    ) -> list[Finding]:
        """A finding for each generalisation of the test split and each way.

        Raises:
            InvalidInput: The data set lacks such sessions, or they do not fit the network.
        """
        return [
            self.finding(name, network, angle_names, generalization, way)
            for way in ways
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
        """One generalisation (empty: all sessions of the split), one way."""
        rows = sessions_of(self._data, split, generalization)
        windows, errors = self._errors(rows, network, angle_names, way)
        return Finding(name, generalization or "all", way, windows, errors)

    def by_stage(
        self, name: str, network: PoseNetwork, angle_names: tuple[str, ...], ways: Iterable[str] = WAYS
    ) -> list[Finding]:
        """A finding for each stage of the people held out and each way."""
        kinds = [(row, one) for one in ("user", "user_stage") for row in sessions_of(self._data, "test", one)]
        found = []
        for way in ways:
            for stage, generalization in dict.fromkeys((row.stage, one) for row, one in kinds):
                rows = [row for row, one in kinds if (row.stage, one) == (stage, generalization)]
                windows, errors = self._errors(rows, network, angle_names, way)
                found.append(Finding(name, generalization, way, windows, errors, stage))
        return found

    def _errors(
        self, rows: list[SessionRow], network: PoseNetwork, angle_names: tuple[str, ...], way: str
    ) -> tuple[int, PoseErrors]:
        examples = Examples(open_series(self._data, rows, network), network, self._seconds)
        estimate, truth = predictions(network, examples, way == "tracking", self._device)
        return len(examples), pose_errors(estimate, truth, angle_names, RATE)

    def baselines(self, like: TrainedPose) -> list[Finding]:
        """What mean pose and linear regression reach with the same channels and angles; they know no initial pose."""
        found: list[Finding] = []
        for name, kind in BASELINES.items():
            network = kind(like.network.channels, like.network.angles, like.network.sample_rate)
            network.fit(open_series(self._data, sessions_of(self._data, "train"), network))
            found += self.of(name, network, like.angle_names, ("regression",))
            found += self.by_stage(name, network, like.angle_names, ("regression",))
        return found


@torch.inference_mode()
def predictions(
    network: PoseNetwork, examples: Examples, told: bool, device: str = "cpu"
) -> tuple[np.ndarray, np.ndarray]:
    """[windows, angles, frames] estimated and true angles (rad), 50 frames a second."""
    every = network.sample_rate / network.frame / RATE
    made, true = [], []
    for first in range(0, len(examples), BATCH):
        frames, truth = examples.batch(range(first, min(first + BATCH, len(examples))))
        initial = truth[..., 0].to(device) if told else None
        estimate = network(frames.to(device), initial).cpu()
        kept = np.round(np.arange(0, truth.shape[2] - 0.5, every)).astype(int)
        kept = kept[kept < truth.shape[2]]
        made.append(estimate[..., kept].numpy())
        true.append(truth[..., kept].numpy())
    return np.concatenate(made), np.concatenate(true)


def ways_of(kind: str) -> tuple[str, ...]:
    """How a kind of network is used: ours with and without a known initial pose, the others as they were trained."""
    if kind == "streaming":
        return WAYS
    return ("tracking",) if kind.startswith("tracking") else ("regression",)


def markdown(findings: Sequence[Finding]) -> str:
    """A table: a row for each network and way, a column for each generalisation, degrees and mm of landmarks."""
    findings = [finding for finding in findings if finding.stage == ALL_STAGES]
    lines = ["| network | way | " + " | ".join(GENERALIZATIONS) + " |", "|---|---|" + "---|" * len(GENERALIZATIONS)]
    for name, way in dict.fromkeys((finding.network, finding.way) for finding in findings):
        mine = {f.generalization: f.errors for f in findings if (f.network, f.way) == (name, way)}
        cells = [f"{mine[one].angle:.2f} deg, {mine[one].landmark:.1f} mm" for one in GENERALIZATIONS]
        lines.append(f"| {name} | {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def stages_markdown(findings: Sequence[Finding]) -> str:
    """A table: a row for each stage of the people held out, a column for each network and way, degrees."""
    staged = [finding for finding in findings if finding.stage != ALL_STAGES]
    columns = list(dict.fromkeys((finding.network, finding.way) for finding in staged))
    heads = (f"{name} ({way})" for name, way in columns)
    lines = ["| stage, new people | " + " | ".join(heads) + " |", "|---|" + "---|" * len(columns)]
    for stage, generalization in dict.fromkeys((finding.stage, finding.generalization) for finding in staged):
        row = [f for f in staged if (f.stage, f.generalization) == (stage, generalization)]
        errors = {(f.network, f.way): f.errors.angle for f in row}
        label = stage if generalization == "user" else f"{stage} (never learned from)"
        lines.append(f"| {label} | " + " | ".join(f"{errors[one]:.1f}" for one in columns) + " |")
    return "\n".join(lines) + "\n"


def write_findings(path: Path, findings: list[Finding]) -> None:
    """As csv, a row each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [finding.row() for finding in findings]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_errors(weights: Path, findings: Sequence[Finding]) -> None:
    """Put the errors of a decoder into the card of its weights."""
    held_out: dict[str, dict[str, dict[str, float]]] = {}
    for finding in findings:
        errors = {"angle_mae_deg": finding.errors.angle, "landmark_mm": finding.errors.landmark}
        rounded = {name: round(value, 2) for name, value in errors.items()}
        held_out.setdefault(finding.way, {})[finding.generalization] = rounded
    write_card(weights, {**read_card(weights), "held_out": held_out})
