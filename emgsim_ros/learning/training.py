"""Reinforcement learning with stable-baselines3 and sb3-contrib; an interrupted training can be continued.

<folder>/plan.json           the plan
<folder>/model_<steps>.zip   checkpoints, every 10,000 steps, with normalisation_<steps>.pkl
<folder>/returns.csv         steps, seconds of computing, mean return and length of the latest episodes
<folder>/policy.safetensors  the policy, written at the end, with its card
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch

from ..errors import MissingExtra
from ..files.claims import claim_folder
from ..files.csv_log import append_row
from ..jobs.progress import Progress, no_progress
from .environments import ScaledActions, make_environment
from .export import exported
from .plan import MAY_DIFFER, RETURNS, PolicyTrainingPlan
from .policy import PolicyNetwork

try:
    from sb3_contrib import TRPO
    from stable_baselines3 import DDPG, PPO, SAC
    from stable_baselines3.common.callbacks import BaseCallback
    from stable_baselines3.common.monitor import Monitor
    from stable_baselines3.common.noise import NormalActionNoise
    from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecNormalize
except ImportError as error:
    package = "stable-baselines3" if "stable_baselines3" in str(error) else "sb3-contrib"
    raise MissingExtra("emgsim learn train", package, "emgsim-ros[learn]") from None

CHECKPOINT_STEPS = 10_000
KINDS = {"ppo": PPO, "sac": SAC, "ddpg": DDPG, "trpo": TRPO}
ON_POLICY = ("ppo", "trpo")


class PolicyTraining:
    """The training of one policy by reinforcement.

    Args:
        plan: The plan.
        folder: Folder of the experiment. An experiment of the same plan is continued; the replay buffer of sac and ddpg
            is filled anew.

    Raises:
        InvalidInput: The folder holds an experiment of another plan.
    """

    def __init__(self, plan: PolicyTrainingPlan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        claim_folder(folder, asdict(plan), may_differ=MAY_DIFFER)
        torch.manual_seed(plan.seed)
        makers: list[Callable[[], gymnasium.Env]] = [partial(_make, plan, number) for number in range(plan.processes)]
        self._vector = SubprocVecEnv(makers, "spawn") if plan.processes > 1 else DummyVecEnv(makers)
        self._actions = self._vector.get_attr("actions")[0]
        self._normalised = VecNormalize(self._vector, gamma=plan.hyper.gamma, norm_reward=plan.algorithm in ON_POLICY)
        self._model = self._begin()

    @property
    def done(self) -> int:
        """Number of steps so far."""
        return int(self._model.num_timesteps)

    def run(self, progress: Progress = no_progress) -> PolicyNetwork:
        """Train to the end of the plan and return the policy.

        Args:
            progress: Receives the steps that are done and the mean return of the latest episodes.
        """
        left = self._plan.steps - self.done
        if left > 0:
            self._model.learn(left, callback=_Log(self, progress), reset_num_timesteps=False)
            self.save()
        return self.policy()

    def policy(self) -> PolicyNetwork:
        """Return the policy in its present state."""
        return exported(self._model, self._normalised, self._plan, self._actions)

    def save(self) -> None:
        """Write a checkpoint."""
        self._normalised.save(str(self._folder / f"normalisation_{self.done}.pkl"))
        self._model.save(self._folder / f"model_{self.done}.zip")

    def log(self, seconds: float) -> float:
        """Append a line to the returns; return the mean return of the latest episodes.

        Args:
            seconds: Seconds of computing since the training began or was continued.
        """
        latest = self._model.ep_info_buffer or []
        mean = float(np.mean([one["r"] for one in latest])) if latest else float("nan")
        length = float(np.mean([one["l"] for one in latest])) if latest else float("nan")
        times: dict[str, str | int] = {"steps": self.done, "seconds": f"{seconds:.1f}"}
        append_row(self._folder / RETURNS, {**times, "mean_return": f"{mean:.4f}", "mean_length": f"{length:.1f}"})
        return mean

    def close(self) -> None:
        """End the processes of the environments."""
        self._vector.close()

    @property
    def steps(self) -> int:
        """Total number of steps."""
        return self._plan.steps

    def _begin(self) -> Any:
        latest = max((int(re.findall(r"\d+", path.name)[0]) for path in self._folder.glob("model_*.zip")), default=0)
        kind: Any = KINDS[self._plan.algorithm]
        if not latest:
            return kind("MlpPolicy", self._normalised, seed=self._plan.seed, device="cpu", **self._arguments())
        self._normalised = VecNormalize.load(str(self._folder / f"normalisation_{latest}.pkl"), self._vector)
        return kind.load(self._folder / f"model_{latest}.zip", env=self._normalised, device="cpu")

    def _arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of the algorithm's constructor."""
        plan, hyper = self._plan, self._plan.hyper
        common: dict[str, Any] = {"learning_rate": hyper.learning_rate, "gamma": hyper.gamma, "batch_size": hyper.batch}
        shape: dict[str, Any] = {"net_arch": list(plan.layers)}
        if plan.algorithm in ON_POLICY:
            shape["log_std_init"] = float(np.log(hyper.initial_deviation))
            common |= {"n_steps": hyper.rollout, "gae_lambda": hyper.advantage}
            if plan.algorithm == "ppo":
                common |= {"n_epochs": hyper.epochs, "ent_coef": hyper.entropy}
        else:
            each = max(1, round(hyper.updates * plan.processes))
            common |= {"buffer_size": hyper.buffer, "train_freq": 1, "gradient_steps": each, "learning_starts": 2000}
            if plan.algorithm == "ddpg":
                size = self._actions.size
                common["action_noise"] = NormalActionNoise(np.zeros(size), np.full(size, hyper.noise))
        return {**common, "policy_kwargs": shape}


class _Log(BaseCallback):
    """Writes checkpoints and returns, and reports the progress."""

    def __init__(self, training: PolicyTraining, progress: Progress) -> None:
        super().__init__()
        self._training, self._progress = training, progress
        self._next, self._started = 0, time.process_time()

    def _on_training_start(self) -> None:
        self._next = (self.num_timesteps // CHECKPOINT_STEPS + 1) * CHECKPOINT_STEPS

    def _on_step(self) -> bool:
        if self.num_timesteps >= self._next:
            self._next += CHECKPOINT_STEPS
            self._training.save()
            mean = self._training.log(time.process_time() - self._started)
            self._progress("steps", self.num_timesteps, self._training.steps, f"mean return {mean:.2f}")
        return True


def _make(plan: PolicyTrainingPlan, number: int) -> gymnasium.Env:
    """Make the training environment of process ``number``, seeded."""
    torch.set_num_threads(1)
    env = Monitor(ScaledActions(make_environment(plan.environment), plan.power))
    env.reset(seed=plan.seed * 1000 + number)
    return env
