"""How good controllers are, over seeded episodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import gymnasium
import numpy as np
from numpy.typing import NDArray

from .. import envs
from ..jobs.progress import Progress, no_progress
from .controllers import Controller

FIRST_SEED = 10_000  # of the episodes of tests; trainings begin with other ones
LEVELS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)  # of constant controllers


@dataclass(frozen=True)
class Episodes:
    """What a controller did.

    Attributes:
        name: Of the controller.
        returns: [episodes] sums of rewards.
        lengths: [episodes] steps.
        terms: Mean sum of each term of the reward.
    """

    name: str
    returns: tuple[float, ...]
    lengths: tuple[int, ...]
    terms: dict[str, float]

    @property
    def mean(self) -> float:
        """Mean return."""
        return float(np.mean(self.returns))

    @property
    def deviation(self) -> float:
        """SD of the returns."""
        return float(np.std(self.returns))

    def row(self) -> dict[str, float]:
        """For tables and cards."""
        return {
            "mean_return": round(self.mean, 3),
            "sd_return": round(self.deviation, 3),
            "lowest_return": round(float(np.min(self.returns)), 3),
            "mean_length": round(float(np.mean(self.lengths)), 1),
            **{f"term_{name}": round(value, 3) for name, value in self.terms.items()},
        }


def play(environment: str, controller: Controller, episodes: int = 100, progress: Progress = no_progress) -> Episodes:
    """Let a controller act.

    Args:
        environment: Name, such as emgsim/ArmReach-v0.
        controller: Who acts.
        episodes: How many; episode ``n`` has the seed 10,000 + n.
        progress: Receives the number of episodes that are done.
    """
    assert environment in envs.IDS
    env = gymnasium.make(environment)
    returns, lengths, sums = [], [], dict[str, float]()
    for number in range(episodes):
        observation, _ = env.reset(seed=FIRST_SEED + number)
        controller.begin(FIRST_SEED + number)
        total, steps, over = 0.0, 0, False
        while not over:
            observation, reward, ended, cut, info = env.step(controller.excitation(observation))
            total, steps, over = total + float(reward), steps + 1, ended or cut
            for name, value in info["reward_terms"].items():
                sums[name] = sums.get(name, 0.0) + value
        returns.append(total)
        lengths.append(steps)
        progress(controller.name, number + 1, episodes)
    env.close()
    means = {name: value / episodes for name, value in sums.items()}
    return Episodes(controller.name, tuple(returns), tuple(lengths), means)


def photograph(
    environment: str, controller: Controller, frames: int, seconds: float, seed: int = FIRST_SEED
) -> list[tuple[float, NDArray[np.uint8]]]:
    """Pictures of an episode, evenly over its first seconds, with times (s); the last of its end if that comes first.

    Args:
        environment: Name, such as emgsim/ArmReach-v0.
        controller: Who acts.
        frames: How many.
        seconds: Over which time.
        seed: Of the episode.
    """
    env = gymnasium.make(environment, render_mode="rgb_array")
    observation, _ = env.reset(seed=seed)
    controller.begin(seed)
    time, over = 0.0, False
    taken: list[tuple[float, NDArray[np.uint8]]] = []
    while len(taken) < frames:
        if over or time >= seconds * len(taken) / max(frames - 1, 1) - 1e-9:
            taken.append((time, cast(NDArray[np.uint8], env.render())))
        if over:
            break
        observation, _, ended, cut, info = env.step(controller.excitation(observation))
        time, over = info["time"], ended or cut
    env.close()
    return taken


def margin(policy: Episodes, others: Sequence[Episodes]) -> float:
    """How far a policy's mean return is above the best of others, in pooled standard deviations."""
    best = max(others, key=lambda one: one.mean)
    pooled = np.sqrt((policy.deviation**2 + best.deviation**2) / 2)
    return float((policy.mean - best.mean) / max(pooled, 1e-9))
