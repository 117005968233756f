"""How a policy is trained."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..errors import InvalidInput
from ..files.plans import require_positive

ALGORITHMS = ("ppo", "sac", "ddpg", "trpo", "imitation")
RETURNS, PLAN = "returns.csv", "plan.json"  # in the folder of an experiment


@dataclass(frozen=True)
class Hyperparameters:
    """Of the algorithms; each takes those that it knows.

    Attributes:
        learning_rate, gamma, batch: Of all.
        rollout: Steps of each process between updates (ppo, trpo), or of a round (imitation).
        epochs: Passes over them (ppo), or over all that was shown (imitation).
        entropy: Weight of the policy's entropy (ppo).
        advantage: Lambda of the generalised advantage estimate (ppo, trpo).
        initial_deviation: Of the actions at the beginning (ppo, trpo).
        buffer: Steps remembered (sac, ddpg).
        updates: For each step of the environment (sac, ddpg).
        noise: SD of what is added to actions (ddpg).
    """

    learning_rate: float = 3e-4
    gamma: float = 0.98
    batch: int = 256
    rollout: int = 1024
    epochs: int = 5
    entropy: float = 0.0
    advantage: float = 0.95
    initial_deviation: float = 0.5
    buffer: int = 300_000
    updates: float = 0.5
    noise: float = 0.1


@dataclass(frozen=True)
class LearningPlan:
    """How a policy is trained.

    Attributes:
        environment: Name, such as emgsim/ArmReach-v0.
        algorithm: One of :data:`ALGORITHMS`.
        steps: Of the environment, in all.
        processes: Environments beside each other; imitation has one.
        layers: Units of the hidden layers.
        power: An output of 0 is an excitation of 0.5 to this power; see :class:`.actions.Excitations`.
        seed: Of everything drawn.
        teacher: Of imitation: ``posture``, or reflex gains (a name in ckp or a path).
        hyper: Of the algorithm.
    """

    environment: str = "emgsim/ArmReach-v0"
    algorithm: str = "ppo"
    steps: int = 300_000
    processes: int = 2
    layers: tuple[int, ...] = (128, 128)
    power: float = 2.0
    seed: int = 1
    teacher: str = "posture"
    hyper: Hyperparameters = field(default_factory=Hyperparameters)

    def __post_init__(self) -> None:
        from ..envs import IDS  # gymnasium: slow to import

        if self.environment not in IDS:
            raise InvalidInput("learning: environment", self.environment, "one of " + ", ".join(IDS))
        if self.algorithm not in ALGORITHMS:
            raise InvalidInput("learning: algorithm", self.algorithm, "one of " + ", ".join(ALGORITHMS))
        if not all(units == int(units) > 0 for units in self.layers):
            raise InvalidInput("learning: layers", list(self.layers), "whole numbers above 0")
        object.__setattr__(self, "layers", tuple(int(units) for units in self.layers))  # YAML's numbers are floats here
        require_positive(self, "learning", zero_allowed=("seed",))
        require_positive(self.hyper, "learning: hyper", zero_allowed=("entropy", "noise"))


def claim(folder: Path, plan: LearningPlan) -> None:
    """Begin an experiment in a folder, or go on with the one that is there; its steps may differ.

    Raises:
        InvalidInput: The folder holds an experiment of another plan.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / PLAN, json.dumps({**asdict(plan), "steps": None}, indent=2)
    if path.exists() and path.read_text() != text:
        raise InvalidInput(f"{path}: plan", "another one", "the same plan, to go on with it (steps may differ)")
    path.write_text(text)
