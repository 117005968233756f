"""``emgsim pose``: the hand's pose from EMG."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..resources import config_file
from .progress import bars, stages

app = typer.Typer(help="The hand's pose from EMG.", no_args_is_help=True)

Data = Annotated[Path, typer.Option(help="Data set: a folder with metadata.csv and session files.")]
Device = Annotated[str, typer.Option(help="cpu or cuda.")]


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


@app.command()
def train(
    data: Data,
    plan: Annotated[str, typer.Option(help="A name in config/pose or the path of such a file.")] = "decoder_grid",
    experiment: Annotated[str, typer.Option(help="Name of the experiment; default the plan's.")] = "",
    folder: Annotated[Path, typer.Option(help="Where experiments are kept.")] = Path("experiments/pose"),
    minutes: Annotated[float | None, typer.Option(help="Of computing at most, instead of the plan's.")] = None,
    device: Device = "cpu",
) -> None:
    """Train a network; the same command goes on with an experiment that was interrupted."""
    from ..experiments import LOSSES
    from ..figures.loss_figure import loss_figure
    from ..plans import load_plan
    from ..pose.checkpoint import save_pose
    from ..pose.training import PoseTraining, PoseTrainingPlan, pose_card

    path = config_file(plan, folder="pose")
    home = folder / (experiment or path.stem)
    training = PoseTraining(load_plan(PoseTrainingPlan, path, minutes=minutes), data, home, device)
    with bars() as progress:
        training.run(stages(progress))
    loaded, weights = training.plan, home / "pose.safetensors"
    save_pose(
        weights,
        training.network,
        loaded.network,
        loaded.decoder,
        training.angle_names,
        pose_card(training, data, sys.argv),
    )
    loss_figure(home / LOSSES).savefig(home / "losses.png", dpi=110)
    print(f"wrote {weights}, its card and {home / 'losses.png'}; validation {training.validation:.2f} degrees")
