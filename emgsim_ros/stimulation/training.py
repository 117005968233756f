"""Training of a patient's network, with a checkpoint after each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import InvalidInput
from ..files.experiments import Experiment
from ..files.plans import require_positive
from ..jobs.optimisation import descend, set_cosine_rate
from ..jobs.progress import Progress, no_progress
from ..version import __version__
from .checkpoint import TrainedPatient
from .metrics import Fidelity, fidelity
from .network import NetworkSize, StimulationNetwork
from .recordings import Recordings, split_by_configuration

AT_ONCE = 512  # trials that are predicted together


@dataclass(frozen=True)
class StimulationTrainingPlan:
    """How a network is trained.

    Attributes:
        network: Sizes of the network.
        epochs, batch: Number of epochs, and number of trials of a step.
        learning_rate, weight_decay: Initial learning rate of AdamW, which falls to 0 as half a cosine, and its weight
            decay.
        peak_weight: Weight of the error of each muscle's largest response in a trial (recruitment), beside the error of
            every sample.
        held_out: Share of the configurations that are not used for training.
        seed: Seed of the initial weights, the batches and the split.
    """

    network: NetworkSize = field(default_factory=NetworkSize)
    epochs: int = 12
    batch: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.0
    peak_weight: float = 0.1
    held_out: float = 0.2
    seed: int = 1

    def __post_init__(self) -> None:
        require_positive(self, "stimulation training", zero_allowed=("seed", "weight_decay", "peak_weight"))
        if not self.held_out < 1:
            raise InvalidInput("stimulation training: held_out", self.held_out, "a share above 0 and below 1")


class StimulationTraining:
    """The training of one network on one patient's recordings.

    Args:
        plan: How the network is trained.
        recordings: The patient's recordings.
        folder: Folder of the experiment; an experiment of the same plan is continued.
        device: Torch device.

    Attributes:
        network: The network that is trained.
        train, held_out: Numbers of the training trials and of the held-out trials, split by configuration.
        held_out_error: RMS error on the held-out trials after the latest epoch; NaN before the first.
    """

    def __init__(
        self, plan: StimulationTrainingPlan, recordings: Recordings, folder: Path, device: str = "cpu"
    ) -> None:
        self.plan, self._recordings = plan, recordings
        self._experiment = Experiment(folder, asdict(plan))
        torch.manual_seed(plan.seed)
        self.network = StimulationNetwork(plan.network, recordings.electrodes, len(recordings.muscles)).to(device)
        self.train, self.held_out = split_by_configuration(recordings.trials, plan.held_out, plan.seed)
        self._inputs = torch.as_tensor(recordings.signals, dtype=torch.float32, device=device)
        self._wanted = torch.as_tensor(recordings.envelopes, device=device)
        self._optimizer = torch.optim.AdamW(
            self.network.parameters(), plan.learning_rate, weight_decay=plan.weight_decay
        )
        self._done, self.held_out_error = 0, float("nan")
        content = self._experiment.resume(device)
        if content is not None:
            self._done = content["done"]
            self.network.load_state_dict(content["network"])
            self._optimizer.load_state_dict(content["optimizer"])

    def run(self, progress: Progress = no_progress) -> None:
        """Train until the plan ends; ``progress`` receives the number of epochs and the error on held-out trials."""
        for number in range(self._done, self.plan.epochs):
            loss = self._epoch(number)
            self.held_out_error = float(np.sqrt(np.square(self._predicted() - self._measured()).mean()))
            self._experiment.log(self.plan.network.cell, number + 1, loss, self.held_out_error)
            content: dict[str, Any] = {
                "done": number + 1,
                "network": self.network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
            }
            self._experiment.save(content)
            progress(self.plan.network.cell, number + 1, self.plan.epochs, f"error {self.held_out_error:.4f}")

    def fidelity(self) -> Fidelity:
        """Return the fidelity on the held-out configurations."""
        return fidelity(self._measured(), self._predicted())

    def _measured(self) -> NDArray[np.float32]:
        return self._recordings.envelopes[self.held_out]

    def _predicted(self) -> NDArray[np.float32]:
        return predict(self.network, self._recordings.signals[self.held_out])

    def _error(self, made: Tensor, wanted: Tensor) -> Tensor:
        peaks = (made.amax(dim=1) - wanted.amax(dim=1)).square().mean()
        return (made - wanted).square().mean() + self.plan.peak_weight * peaks

    def _epoch(self, number: int) -> float:
        plan = self.plan
        order = np.random.default_rng([plan.seed, number]).permutation(self.train)
        batches = [order[at : at + plan.batch] for at in range(0, len(order), plan.batch)]
        losses = []
        for step, batch in enumerate(batches):
            set_cosine_rate(self._optimizer, plan.learning_rate, (number + step / len(batches)) / plan.epochs)
            error = self._error(self.network(self._inputs[batch])[0], self._wanted[batch])
            losses.append(descend(self._optimizer, self.network, error))
        return float(np.mean(losses)) ** 0.5


def stimulation_card(
    training: StimulationTraining, recordings: Recordings, command: Sequence[str], results: dict[str, float]
) -> dict[str, Any]:
    """Return the part of the weights' card that describes their training and its results."""
    return {
        "what": "network from epidural electrode currents to muscle envelopes (emgsim_ros.stimulation)",
        "license": "Apache-2.0",
        "training": {
            "command": " ".join(["emgsim", *command[1:]]),
            "plan": asdict(training.plan),
            "trials": len(training.train),
            "held_out_trials": len(training.held_out),
        },
        "held_out": {name: round(value, 4) for name, value in results.items()},
        "date": datetime.now(UTC).date().isoformat(),
        "emgsim_version": __version__,
    }


def compare(trained: TrainedPatient, recordings: Recordings) -> list[tuple[str, int, Fidelity]]:
    """Return name, number of trials and fidelity for the held-out configurations and for the others.

    Raises:
        InvalidInput: The recordings do not have the muscles or the electrodes of the network.
    """
    held_out = held_out_rows(trained, recordings)
    others = np.setdiff1d(np.arange(len(recordings.trials)), held_out)
    rows = []
    for name, part in (("held out", held_out), ("trained on", others)):
        predicted = predict(trained.network, recordings.signals[part])
        rows.append((name, len(part), fidelity(recordings.envelopes[part], predicted)))
    return rows


def held_out_rows(trained: TrainedPatient, recordings: Recordings) -> NDArray[np.int64]:
    """Return the numbers of the trials that were held out of the training of a network on these recordings.

    Raises:
        InvalidInput: The recordings do not have the muscles or the electrodes of the network.
    """
    if recordings.muscles != trained.muscles:
        raise InvalidInput("recordings: muscles", recordings.muscles, f"those of the network: {trained.muscles}")
    if recordings.electrodes != trained.card["electrodes"]:
        raise InvalidInput("recordings: electrodes", recordings.electrodes, f"{trained.card['electrodes']}")
    plan = trained.card["training"]["plan"]
    return split_by_configuration(recordings.trials, plan["held_out"], plan["seed"])[1]


@torch.inference_mode()
def predict(network: StimulationNetwork, signals: NDArray) -> NDArray[np.float32]:
    """Return [trials, samples, muscles] envelopes predicted from [trials, samples, electrodes] effective currents."""
    device = next(network.parameters()).device
    pieces = [
        torch.as_tensor(signals[at : at + AT_ONCE], dtype=torch.float32, device=device)
        for at in range(0, len(signals), AT_ONCE)
    ]
    return np.concatenate([network(piece)[0].cpu().numpy() for piece in pieces])
