"""Imitation of a teacher by data set aggregation (DAgger; Ross, Gordon & Bagnell 2011).

The teacher controls the environment in the first round, the policy in all later rounds. The teacher demonstrates its
action at every step, and the policy is trained on the demonstrations of all rounds so far. An interrupted training can
be continued.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..envs.muscle_env import MuscleEnv
from ..errors import InvalidInput
from ..files.claims import claim_folder
from ..files.csv_log import append_row
from ..files.experiments import Experiment
from ..jobs.progress import Progress, no_progress
from ..seeds import generator
from .actions import output_of
from .environments import make_environment
from .episode import run_episode
from .plan import MAY_DIFFER, RETURNS, PolicyTrainingPlan
from .policy import PolicyNetwork, PolicyShape, TrainedPolicy
from .teachers import teacher_for

SMALLEST_DEVIATION = 0.05  # of an observed value, in units of its scale


class ImitationTraining:
    """The training of one policy by imitation, in one environment.

    Args:
        plan: The plan; its number of processes is ignored.
        folder: Folder of the experiment; an experiment of the same plan is continued.

    Attributes:
        done: Number of steps of the environment so far.

    Raises:
        InvalidInput: The environment is not one of muscles, the folder holds an experiment of another plan, or the
            teacher of the plan is not one for this environment.
    """

    def __init__(self, plan: PolicyTrainingPlan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        self._env = make_environment(plan.environment)
        bare = self._env.unwrapped
        if not isinstance(bare, MuscleEnv):
            expected = f"ppo, sac, ddpg or trpo: imitation needs muscles, which {plan.environment} does not have"
            raise InvalidInput("learning: algorithm", plan.algorithm, expected)
        claim_folder(folder, asdict(plan), may_differ=MAY_DIFFER)
        self._experiment = Experiment(folder, {})
        self._teacher = teacher_for(plan.teacher, bare)
        torch.manual_seed(plan.seed)
        shape = PolicyShape(bare.layout.size, len(bare.plant.model.muscles), plan.layers, "relu", False, plan.power)
        self._network = PolicyNetwork(shape)
        self.done, self._seconds = 0, 0.0
        self._seen, self._shown = torch.zeros(0, shape.observations), torch.zeros(0, shape.muscles)
        saved = self._experiment.resume("cpu")
        if saved is not None:
            self._network.load_state_dict(saved["network"])
            self.done, self._seconds = saved["done"], saved["seconds"]
            self._seen, self._shown = saved["seen"], saved["shown"]

    def run(self, progress: Progress = no_progress) -> PolicyNetwork:
        """Train to the end of the plan and return the policy.

        Args:
            progress: Receives the steps that are done and the mean return of the round's episodes.
        """
        while self.done < self._plan.steps:
            started = time.process_time()
            number = self.done // self._plan.hyper.rollout
            returns = self._round(number)
            self._learn(number)
            self._seconds += time.process_time() - started
            self._keep()
            mean = float(np.mean(returns))
            times: dict[str, str | int] = {"steps": self.done, "seconds": f"{self._seconds:.1f}"}
            append_row(self._folder / RETURNS, {**times, "mean_return": f"{mean:.4f}"})
            done = min(self.done, self._plan.steps)
            progress("steps", done, self._plan.steps, f"mean return {mean:.2f}")
        return self._network.eval()

    def close(self) -> None:
        """Close the environment."""
        self._env.close()

    def _round(self, number: int) -> list[float]:
        """Run a round of whole episodes; return the return of each."""
        rng = generator(self._plan.seed, "imitation", number)
        policy = TrainedPolicy(self._network.eval(), self._plan.environment, {})
        seen: list[NDArray[np.float32]] = []
        shown: list[NDArray[np.float32]] = []

        def act(observation: NDArray[np.float32]) -> NDArray[np.float32]:
            wanted = self._teacher.action(observation)
            seen.append(observation)
            shown.append(output_of(np.asarray(wanted, np.float32), self._plan.power))
            return wanted.astype(np.float32) if number == 0 else policy.action(observation)

        returns: list[float] = []
        while len(seen) < self._plan.hyper.rollout:
            total = 0.0
            for moment in run_episode(self._env, act, int(rng.integers(2**31))):
                total += moment.reward
            returns.append(total)
        self._seen = torch.cat([self._seen, torch.from_numpy(np.array(seen, np.float32))])
        self._shown = torch.cat([self._shown, torch.from_numpy(np.array(shown, np.float32))])
        self.done += self._plan.hyper.rollout
        return returns

    def _learn(self, number: int) -> None:
        """Train the network on the demonstrations of all rounds so far."""
        network, hyper = self._network.train(), self._plan.hyper
        if number == 0:
            network.mean.copy_(self._seen.mean(dim=0))
            network.deviation.copy_(self._seen.std(dim=0).clamp(min=SMALLEST_DEVIATION))
        chance = torch.Generator().manual_seed(self._plan.seed + number)
        optimiser = torch.optim.Adam(network.parameters(), lr=hyper.learning_rate)
        batches = -(-len(self._seen) // hyper.batch)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, hyper.epochs * batches)
        for _ in range(hyper.epochs):
            for chosen in torch.randperm(len(self._seen), generator=chance).split(hyper.batch):
                loss = (network.unclipped(self._seen[chosen]) - self._shown[chosen]).square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()

    def _keep(self) -> None:
        content: dict[str, Any] = {"network": self._network.state_dict(), "done": self.done, "seconds": self._seconds}
        self._experiment.save({**content, "seen": self._seen, "shown": self._shown})
