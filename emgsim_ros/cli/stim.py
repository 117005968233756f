"""The commands ``emgsim stim``: epidural stimulation and networks of patients."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..files.resources import checkpoint_file, config_file
from .progress import progress_bars

if TYPE_CHECKING:
    from ..stimulation.recordings import Recordings
    from ..stimulation.training import StimulationTrainingPlan

app = typer.Typer(
    help="Record virtual patients, train networks of patients, and search for stimulations.", no_args_is_help=True
)

Recorded = Annotated[Path, typer.Option(help="Recordings: NAME.h5, with NAME.csv beside it.")]
Patient = Annotated[str, typer.Option(help="Trained network: a name in ckp or the path of weights.")]


@app.command("lead")
def draw_lead(
    lead: Annotated[str, typer.Argument(help="A name in config/leads (lumbar, cervical) or a path.")] = "lumbar",
    cathode: Annotated[list[int] | None, typer.Option(help="Number of an electrode; repeat for several.")] = None,
    anode: Annotated[list[int] | None, typer.Option(help="Number of an electrode; repeat for several.")] = None,
    output: Annotated[Path, typer.Option(help="File of the picture.")] = Path("lead.png"),
) -> None:
    """Draw a lead over the roots, with the cathodes and anodes of a configuration."""
    from ..figures.stimulation_figures import lead_figure
    from ..stimulation.command import Configuration
    from ..stimulation.lead import load_lead

    paddle = load_lead(config_file(lead, folder="leads"))
    configuration = None
    if cathode or anode:
        configuration = Configuration(tuple(cathode or ()), tuple(anode or ()))
        configuration.current(1.0, paddle.electrodes)  # raises for electrodes that the lead does not have
    lead_figure(paddle, configuration).savefig(output, dpi=110)
    print(f"wrote {output}")


@app.command("simulate-patient")
def simulate_patient(
    output: Annotated[Path, typer.Option(help="Recordings to write: NAME.h5 and NAME.csv.")],
    lead: Annotated[str, typer.Option(help="A name in config/leads (lumbar, cervical) or a path.")] = "lumbar",
    innervation: Annotated[
        str, typer.Option(help="A name in config/innervation (leg, arm) or a path; default: that of the lead.")
    ] = "",
    plan: Annotated[str, typer.Option(help="A name in config/stimulation or a path.")] = "session",
    patient: Annotated[int, typer.Option(min=0, help="Seed of the patient.")] = 1,
    configurations: Annotated[
        int | None, typer.Option(help="Number of configurations, instead of that of the plan.")
    ] = None,
) -> None:
    """Record a virtual patient under many electrode configurations, amplitudes and frequencies."""
    from ..files.plans import load_plan
    from ..stimulation.innervation import load_innervation
    from ..stimulation.lead import load_lead
    from ..stimulation.patient_data import SessionPlan, record_patient
    from ..stimulation.spine import VirtualPatient

    table = innervation or {"lumbar": "leg", "cervical": "arm"}.get(lead, "leg")
    virtual = VirtualPatient(
        load_lead(config_file(lead, folder="leads")),
        load_innervation(config_file(table, folder="innervation")),
        patient,
    )
    session = load_plan(SessionPlan, config_file(plan, folder="stimulation"), configurations=configurations)
    recordings = record_patient(virtual, session, lead)
    recordings.write(output)
    print(f"{output}: {len(recordings.trials)} trials, {len(recordings.muscles)} muscles")


@app.command()
def train(
    data: Recorded,
    plan: Annotated[str, typer.Option(help="A name in config/stimulation or a path.")] = "network",
    experiment: Annotated[str, typer.Option(help="Name of the experiment: its folder under --folder.")] = "patient",
    folder: Annotated[Path, typer.Option(help="Folder of the experiments.")] = Path("experiments/stimulation"),
    device: Annotated[str, typer.Option(help="Torch device: cpu or cuda.")] = "cpu",
    search: Annotated[
        int, typer.Option(min=0, help="Number of plans to try first; the training uses the best of them.")
    ] = 0,
    search_epochs: Annotated[int, typer.Option(min=1, help="Epochs of each plan that is tried.")] = 2,
) -> None:
    """Train a network on a patient's recordings; the same command continues an interrupted experiment."""
    from dataclasses import asdict

    from ..figures.loss_figure import loss_figure
    from ..files.experiments import LOSSES
    from ..files.plans import load_plan
    from ..stimulation.checkpoint import save_patient
    from ..stimulation.recordings import read_recordings
    from ..stimulation.training import StimulationTraining, StimulationTrainingPlan, stimulation_card

    recordings, home = read_recordings(data), folder / experiment
    loaded = load_plan(StimulationTrainingPlan, config_file(plan, folder="stimulation"))
    found = home / "plan.yaml"
    if search and not found.exists():
        _search(loaded, recordings, search, search_epochs, found)
    if found.exists():
        loaded = load_plan(StimulationTrainingPlan, found)
    training = StimulationTraining(loaded, recordings, home, device)
    with progress_bars() as progress:
        training.run(progress)
    weights, result = home / "network.safetensors", training.fidelity()
    card = stimulation_card(training, recordings, sys.argv, asdict(result))
    save_patient(weights, training.network, recordings.electrodes, recordings.muscles, recordings.lead, card)
    loss_figure(home / LOSSES).savefig(home / "losses.png", dpi=110)
    print(
        f"wrote {weights}; held-out configurations: recruitment R2 {result.recruitment:.3f}, "
        f"selectivity r {result.selectivity:.3f}, peaks {result.peaks:.2f} of the measured"
    )


def _search(plan: StimulationTrainingPlan, recordings: Recordings, trials: int, epochs: int, path: Path) -> None:
    from ..stimulation.hyperparameters import search_plan, write_plan

    with progress_bars() as progress:
        best = search_plan(plan, recordings, trials, epochs, progress)
    write_plan(best, path)
    print(f"wrote {path}")


@app.command()
def test(data: Recorded, patient: Patient = "stimulation_lumbar") -> None:
    """Compare a network with recordings, on held-out configurations and on those of the training."""
    from ..stimulation.checkpoint import load_patient
    from ..stimulation.recordings import read_recordings
    from ..stimulation.training import compare

    table = Table("configurations", "trials", "recruitment R2", "selectivity r", "peaks, of the measured")
    for name, count, result in compare(load_patient(checkpoint_file(patient)), read_recordings(data)):
        table.add_row(name, str(count), f"{result.recruitment:.3f}", f"{result.selectivity:.3f}", f"{result.peaks:.3f}")
    Console().print(table)


@app.command()
def analyse(
    data: Recorded,
    patient: Patient = "stimulation_lumbar",
    output: Annotated[Path, typer.Option(help="Folder of the figures.")] = Path("experiments/stimulation/analysis"),
) -> None:
    """Draw recruitment, selectivity, raw predictions, orbits of the hidden activity and weights of a network."""
    import numpy as np

    from ..figures import stimulation_figures as draw
    from ..stimulation.analysis import orbit
    from ..stimulation.checkpoint import load_patient
    from ..stimulation.metrics import recruitment, selectivity
    from ..stimulation.recordings import read_recordings
    from ..stimulation.training import held_out_rows, predict

    trained, recordings = load_patient(checkpoint_file(patient)), read_recordings(data)
    rows = held_out_rows(trained, recordings)
    predicted = predict(trained.network, recordings.signals[rows])
    output.mkdir(parents=True, exist_ok=True)
    draw.response_figure(recordings, rows, predicted, False).savefig(output / "recruitment.png", dpi=90)
    draw.response_figure(recordings, rows, predicted, True).savefig(output / "selectivity.png", dpi=90)
    draw.raw_figure(recordings, rows, predicted).savefig(output / "raw.png", dpi=90)
    best = int(np.argmax(selectivity(recruitment(recordings.envelopes)).max(axis=1)))
    trial = recordings.trials[best]
    orbits = [
        (frequency, orbit(trained.network, trial.configuration, trial.amplitude, frequency, recordings.electrodes))
        for frequency in (20.0, 40.0)
    ]
    draw.orbit_figure(orbits).savefig(output / "orbits.png", dpi=90)
    if trained.network.size.cell in ("ei", "leaky"):
        draw.inside_figure(trained.network, orbits[-1][1].activity).savefig(output / "inside.png", dpi=90)
    for frequency, one in orbits:
        print(
            f"{frequency:g} Hz: hidden activity repeats after {1e3 * one.period:g} ms "
            f"(stimulus {1e3 / frequency:g} ms) to {100 * one.closure:.1f} % of its size"
        )
    print(f"wrote the figures to {output}")


@app.command()
def optimise(
    target: Annotated[str, typer.Option(help="Muscle that is to be activated, such as TA_left.")],
    patient: Patient = "stimulation_lumbar",
    lead: Annotated[
        str, typer.Option(help="A name in config/leads or a path; default: the lead of the training.")
    ] = "",
    frequency: Annotated[float, typer.Option(help="Frequency of the stimulation, Hz.")] = 40.0,
    evaluations: Annotated[int, typer.Option(min=10, help="Number of stimulations that may be tried.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    exhaustive: Annotated[
        bool, typer.Option("--exhaustive", help="Also search all stimulations, for comparison.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(help="File for a picture of the lead with the configuration that was found.")
    ] = None,
) -> None:
    """Find the configuration and the amplitude with the highest selectivity for a muscle, within the safe limits."""
    from ..figures.stimulation_figures import lead_figure
    from ..stimulation.checkpoint import load_patient
    from ..stimulation.lead import load_lead
    from ..stimulation.optimise import SelectivitySearch

    trained = load_patient(checkpoint_file(patient))
    paddle = load_lead(config_file(lead or trained.lead, folder="leads"))
    search = SelectivitySearch(trained.network, paddle, trained.muscles, target, frequency)
    with progress_bars() as progress:
        found = search.optimise(evaluations, seed, progress)
        spent = search.evaluations
        best = search.exhaustive(progress) if exhaustive else None
    configuration = found.configuration
    print(
        f"{target}: cathodes {list(configuration.cathodes)}, anodes {list(configuration.anodes)}, "
        f"{found.amplitude:.2f} mA: selectivity {found.selectivity:.3f} in {spent} evaluations"
    )
    if best is not None:
        print(
            f"exhaustive: cathodes {list(best.configuration.cathodes)}, anodes {list(best.configuration.anodes)}, "
            f"{best.amplitude:.2f} mA: {best.selectivity:.3f}; found {100 * found.selectivity / best.selectivity:.1f} %"
        )
    if picture is not None:
        lead_figure(paddle, configuration).savefig(picture, dpi=110)
