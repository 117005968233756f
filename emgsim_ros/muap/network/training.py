"""Training of the generator and its encoder, in three stages, with a checkpoint after each epoch.

The generator is first trained on the transfer functions of some of the training arms (`transfer_start`), then on the
potentials of the data set. The encoder is trained on potentials that the trained generator makes anew for every step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...files.experiments import Experiment
from ...files.plans import require_positive
from ...jobs.optimisation import descend, set_cosine_rate
from ...jobs.progress import Progress, no_progress
from ...version import __version__
from ..conditions import CONDITIONS
from .dataset import DEPTHS, FIBERS, draw_conditions
from .encoder import ANGLE, MuapEncoder
from .examples import MuapExamples
from .generator import GeneratorSize, MuapGenerator, TorchUnits
from .identity import TRAITS, depth_range, standard_anatomy, traits_of, units_under
from .morphing import shares_of
from .transfer_start import train_on_transfers, transfers_of

ENCODER_DIAMETER = 0.004  # m, diameter of the electrodes whose potentials the encoder is trained on
NOISE = 0.02  # largest RMS of the noise on the encoder's potentials, relative to their own RMS


@dataclass(frozen=True)
class MuapTrainingPlan:
    """How the generator and the encoder are trained.

    Attributes:
        components, width, layers: Size of the generator (`GeneratorSize`).
        start_arms, start_steps, start_rate: Arms, steps and learning rate of the first stage.
        epochs, arms_per_batch, learning_rate: Epochs, arms of a step and initial learning rate of the second stage.
        encoder_width, encoder_epochs, encoder_steps, encoder_batch, encoder_rate: Width of the encoder, and the epochs,
            steps of an epoch, potentials of a step and initial learning rate of its training.
        seed: Seed of all random numbers.
    """

    components: int = 8
    width: int = 128
    layers: int = 3
    start_arms: int = 300
    start_steps: int = 3000
    start_rate: float = 3e-3
    epochs: int = 10
    arms_per_batch: int = 6
    learning_rate: float = 5e-4
    encoder_width: int = 96
    encoder_epochs: int = 20
    encoder_steps: int = 200
    encoder_batch: int = 128
    encoder_rate: float = 1e-3
    seed: int = 1

    def __post_init__(self) -> None:
        require_positive(self, "muap training", zero_allowed=("seed",))


class MuapTraining:
    """The training of a generator and its encoder.

    Args:
        plan: How the networks are trained; an interrupted experiment is continued under the same plan only.
        data: The data set.
        folder: Folder of the experiment; it holds the checkpoint, the losses and, at the end, the weights.
        device: Torch device.

    Attributes:
        generator, encoder: The networks that are trained.

    Raises:
        InvalidInput: The folder holds an experiment of another plan.
    """

    def __init__(self, plan: MuapTrainingPlan, data: MuapExamples, folder: Path, device: str = "cpu") -> None:
        self.plan, self._data, self._device = plan, data, device
        torch.manual_seed(plan.seed)
        size = GeneratorSize(plan.components, plan.width, plan.layers)
        self.generator = MuapGenerator(size, standard_anatomy().fiber).to(device)
        self.encoder = MuapEncoder(data.rows, data.samples, plan.encoder_width).to(device)
        self._done = {"start": 0, "generator": 0, "encoder": 0}
        self._optimizers: dict[str, torch.optim.Optimizer] = {
            "generator": torch.optim.Adam(self.generator.parameters(), plan.learning_rate),
            "encoder": torch.optim.Adam(self.encoder.parameters(), plan.encoder_rate),
        }
        self._experiment = Experiment(folder, asdict(plan))
        self._resume()

    def run(self, progress: Progress = no_progress) -> None:
        """Train until the plan ends; ``progress`` receives the number of epochs and the error on held-out data."""
        if not self._done["start"]:
            self._start(progress)
        self._epochs("generator", self.plan.epochs, self._generator_epoch, progress)
        self._epochs("encoder", self.plan.encoder_epochs, self._encoder_epoch, progress)

    def _start(self, progress: Progress) -> None:
        plan = self.plan
        transfers = transfers_of(self._data, plan.start_arms, plan.seed, progress)
        train_on_transfers(self.generator, transfers, plan.start_steps, plan.start_rate, progress)
        self._save("start", 1)

    def _epochs(self, stage: str, epochs: int, epoch: Callable[[int], tuple[float, float]], progress: Progress) -> None:
        optimizer = self._optimizers[stage]
        first = optimizer.defaults["lr"]
        for number in range(self._done[stage], epochs):
            set_cosine_rate(optimizer, first, number, epochs)
            loss, held_out = epoch(number)
            self._experiment.log(stage, number + 1, loss, held_out)
            self._save(stage, number + 1)
            progress(stage, number + 1, epochs, f"error {held_out:.4f}")

    def _generator_epoch(self, number: int) -> tuple[float, float]:
        """Train for an epoch; return the root of the mean relative error on training units and on held-out units."""
        rng = np.random.default_rng([self.plan.seed, number])
        self.generator.train()
        losses = []
        for examples in self._data.batches(0, self.plan.arms_per_batch, rng):
            error = relative_error(self.generator(examples.units, examples.recording), examples.potentials)
            losses.append(self._improve("generator", error.mean()))
        self.generator.eval()
        with torch.inference_mode():
            held_out = [
                relative_error(self.generator(e.units, e.recording), e.potentials).mean()
                for e in self._data.batches(1, 40, rng)
            ]
        return float(np.mean(losses)) ** 0.5, float(torch.stack(held_out).mean()) ** 0.5

    def _encoder_epoch(self, number: int) -> tuple[float, float]:
        """Train for an epoch; return the RMS error of the estimated shares on training and on new potentials."""
        rng = np.random.default_rng([self.plan.seed, 1, number])
        self.encoder.train()
        losses = []
        for _ in range(self.plan.encoder_steps):
            potentials, shares = self._random_batch(rng)
            losses.append(self._improve("encoder", self._share_error(potentials, shares)))
        self.encoder.eval()
        with torch.inference_mode():
            unseen = [self._share_error(*self._random_batch(rng)) for _ in range(4)]
        return float(np.mean(losses)) ** 0.5, float(torch.stack(unseen).mean()) ** 0.5

    def _random_batch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Return potentials of random units with a little noise, and the shares from which they were made."""
        count = self.plan.encoder_batch
        traits = traits_of(rng.standard_normal((count, len(TRAITS))))
        low, high = depth_range(traits)
        conditions = draw_conditions(count, rng.uniform(low, np.minimum(high, DEPTHS[1])), rng, FIBERS)
        self.generator.eval()
        with torch.no_grad():
            units = TorchUnits.of(units_under(traits, conditions), torch.device(self._device))
            potentials = self.generator(units, self._data.recording(torch.full_like(units.depth, ENCODER_DIAMETER)))
            size = potentials.square().mean((1, 2, 3), keepdim=True).sqrt()
            noise = torch.from_numpy(rng.standard_normal(potentials.shape, dtype=np.float32)).to(potentials)
            potentials += noise * size * torch.rand(count, 1, 1, 1, device=size.device) * NOISE
        shares = torch.as_tensor(shares_of(traits, conditions), dtype=torch.float32, device=self._device)
        return potentials, shares

    def _share_error(self, potentials: Tensor, shares: Tensor) -> Tensor:
        away = self.encoder(potentials) - shares
        angle = len(TRAITS) + ANGLE
        around = away[:, angle] - away[:, angle].detach().round()  # 0.99 of the circumference is close to 0
        rest = torch.cat([away[:, :angle], away[:, angle + 1 :]], dim=1)
        return (rest.square().sum(1) + (10 * around).square()).mean() / away.shape[1]

    def _improve(self, stage: str, loss: Tensor) -> float:
        network = self.generator if stage == "generator" else self.encoder
        return descend(self._optimizers[stage], network, loss)

    def _save(self, stage: str, done: int) -> None:
        self._done[stage] = done
        self._experiment.save(
            {
                "done": self._done,
                "generator": self.generator.state_dict(),
                "encoder": self.encoder.state_dict(),
                "optimizers": {name: optimizer.state_dict() for name, optimizer in self._optimizers.items()},
            }
        )

    def _resume(self) -> None:
        content = self._experiment.resume(self._device)
        if content is None:
            return
        self._done = dict(content["done"])
        self.generator.load_state_dict(content["generator"])
        self.encoder.load_state_dict(content["encoder"])
        for name, state in content["optimizers"].items():
            self._optimizers[name].load_state_dict(state)
        self.generator.eval()
        self.encoder.eval()


def muap_card(training: MuapTraining, data: MuapExamples, command: Sequence[str]) -> dict[str, Any]:
    """Return the content of the weights' card that describes the networks and their training."""
    plan = data.plan
    return {
        "what": "generator of motor-unit action potentials and its encoder (emgsim_ros.muap)",
        "license": "Apache-2.0",
        "encoder_width": training.plan.encoder_width,
        "recording": {
            "rows": data.rows,
            "columns": data.columns,
            "spacing_m": plan["spacing"],
            "diameter_m": ENCODER_DIAMETER,
            "samples": data.samples,
            "sample_rate_hz": plan["sample_rate"],
        },
        "conditions": {item.name: [item.low, item.high, item.unit] for item in CONDITIONS},
        "traits": {item.name: [item.low, item.high, item.unit] for item in TRAITS},
        "data": {"command": "emgsim muap simulate", "plan": plan},
        "training": {"command": " ".join(["emgsim", *command[1:]]), "plan": asdict(training.plan)},
        "date": datetime.now(UTC).date().isoformat(),
        "emgsim_version": __version__,
    }


def relative_error(made: Tensor, wanted: Tensor) -> Tensor:
    """Return the [num] energy of the error relative to that of the potential."""
    return (made - wanted).square().flatten(1).sum(1) / wanted.square().flatten(1).sum(1)
