"""One episode of an environment, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

Act = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class Moment:
    """The situation at the start of an episode or after one of its steps.

    Attributes:
        step: Number of steps so far; 0 at the start.
        reward: Reward of the latest step; 0 at the start.
        over: Whether the episode is over.
        info: Further information from the environment.
    """

    step: int
    reward: float
    over: bool
    info: dict[str, Any]


def run_episode(env: gymnasium.Env, act: Act, seed: int) -> Iterator[Moment]:
    """Run an episode; nothing happens before the first moment is requested.

    Args:
        env: The environment; it can be rendered between two moments.
        act: Called with each observation but the last; returns the action.
        seed: Seed of the episode.

    Yields:
        The start, then the moment after each step until the episode is over.
    """
    observation, info = env.reset(seed=seed)
    moment = Moment(0, 0.0, False, info)
    yield moment
    while not moment.over:
        observation, reward, ended, cut, info = env.step(act(observation))
        moment = Moment(moment.step + 1, float(reward), ended or cut, info)
        yield moment
