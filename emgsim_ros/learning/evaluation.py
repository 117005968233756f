"""Tests of controllers over seeded episodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import gymnasium
import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput, PartError
from ..jobs.progress import Progress, no_progress
from .controllers import Controller
from .environments import make_environment
from .episode import run_episode

FIRST_SEED = 10_000  # of the episodes of a test; training uses other seeds
LEVELS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)  # of the constant controllers, share of the actions' range
FRAME_RATE = 50  # Hz, of environments whose metadata contain none


@dataclass(frozen=True)
class Episodes:
    """Results of a controller.

    Attributes:
        name: Name of the controller.
        returns: [episodes] sum of the rewards.
        lengths: [episodes] number of steps.
        terms: Sum over an episode of each term of the reward, mean of all episodes; empty if the environment does not
            report the terms.
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
        """Standard deviation of the returns."""
        return float(np.std(self.returns))

    def row(self) -> dict[str, float]:
        """Return the results as they are written in tables and cards, rounded."""
        return {
            "mean_return": round(self.mean, 3),
            "sd_return": round(self.deviation, 3),
            "lowest_return": round(float(np.min(self.returns)), 3),
            "mean_length": round(float(np.mean(self.lengths)), 1),
            **{f"term_{name}": round(value, 3) for name, value in self.terms.items()},
        }


def play(environment: str, controller: Controller, episodes: int = 100, progress: Progress = no_progress) -> Episodes:
    """Run a controller in an environment.

    Args:
        environment: ID of the environment, such as emgsim/ArmReach-v0.
        controller: The controller.
        episodes: Number of episodes; episode ``n`` has the seed 10,000 + n.
        progress: Receives the number of episodes that are done.

    Raises:
        InvalidInput: The environment is not registered, or its spaces cannot be used.
    """
    env = make_environment(environment)
    returns, lengths, sums = [], [], dict[str, float]()
    for number in range(episodes):
        controller.begin(FIRST_SEED + number)
        total = 0.0
        for moment in run_episode(env, controller.action, FIRST_SEED + number):
            total += moment.reward
            for name, value in moment.info.get("reward_terms", {}).items():
                sums[name] = sums.get(name, 0.0) + value
        returns.append(total)
        lengths.append(moment.step)
        progress(controller.name, number + 1, episodes)
    env.close()
    means = {name: value / episodes for name, value in sums.items()}
    return Episodes(controller.name, tuple(returns), tuple(lengths), means)


def photograph(
    environment: str, controller: Controller, frames: int, seconds: float, seed: int = FIRST_SEED
) -> list[tuple[float, NDArray[np.uint8]]]:
    """Take pictures of an episode at equal intervals.

    Args:
        environment: ID of the environment, such as emgsim/ArmReach-v0.
        controller: The controller.
        frames: Number of pictures.
        seconds: Time between the first picture and the last, s. An environment whose ``info`` contains no ``time`` is
            taken to make one step per frame of its ``render_fps``.
        seed: Seed of the episode.

    Returns:
        Time (s) and picture ([height, width, 3]) of every frame. If the episode ends earlier, the last picture shows
        its end.

    Raises:
        InvalidInput: The environment is not registered, or it makes no pictures.
        PartError: A package that the pictures need is not installed.
    """
    env = make_environment(environment, render_mode="rgb_array")
    if "rgb_array" not in env.metadata.get("render_modes", ()):
        raise InvalidInput("environment", environment, "an environment with the render mode rgb_array")
    controller.begin(seed)
    period = 1.0 / env.metadata.get("render_fps", FRAME_RATE)
    taken: list[tuple[float, NDArray[np.uint8]]] = []
    for moment in run_episode(env, controller.action, seed):
        time = float(moment.info.get("time", moment.step * period))
        if moment.over or time >= seconds * len(taken) / max(frames - 1, 1) - 1e-9:
            taken.append((time, _picture(env, environment)))
        if len(taken) == frames:
            break
    env.close()
    return taken


def _picture(env: gymnasium.Env, environment: str) -> NDArray[np.uint8]:
    try:
        return cast(NDArray[np.uint8], env.render())
    except gymnasium.error.DependencyNotInstalled as error:
        raise PartError(f"the renderer of {environment}", str(error)) from None


def margin(policy: Episodes, others: Sequence[Episodes]) -> float:
    """Return how far the mean return of a policy is above the best of others, in pooled standard deviations."""
    best = max(others, key=lambda one: one.mean)
    pooled = np.sqrt((policy.deviation**2 + best.deviation**2) / 2)
    return float((policy.mean - best.mean) / max(pooled, 1e-9))
