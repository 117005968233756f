"""Reflex gains found by CMA-ES (Hansen & Ostermeier 2001; the library cma), resumable."""

from __future__ import annotations

import pickle
from functools import lru_cache
from pathlib import Path
from typing import Any

import cma
import gymnasium
import numpy as np
from numpy.typing import NDArray

from .. import envs
from ..envs.human import standing_pose
from ..errors import InvalidInput
from ..files.csv_log import append_row
from ..jobs.cores import pool_of_cores
from ..jobs.progress import Progress, no_progress
from .plan import RETURNS
from .reflex import GAINS, MUSCLES, ReflexController, ReflexGains

Array = NDArray[np.float64]

SPREAD = 0.5  # SD of the first generation
START_TONE = 1.0  # in its scale; all other gains start at 0
EPISODES = 2  # of a candidate
FIRST_SEED = 500_000
CHECKPOINT = "search.pkl"


def search(
    environment: str,
    folder: Path,
    generations: int,
    population: int = 16,
    seed: int = 1,
    workers: int = 0,
    progress: Progress = no_progress,
) -> ReflexGains:
    """Gains of the highest return.

    Args:
        environment: One of the human's.
        folder: Of the experiment; one that is there goes on.
        generations, population: How much is tried.
        seed: Of what is drawn.
        workers: Processes; 0: one for each core.
        progress: Receives the number of generations that are done and the highest return of the latest one.

    Raises:
        InvalidInput: An environment without legs.
    """
    reflex_controller(environment, np.zeros(len(MUSCLES) * len(GAINS)))
    folder.mkdir(parents=True, exist_ok=True)
    strategy: Any = _begin(folder, population, seed)
    with pool_of_cores(workers) as pool:
        while strategy.countiter < generations:
            candidates = strategy.ask()
            seeds = [FIRST_SEED + EPISODES * strategy.countiter + n for n in range(EPISODES)]
            jobs = [pool.submit(mean_return, environment, candidate, seeds) for candidate in candidates]
            returns = [job.result() for job in jobs]
            strategy.tell(candidates, [-value for value in returns])
            _keep(folder, strategy, returns)
            progress("generations", strategy.countiter, generations, f"best return {max(returns):.1f}")
    return ReflexGains.of_vector(np.array(strategy.result.xfavorite), environment)


def mean_return(environment: str, vector: Array, seeds: list[int]) -> float:
    """Of some episodes under reflexes with these gains (in their scales)."""
    env = _environment(environment)
    controller = reflex_controller(environment, vector)
    total = 0.0
    for seed in seeds:
        observation, _ = env.reset(seed=seed)
        over = False
        while not over:
            observation, reward, ended, cut, _ = env.step(controller.excitation(observation))
            total, over = total + float(reward), ended or cut
    return total / len(seeds)


def reflex_controller(environment: str, vector: Array) -> ReflexController:
    """Reflexes with these gains (in their scales) for an environment.

    Raises:
        InvalidInput: An environment without legs.
    """
    return controller_of(ReflexGains.of_vector(vector, environment))


def controller_of(gains: ReflexGains) -> ReflexController:
    """Reflexes for the environment that the gains are for.

    Raises:
        InvalidInput: An environment without legs.
    """
    env = _environment(gains.environment).unwrapped
    if env.plant.model.path.stem != "human":  # type: ignore[attr-defined]
        raise InvalidInput("reflexes: environment", gains.environment, "one of the human's: Stand, Crouch, Jump, Gait")
    return ReflexController(gains, env.layout, env.plant.model.muscles, standing_pose())  # type: ignore[attr-defined]


@lru_cache(maxsize=2)
def _environment(name: str) -> gymnasium.Env:
    if name not in envs.IDS:
        raise InvalidInput("environment", name, "one of " + ", ".join(envs.IDS))
    return gymnasium.make(name)


def _begin(folder: Path, population: int, seed: int) -> Any:
    path = folder / CHECKPOINT
    if path.exists():
        return pickle.loads(path.read_bytes())  # written by this very command
    start = np.zeros((len(MUSCLES), len(GAINS)))
    start[:, 0] = START_TONE
    return cma.CMAEvolutionStrategy(start.ravel(), SPREAD, {"popsize": population, "seed": seed, "verbose": -9})


def _keep(folder: Path, strategy: Any, returns: list[float]) -> None:
    part = folder / f"{CHECKPOINT}.part"
    part.write_bytes(pickle.dumps(strategy))
    part.replace(folder / CHECKPOINT)
    means = {"mean_return": f"{np.mean(returns):.3f}", "best_return": f"{max(returns):.3f}"}
    append_row(folder / RETURNS, {"steps": strategy.countiter, **means})
