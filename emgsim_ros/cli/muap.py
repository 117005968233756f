"""The commands ``emgsim muap``: motor-unit action potentials and their generator."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..files.resources import checkpoint_file, config_file
from ..scenario import load_scenario
from . import muap_generate
from .progress import progress_bars
from .scenario_options import Config, ScenarioName, Seed
from .scenario_options import Device as DeviceOverride

app = typer.Typer(
    help="Compute motor-unit action potentials, and train and test their generator.", no_args_is_help=True
)
app.add_typer(muap_generate.app, name="generate")

Data = Annotated[Path, typer.Option(help="Data set, as `emgsim muap simulate` writes it.")]
Device = Annotated[str, typer.Option(help="Torch device: cpu or cuda.")]


@app.command()
def bank(scenario: ScenarioName, config: Config = "", device: DeviceOverride = None, seed: Seed = None) -> None:
    """Compute the potentials of a scenario before its first launch, and store them in the cache."""
    from ..subjects.stream import subject_stream  # torch: slow to import

    parameters = load_scenario(scenario, config, device=device, seed=seed).parameters("emg")
    with progress_bars() as progress:
        stream = subject_stream(parameters, progress)
    print(
        f"{sum(stream.units)} motor units of {len(stream.muscles)} muscles at {stream.grid.count} electrodes are ready"
    )


@app.command()
def section(
    anatomy: Annotated[str, typer.Argument(help="A name in config/anatomy or the path of such a file.")] = "forearm",
    output: Annotated[Path, typer.Option(help="Path of the picture.")] = Path("section.png"),
) -> None:
    """Draw the cross-section of a limb with its muscles, and the area that their fibres fill along it."""
    from ..emg.plan import electrode_grid
    from ..figures.section_figure import section_figure
    from ..muap import load_anatomy
    from ..parameters import EmgParameters

    limb = load_anatomy(config_file(anatomy, folder="anatomy"))
    section_figure(limb, electrode_grid(EmgParameters(), limb)).savefig(output, dpi=80)
    print(f"wrote {output}")


@app.command()
def simulate(
    output: Annotated[Path, typer.Option(help="HDF5 file to write or to complete.")],
    plan: Annotated[str, typer.Option(help="A name in config/muap or the path of such a file.")] = "dataset",
    arms: Annotated[int | None, typer.Option(help="Number of virtual arms, instead of that of the plan.")] = None,
    held_out_arms: Annotated[
        int | None, typer.Option(help="Number of arms that are not used for training, instead of that of the plan.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of that of the plan.")] = None,
    workers: Annotated[int, typer.Option(help="Number of processes; 0: one for each core.")] = 0,
) -> None:
    """Compute a data set of potentials with the volume conductor; an interrupted data set is completed."""
    from ..files.plans import load_plan
    from ..muap.network.dataset import DatasetPlan, simulate_dataset

    path = config_file(plan, folder="muap")
    loaded = load_plan(DatasetPlan, path, arms=arms, held_out_arms=held_out_arms, seed=seed)
    with progress_bars() as progress:
        simulate_dataset(loaded, output, workers, progress)
    print(f"{output}: {loaded.arms * loaded.per_arm} potentials of {loaded.arms} arms")


@app.command()
def train(
    data: Data,
    plan: Annotated[str, typer.Option(help="A name in config/muap or the path of such a file.")] = "generator",
    experiment: Annotated[str, typer.Option(help="Name of the experiment: its folder under --folder.")] = "generator",
    folder: Annotated[Path, typer.Option(help="Folder of the experiments.")] = Path("experiments/muap"),
    device: Device = "cpu",
) -> None:
    """Train the generator and its encoder; the same command continues an interrupted experiment."""
    from ..figures.loss_figure import loss_figure
    from ..files.experiments import LOSSES
    from ..files.plans import load_plan
    from ..muap.network.checkpoint import save_trained
    from ..muap.network.examples import MuapExamples
    from ..muap.network.training import MuapTraining, MuapTrainingPlan, muap_card

    examples, home = MuapExamples(data, device), folder / experiment
    training = MuapTraining(load_plan(MuapTrainingPlan, config_file(plan, folder="muap")), examples, home, device)
    with progress_bars() as progress:
        training.run(progress)
    weights = home / "generator.safetensors"
    save_trained(weights, training.generator, training.encoder, muap_card(training, examples, sys.argv))
    loss_figure(home / LOSSES).savefig(home / "losses.png", dpi=110)
    print(f"wrote {weights}, its card and {home / 'losses.png'}")


@app.command()
def test(
    data: Data,
    checkpoint: Annotated[str, typer.Option(help="A name in ckp or the path of weights.")] = "muap_generator",
    output: Annotated[Path, typer.Option(help="Folder of the table and the figures.")] = Path("experiments/muap/test"),
    card: Annotated[bool, typer.Option("--card", help="Also write the errors into the card of the weights.")] = False,
    device: Device = "cpu",
) -> None:
    """Compare the generator with the volume conductor on held-out units and arms; write an nRMSE table and figures."""
    from ..figures.muap_figure import comparison_figure, statistics_figure
    from ..muap.network.checkpoint import load_trained, write_results
    from ..muap.network.evaluation import Evaluation
    from ..muap.network.examples import MuapExamples

    weights = checkpoint_file(checkpoint)
    evaluation = Evaluation(load_trained(weights, device), MuapExamples(data, device))
    with progress_bars() as progress:
        results = evaluation.run(progress)
    output.mkdir(parents=True, exist_ok=True)
    (output / "nrmse.md").write_text(results.markdown())
    comparison_figure(*evaluation.samples(32)).savefig(output / "samples.png", dpi=110)
    statistics_figure(*results.statistics).savefig(output / "statistics.png", dpi=110)
    if card:
        write_results(weights, results.summary())
    table = Table("task", "split", "number", "mean", "median", "95 %", "largest", title="nRMSE, %")
    for errors in results.errors:
        task, split, number, *values = errors.row()
        table.add_row(task, split, str(number), *(f"{value:.3f}" for value in values))
    Console().print(table)
    print(f"wrote {output}/nrmse.md, samples.png and statistics.png")
