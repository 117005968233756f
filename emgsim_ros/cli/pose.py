"""``emgsim pose``: the hand's pose from EMG."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..resources import config_file
from .progress import bars

app = typer.Typer(help="The hand's pose from EMG.", no_args_is_help=True)


@app.callback()
def pose() -> None:
    """The hand's pose from EMG."""


@app.command()
def simulate(
    output: Annotated[Path, typer.Option(help="Folder of the cohort, new or to go on with.")],
    plan: Annotated[str, typer.Option(help="A name in config/pose or the path of such a file.")] = "cohort",
    subjects: Annotated[int | None, typer.Option(help="People, instead of the plan's.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Length of a session, instead of the plan's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the plan's.")] = None,
    workers: Annotated[int, typer.Option(help="Processes; 0: one for each core.")] = 0,
) -> None:
    """Record virtual subjects: sessions of EMG and joint angles; an interrupted cohort is completed."""
    from ..plans import load_plan
    from ..subjects.cohort import CohortPlan, simulate_cohort

    loaded = load_plan(CohortPlan, config_file(plan, folder="pose"), subjects=subjects, seconds=seconds, seed=seed)
    with bars() as progress:
        task = progress.add_task("sessions", total=None, note="")
        simulate_cohort(loaded, output, workers, lambda done, all_: progress.update(task, completed=done, total=all_))
    print(f"{output}: {loaded.subjects} subjects, electrodes ring and grid")
