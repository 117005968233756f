"""Plans of policy trainings, and the folders that hold their experiments."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import InvalidInput
from ..files.plans import require_positive

ALGORITHMS = ("ppo", "sac", "ddpg", "trpo", "imitation")
RETURNS = "returns.csv"  # file in the folder of an experiment
MAY_DIFFER = ("steps",)  # fields of a plan that may change when an experiment is continued


@dataclass(frozen=True)
class Hyperparameters:
    """Hyperparameters of the algorithms; an algorithm ignores those of the others.

    Attributes:
        learning_rate: Learning rate (all algorithms).
        gamma: Discount factor (ppo, sac, ddpg, trpo).
        batch: Size of a batch (all algorithms).
        rollout: Steps of each process between updates (ppo, trpo), or steps of a round (imitation).
        epochs: Passes over these steps (ppo), or over the demonstrations of all rounds (imitation).
        entropy: Weight of the policy's entropy (ppo).
        advantage: Lambda of the generalised advantage estimate (ppo, trpo).
        initial_deviation: Standard deviation of the outputs at the beginning (ppo, trpo).
        buffer: Steps stored in the replay buffer (sac, ddpg).
        updates: Updates for each step of the environment (sac, ddpg).
        noise: Standard deviation of the noise added to the outputs (ddpg).
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
class PolicyTrainingPlan:
    """The plan of a policy training.

    Attributes:
        environment: ID of an environment that is registered with gymnasium, such as emgsim/ArmReach-v0 or Pendulum-v1;
            ``module:ID`` imports the module first.
        algorithm: One of `ALGORITHMS`; imitation is for the environments of this package.
        steps: Total number of steps of the environment.
        processes: Number of environments that run in parallel; imitation ignores it and uses one environment.
        layers: Number of units of each hidden layer.
        power: An output of 0 is an excitation of 0.5 to this power; see `actions.excitation_of`. It has no effect in
            environments whose actions do not go from 0 to 1.
        seed: Seed of all random draws.
        teacher: Teacher of imitation: ``posture``, or reflex gains (a name in ckp or a path).
        hyper: Hyperparameters of the algorithm.

    Raises:
        InvalidInput: An environment that is not registered, an unknown algorithm, or a value outside its range.
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
        from .environments import require_environment  # gymnasium is slow to import

        require_environment(self.environment, "learning: environment")
        if self.algorithm not in ALGORITHMS:
            raise InvalidInput("learning: algorithm", self.algorithm, "one of " + ", ".join(ALGORITHMS))
        if not all(units == int(units) > 0 for units in self.layers):
            raise InvalidInput("learning: layers", list(self.layers), "whole numbers above 0")
        object.__setattr__(
            self, "layers", tuple(int(units) for units in self.layers)
        )  # load_plan returns lists of numbers as floats
        require_positive(self, "learning", zero_allowed=("seed",))
        require_positive(self.hyper, "learning: hyper", zero_allowed=("entropy", "noise"))
