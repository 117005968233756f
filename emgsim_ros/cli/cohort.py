"""The command ``emgsim sessions generate``, also ``emgsim pose simulate``: recordings of virtual subjects."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ..files.resources import config_file
from .progress import progress_bars


def generate(
    output: Annotated[Path, typer.Option(help="Folder of the cohort: a new one, or one to complete.")],
    plan: Annotated[str, typer.Option(help="A name in config/pose or the path of such a file.")] = "cohort",
    person: Annotated[
        list[Path] | None,
        typer.Option(help="Subject file (emgsim fit) of a person instead of drawn subjects; may be repeated."),
    ] = None,
    subjects: Annotated[int | None, typer.Option(help="Number of subjects, instead of that of the plan.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Length of a session (s), instead of that of the plan.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of that of the plan.")] = None,
    engine: Annotated[
        str | None, typer.Option(help="Engine of the musculoskeletal model, instead of that of the plan.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Number of processes; 0: one for each core.")] = 0,
    address: Annotated[
        str,
        typer.Option(
            help="Address of a Ray cluster: auto, host:6379, ray://host:10001, or local to start a cluster here."
        ),
    ] = "",
) -> None:
    """Record sessions of EMG and joint angles of virtual subjects; an interrupted cohort is completed."""
    from ..files.plans import load_plan
    from ..subjects.cohort import CohortPlan, simulate_cohort

    changes: dict[str, Any] = {"subjects": subjects, "seconds": seconds, "seed": seed, "engine": engine}
    if person:  # all of them are for training, as a decoder is made for these people
        people = [str(path.resolve()) for path in person]
        changes |= {"people": people, "subjects": len(people), "held_out_subjects": 0, "validation_subjects": 0}
    loaded = load_plan(CohortPlan, config_file(plan, folder="pose"), **changes)
    started = time.monotonic()
    with progress_bars() as progress:
        made = simulate_cohort(loaded, output, workers, progress, address)
    took = time.monotonic() - started
    signal = made * loaded.seconds
    print(f"{output}: {loaded.subjects} subjects, electrodes {' and '.join(loaded.sets)}")
    print(f"{made} sessions made in {took:.0f} s: {signal:.0f} s of signal, {signal / took:.1f} times real time")
