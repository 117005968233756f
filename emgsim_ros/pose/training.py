"""Training of pose networks of every kind, with a checkpoint after each epoch."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..errors import InvalidInput
from ..files.experiments import Experiment
from ..files.plans import require_positive
from ..jobs.optimisation import descend, set_cosine_rate
from ..jobs.progress import Progress, no_progress
from ..sessions.pose_metadata import session_path
from ..sessions.pose_session import PoseSession
from ..sessions.pose_windows import Series, Stretch
from ..version import __version__
from .data import Examples, open_one, open_series, sessions_of
from .metrics import MILLIMETRES, Landmarks
from .networks.interface import PoseNetwork
from .networks.kinds import make_network, size_type

LOSS_RATE = 50.0  # Hz, rate at which the loss compares angles
LANDMARK_RATE = 10.0  # Hz, rate at which the loss compares landmarks
WEIGHT_DECAY = 1e-4
VALIDATED = 0.2  # share of a recording, its end, that validates if there is no data set with people for validation


@dataclass(frozen=True)
class PoseTrainingPlan:
    """How a network is trained.

    Attributes:
        network: Name of a registered decoder.
        decoder: Sizes of the network, in the dataclass that belongs to the decoder (`networks.kinds.size_type`); None:
            their defaults.
        seconds, stride: Length of a window, and time from the start of one window to the next, s.
        batch: Number of windows of a step.
        epochs: Largest number of epochs.
        minutes: Computing time after which training ends (processor time on the CPU); 0: no limit.
        patience: Number of epochs without a better validation after which training ends.
        learning_rate: Initial learning rate of AdamW; it falls to 0 as half a cosine.
        fingertip_weight: Weight of the fingertips' distance (mm) in the loss, beside the angles' error (rad).
        velocity_weight: Weight of the error of the angles' change (rad/s) in the loss.
        tracked: Share of the windows for which the network receives the initial pose.
        seed: Seed of the initial weights and of the batches.
    """

    network: str = "streaming"
    decoder: Any = None
    seconds: float = 5.0
    stride: float = 2.5
    batch: int = 64
    epochs: int = 60
    minutes: float = 0.0
    patience: int = 50
    learning_rate: float = 1e-3
    fingertip_weight: float = 0.01
    velocity_weight: float = 0.0
    tracked: float = 0.5
    seed: int = 1

    def __post_init__(self) -> None:
        sizes = size_type(self.network, "pose training: network")
        if self.decoder is None:
            object.__setattr__(self, "decoder", sizes())
        if not isinstance(self.decoder, sizes):
            raise InvalidInput("pose training: decoder", self.decoder, f"a {sizes.__name__}, as {self.network!r} has")
        zero = ("minutes", "fingertip_weight", "velocity_weight", "tracked", "seed")
        require_positive(self, "pose training", zero_allowed=zero)
        if self.tracked > 1:
            raise InvalidInput("pose training: tracked", self.tracked, "a share, 0 to 1")

    @classmethod
    def default_for(cls, content: Mapping[str, Any]) -> PoseTrainingPlan:
        """Return the defaults of a plan file, in which the network determines the sizes in the section ``decoder``."""
        network = content.get("network", cls.network)
        return cls(network=network) if isinstance(network, str) else cls()


@dataclass(frozen=True)
class TrainingSetup:
    """A network and the sessions that it is trained on.

    Attributes:
        network: The network, new or already trained.
        angle_names: [angles] names of the angles that it estimates.
        train, validation: Sessions as the network's frames.
        trained: Whether the network is already trained; its weights are then kept unless others validate better.
    """

    network: PoseNetwork
    angle_names: tuple[str, ...]
    train: list[Series]
    validation: list[Series]
    trained: bool = False


def setup_of_data_set(plan: PoseTrainingPlan, data: Path) -> TrainingSetup:
    """Make a new network and open the training and validation sessions of a data set.

    Args:
        plan: How the network is trained.
        data: Folder with metadata.csv and session files.

    Raises:
        InvalidInput: The data set lacks such sessions, or they do not fit the network.
    """
    train_rows, val_rows = sessions_of(data, "train"), sessions_of(data, "val")
    network, angle_names = _new_network(plan, session_path(data, train_rows[0]))
    train = open_series(data, train_rows, network)
    network.fit_inputs(train)
    return TrainingSetup(network, angle_names, train, open_series(data, val_rows, network))


def setup_of_recordings(plan: PoseTrainingPlan, sessions: Sequence[Path]) -> TrainingSetup:
    """Make a new network and open session files; the last part of each of them validates.

    Args:
        plan: How the network is trained.
        sessions: Session files.

    Raises:
        InvalidInput: The sessions do not fit the network.
    """
    network, angle_names = _new_network(plan, sessions[0])
    whole = [open_one(session, network) for session in sessions]
    cuts = [round((1 - VALIDATED) * series.samples) for series in whole]
    train: list[Series] = [Stretch(series, 0, cut) for series, cut in zip(whole, cuts, strict=True)]
    validation: list[Series] = [Stretch(series, cut, series.samples) for series, cut in zip(whole, cuts, strict=True)]
    network.fit_inputs(train)
    return TrainingSetup(network, angle_names, train, validation)


def _new_network(plan: PoseTrainingPlan, example: Path) -> tuple[PoseNetwork, tuple[str, ...]]:
    """Return a network for the angles of an example session, and their names."""
    torch.manual_seed(plan.seed)
    with PoseSession(example) as session:
        return make_network(plan.network, plan.decoder, session.angles), session.angle_names


class PoseTraining:
    """The training of one network.

    Args:
        plan: How the network is trained.
        setup: The network and its sessions.
        folder: Folder of the experiment; an experiment of the same plan is continued.
        device: Torch device.

    Attributes:
        network: The network; after the training it has the weights with the lowest validation error.
        angle_names: [angles] names of the angles that it estimates.
        sessions: Number of sessions for training and for validation.

    Raises:
        InvalidInput: The sessions are too short for a window, or the folder holds an experiment of another plan.
    """

    def __init__(self, plan: PoseTrainingPlan, setup: TrainingSetup, folder: Path, device: str = "cpu") -> None:
        self.plan, self._device = plan, device
        self._clock = time.process_time if device == "cpu" else time.perf_counter
        self._experiment = Experiment(folder, asdict(plan))
        self.network, self.angle_names = setup.network.to(device), setup.angle_names
        self.sessions = (len(setup.train), len(setup.validation))
        self._train = Examples(setup.train, self.network, plan.seconds, plan.stride, jitter=True, seed=plan.seed)
        self._val = Examples(setup.validation, self.network, plan.seconds)
        self._landmarks = Landmarks(self.angle_names).to(device)
        self._optimizer = torch.optim.AdamW(self.network.parameters(), plan.learning_rate, weight_decay=WEIGHT_DECAY)
        self._rate = self.network.sample_rate / self.network.frame
        self._done, self._spent, self._best, self._best_epoch = 0, 0.0, float("inf"), 0
        self._best_weights = _copied(self.network)
        content = self._experiment.resume(device)
        if content is not None:
            self._restore(content)
        elif setup.trained:
            self._best = self._validate()

    def _restore(self, content: dict[str, Any]) -> None:
        """Continue from the content of a checkpoint."""
        self._done, self._spent = content["done"], content["spent"]
        self._best, self._best_epoch = content["best"], content["best_epoch"]
        self._best_weights = content["best_weights"]
        self.network.load_state_dict(content["network"])
        self._optimizer.load_state_dict(content["optimizer"])

    @property
    def epochs(self) -> int:
        """Number of epochs that are done."""
        return self._done

    @property
    def minutes(self) -> float:
        """Computing time so far, minutes."""
        return self._spent / 60

    @property
    def validation(self) -> float:
        """Lowest mean absolute error in validation, degrees."""
        return self._best

    def run(self, progress: Progress = no_progress) -> None:
        """Train until the plan ends; ``progress`` receives the number of epochs and the validation error, degrees."""
        while not self._finished():
            started = self._clock()
            loss = self._epoch()
            self._spent += self._clock() - started
            self._done += 1
            error = self._validate()
            if error < self._best:
                self._best, self._best_epoch, self._best_weights = error, self._done, _copied(self.network)
            self._experiment.log(self.plan.network, self._done, loss, error)
            self._save()
            progress(self.plan.network, self._done, self.plan.epochs, f"validation error {error:.2f} degrees")
        self.network.load_state_dict(self._best_weights)
        self.network.eval()

    def _finished(self) -> bool:
        late = self._done - self._best_epoch >= self.plan.patience
        return self._done >= self.plan.epochs or late or self._share() >= 1.0

    def _share(self) -> float:
        """Return the share of the training that is done, 0 to 1."""
        budget = self._spent / (60 * self.plan.minutes) if self.plan.minutes else 0.0
        return max(budget, self._done / self.plan.epochs)

    def _save(self) -> None:
        content: dict[str, Any] = {
            "done": self._done,
            "spent": self._spent,
            "best": self._best,
            "best_epoch": self._best_epoch,
            "best_weights": self._best_weights,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }
        self._experiment.save(content)

    def _epoch(self) -> float:
        plan = self.plan
        rng = np.random.default_rng([plan.seed, self._done])
        order = rng.permutation(len(self._train))
        batches = [order[at : at + plan.batch] for at in range(0, len(order), plan.batch)]
        self.network.train()
        losses, started, before = [], self._clock(), self._share()
        for number, batch in enumerate(batches):
            spent = (self._clock() - started) / (60 * plan.minutes) if plan.minutes else 0.0
            share = min(max(before + spent, (self._done + number / len(batches)) / plan.epochs), 1.0)
            set_cosine_rate(self._optimizer, plan.learning_rate, share)
            losses.append(self._step(self._train.batch(batch.tolist()), rng))
            if before + spent >= 1.0:
                break
        return float(np.mean(losses))

    def _step(self, batch: tuple[Tensor, Tensor], rng: np.random.Generator) -> float:
        frames, truth = self.network.augmented(batch[0], rng).to(self._device), batch[1].to(self._device)
        initial_known = rng.random() < self.plan.tracked
        made = self.network(frames, truth[..., 0] if initial_known else None)
        return descend(self._optimizer, self.network, self._loss(made, truth))

    def _loss(self, made: Tensor, truth: Tensor) -> Tensor:
        every, sparse = max(1, round(self._rate / LOSS_RATE)), max(1, round(self._rate / LANDMARK_RATE))
        tips = [
            self._landmarks(one[..., ::sparse].swapaxes(1, 2))[..., self._landmarks.tips, :] for one in (made, truth)
        ]
        apart = (tips[0] - tips[1]).norm(dim=-1).mean() * MILLIMETRES
        made, truth = made[..., ::every], truth[..., ::every]
        loss = (made - truth).abs().mean() + self.plan.fingertip_weight * apart
        if self.plan.velocity_weight:
            change = (made.diff() - truth.diff()).abs().mean() * self._rate / every
            loss = loss + self.plan.velocity_weight * change
        return loss

    def _validate(self) -> float:
        """Return the mean absolute error (degrees) in the ways in which it is trained, with or without initial pose."""
        self.network.eval()
        wrong = []
        shares = ((True, self.plan.tracked), (False, 1 - self.plan.tracked))
        ways = [initial_known for initial_known, share in shares if share > 0]
        with torch.inference_mode():
            for first in range(0, len(self._val), self.plan.batch):
                frames, truth = self._val.batch(range(first, min(first + self.plan.batch, len(self._val))))
                for initial_known in ways:
                    initial = truth[..., 0].to(self._device) if initial_known else None
                    made = self.network(frames.to(self._device), initial)
                    wrong.append(float((made.cpu() - truth).abs().mean()))
        return float(np.degrees(np.mean(wrong)))


def _copied(network: PoseNetwork) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def pose_card(training: PoseTraining, data: Path, command: Sequence[str]) -> dict[str, Any]:
    """Return the part of the weights' card that describes their training."""
    return {
        "what": "network from EMG to the hand's joint angles (emgsim_ros.pose)",
        "license": "Apache-2.0",
        "training": {
            "command": " ".join(["emgsim", *command[1:]]),
            "plan": asdict(training.plan),
            "data": data.name,
            "sessions": training.sessions[0],
            "validation_sessions": training.sessions[1],
            "epochs": training.epochs,
            "minutes": round(training.minutes, 1),
            "validation_mae_deg": round(training.validation, 2),
        },
        "date": datetime.now(UTC).date().isoformat(),
        "emgsim_version": __version__,
    }
