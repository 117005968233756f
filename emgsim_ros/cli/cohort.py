"""``emgsim sessions generate``, also ``emgsim pose simulate``: virtual subjects, recorded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ..files.resources import config_file
from .progress import progress_bars


def generate(
    output: Annotated[Path, typer.Option(help="Folder of the cohort, new or to go on with.")],
    plan: Annotated[str, typer.Option(help="A name in config/pose or the path of such a file.")] = "cohort",
    subjects: Annotated[int | None, typer.Option(help="People, instead of the plan's.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Length of a session, instead of the plan's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the plan's.")] = None,
    workers: Annotated[int, typer.Option(help="Processes; 0: one for each core.")] = 0,
    address: Annotated[
        str, typer.Option(help="Of a Ray cluster: auto, host:6379, ray://host:10001, or local to start one here.")
    ] = "",
) -> None:
    """Record virtual subjects: sessions of EMG and joint angles; an interrupted cohort is completed."""
    from ..files.plans import load_plan
    from ..subjects.cohort import CohortPlan, simulate_cohort

    loaded = load_plan(CohortPlan, config_file(plan, folder="pose"), subjects=subjects, seconds=seconds, seed=seed)
    started = time.monotonic()
    with progress_bars() as progress:
        made = simulate_cohort(loaded, output, workers, progress, address)
    took = time.monotonic() - started
    signal = made * loaded.seconds
    print(f"{output}: {loaded.subjects} subjects, electrodes ring and grid")
    print(f"{made} sessions made in {took:.0f} s: {signal:.0f} s of signal, {signal / took:.1f} times real time")
