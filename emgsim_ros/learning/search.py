"""A search for reflex gains by CMA-ES (Hansen & Ostermeier 2001; the library cma) that can be continued."""

from __future__ import annotations

import pickle
from functools import lru_cache
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from ..errors import MissingExtra
from ..files.claims import claim_folder
from ..files.csv_log import append_row
from ..jobs.cores import pool_of_cores
from ..jobs.progress import Progress, no_progress
from .environments import make_environment
from .episode import run_episode
from .plan import RETURNS
from .reflex import GAINS, MUSCLES, ReflexGains
from .reflex_controllers import reflex_controller

try:
    import cma
except ImportError:
    raise MissingExtra("emgsim learn reflexes", "cma", "emgsim-ros[learn]") from None

Array = NDArray[np.float64]

SPREAD = 0.5  # standard deviation of the first generation
START_TONE = 1.0  # in units of its scale; all other gains start at 0
EPISODES = 2  # of each candidate
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
    """Search for the gains with the highest mean return.

    Args:
        environment: ID of one of the human's environments.
        folder: Folder of the experiment; a search that it holds is continued.
        generations: Number of generations.
        population: Number of candidates in each generation.
        seed: Seed of the random draws.
        workers: Number of processes; 0: one for each core.
        progress: Receives the number of generations that are done and the highest return of the latest one.

    Raises:
        InvalidInput: The environment is not one of the human, or the folder holds another search.
    """
    reflex_controller(environment, np.zeros(len(MUSCLES) * len(GAINS)))
    claim_folder(folder, {"environment": environment, "population": population, "seed": seed})
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
    """Return the mean return of episodes under reflexes.

    Args:
        environment: ID of one of the human's environments.
        vector: [45] gains, of the order of 1; see `ReflexGains.of_vector`.
        seeds: Seeds of the episodes.
    """
    controller, total = reflex_controller(environment, vector), 0.0
    for seed in seeds:
        for moment in run_episode(_environment(environment), controller.action, seed):
            total += moment.reward
    return total / len(seeds)


@lru_cache(maxsize=2)
def _environment(name: str) -> gymnasium.Env:
    return make_environment(name)


def _begin(folder: Path, population: int, seed: int) -> Any:
    path = folder / CHECKPOINT
    if path.exists():
        return pickle.loads(path.read_bytes())  # only `_keep` writes this file
    start = np.zeros((len(MUSCLES), len(GAINS)))
    start[:, 0] = START_TONE
    return cma.CMAEvolutionStrategy(start.ravel(), SPREAD, {"popsize": population, "seed": seed, "verbose": -9})


def _keep(folder: Path, strategy: Any, returns: list[float]) -> None:
    part = folder / f"{CHECKPOINT}.part"
    part.write_bytes(pickle.dumps(strategy))
    part.replace(folder / CHECKPOINT)
    means = {"mean_return": f"{np.mean(returns):.3f}", "best_return": f"{max(returns):.3f}"}
    append_row(folder / RETURNS, {"steps": strategy.countiter, **means})
