"""Search for a good training plan (optuna)."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from pathlib import Path

import optuna
import yaml

from ..jobs.progress import Progress, no_progress
from .recordings import Recordings
from .training import StimulationTraining, StimulationTrainingPlan


def search_plan(
    plan: StimulationTrainingPlan, recordings: Recordings, trials: int, epochs: int, progress: Progress = no_progress
) -> StimulationTrainingPlan:
    """Return the plan with the lowest held-out error among those tried, each trained for a few epochs.

    The search varies the size of the network, the learning rate and the batch (tree-structured Parzen estimator with
    the seed of the plan).

    Args:
        plan: The values that are not varied.
        recordings: The patient's recordings.
        trials: Number of plans that are tried.
        epochs: Epochs of the training of each plan.
        progress: Receives the number of plans tried and the lowest error so far.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=plan.seed))
    plans = []
    progress("search", 0, trials)
    for number in range(trials):
        trial = study.ask()
        network = replace(
            plan.network,
            units=trial.suggest_int("units", 64, 256, step=32),
            electrode_units=trial.suggest_int("electrode_units", 32, 160, step=32),
        )
        rate = trial.suggest_float("learning_rate", 1e-3, 1e-2, log=True)
        batch = trial.suggest_int("batch", 16, 64, step=16)
        plans.append(replace(plan, network=network, learning_rate=rate, batch=batch, epochs=epochs))
        study.tell(trial, _error(plans[-1], recordings))
        progress("search", number + 1, trials, f"error {study.best_value:.4f}")
    return replace(plans[study.best_trial.number], epochs=plan.epochs)


def _error(plan: StimulationTrainingPlan, recordings: Recordings) -> float:
    """Train by a plan and return the held-out error."""
    with tempfile.TemporaryDirectory() as folder:
        training = StimulationTraining(plan, recordings, Path(folder))
        training.run()
    return training.held_out_error


def write_plan(plan: StimulationTrainingPlan, path: Path) -> None:
    """Write a plan as YAML, in the form that ``emgsim stim train --plan`` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(asdict(plan), sort_keys=False))
