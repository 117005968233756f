"""The commands ``emgsim pose``: decoders of the hand's pose from EMG."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..files.resources import checkpoint_file, config_file
from .cohort import generate
from .progress import progress_bars

app = typer.Typer(help="Train, test and use decoders of the hand's pose from EMG.", no_args_is_help=True)

Data = Annotated[Path, typer.Option(help="Data set: a folder with metadata.csv and session files.")]
Checkpoint = Annotated[str, typer.Option(help="A name in ckp, or the path of weights or of a published .ckpt.")]
Device = Annotated[str, typer.Option(help="Torch device: cpu or cuda.")]


@app.callback()
def pose() -> None:
    """Train, test and use decoders of the hand's pose from EMG."""


app.command("simulate")(generate)


@app.command()
def train(
    data: Annotated[list[Path], typer.Option(help="Data set (folder with metadata.csv), or session files and bags.")],
    plan: Annotated[str, typer.Option(help="A name in config/pose or the path of such a file.")] = "decoder_grid",
    experiment: Annotated[str, typer.Option(help="Name of the experiment; default: the name of the plan.")] = "",
    folder: Annotated[Path, typer.Option(help="Folder of the experiments.")] = Path("experiments/pose"),
    minutes: Annotated[float | None, typer.Option(help="Largest computing time, instead of that of the plan.")] = None,
    device: Device = "cpu",
) -> None:
    """Train a decoder; the same command continues an interrupted experiment."""
    from ..figures.loss_figure import loss_figure
    from ..files.experiments import LOSSES
    from ..files.plans import load_plan
    from ..pose.angles import HAND_NAMES
    from ..pose.bag_session import as_session
    from ..pose.checkpoint import save_pose
    from ..pose.training import PoseTraining, PoseTrainingPlan, pose_card, setup_of_data_set, setup_of_recordings
    from ..sessions.pose_metadata import METADATA

    path = config_file(plan, folder="pose")
    home = folder / (experiment or path.stem)
    loaded = load_plan(PoseTrainingPlan, path, minutes=minutes)
    if (data[0] / METADATA).is_file():
        setup = setup_of_data_set(loaded, data[0])
    else:
        setup = setup_of_recordings(loaded, [as_session(one, home, HAND_NAMES) for one in data])
    training = PoseTraining(loaded, setup, home, device)
    with progress_bars() as progress:
        training.run(progress)
    weights = home / "pose.safetensors"
    save_pose(
        weights,
        training.network,
        loaded.network,
        loaded.decoder,
        training.angle_names,
        pose_card(training, data[0], sys.argv),
    )
    loss_figure(home / LOSSES).savefig(home / "losses.png", dpi=110)
    print(f"wrote {weights}, its card and {home / 'losses.png'}; validation {training.validation:.2f} degrees")


@app.command()
def evaluate(
    data: Data,
    checkpoint: Checkpoint = "pose_grid",
    split: Annotated[str, typer.Option(help="Split of the data set: train, val or test.")] = "test",
    generalization: Annotated[
        str, typer.Option(help="What is new in the sessions: user, stage or user_stage; empty: all sessions.")
    ] = "",
    way: Annotated[
        str, typer.Option(help="Way of decoding: regression, or tracking from a known initial pose.")
    ] = "regression",
    seconds: Annotated[float, typer.Option(help="Length of a window, s.")] = 5.0,
    card: Annotated[
        bool, typer.Option("--card", help="Also write all test errors into the card of the weights.")
    ] = False,
    device: Device = "cpu",
) -> None:
    """Show errors and scores of a decoder on a data set, beside those of estimates without EMG."""
    from rich.markdown import Markdown

    from ..pose.checkpoint import load_pose
    from ..pose.evaluation import Analysis, write_errors
    from ..pose.tables import confusion_markdown, joints_markdown, scores_markdown

    path = checkpoint_file(checkpoint)
    trained = load_pose(path, device)
    analysis = Analysis(data, seconds, device)
    if card:
        write_errors(path, analysis.of(checkpoint, trained.network, trained.angle_names))
    finding = analysis.finding(checkpoint, trained.network, trained.angle_names, generalization, way, split)
    table = Table(
        "error", "", title=f"{checkpoint}: {finding.windows} windows of {split} {finding.generalization}, {way}"
    )
    for name, value in finding.errors.row().items():
        table.add_row(name, f"{value:.3f}")
    console = Console()
    console.print(table)
    console.print(f"Mean over {len(finding.people)} people (95 % interval), errors in degrees:")
    for text in (scores_markdown(finding), joints_markdown([finding]), confusion_markdown(finding)):
        console.print(Markdown(text))


@app.command()
def analyse(
    data: Data,
    checkpoint: Annotated[list[str], typer.Option(help="A name in ckp or a path; may be given several times.")],
    output: Annotated[Path, typer.Option(help="Folder of the tables and the figure.")] = Path(
        "experiments/pose/analysis"
    ),
    device: Device = "cpu",
) -> None:
    """Compare decoders with each other and with two baselines, for each generalisation; write tables and a figure."""
    from ..figures.pose_errors_figure import errors_figure
    from ..pose.checkpoint import load_pose
    from ..pose.evaluation import Analysis, write_findings
    from ..pose.tables import analysis_markdown

    analysis, findings = Analysis(data, device=device), []
    with progress_bars() as progress:
        progress("decoders", 0, len(checkpoint) + 1, "baselines")
        findings += analysis.baselines(load_pose(checkpoint_file(checkpoint[0]), device))
        for number, name in enumerate(checkpoint, 1):
            progress("decoders", number, len(checkpoint) + 1, Path(name).stem)
            trained = load_pose(checkpoint_file(name), device)
            label = Path(name).parent.name if Path(name).stem == "pose" else Path(name).stem
            judged = label, trained.network, trained.angle_names
            findings += analysis.with_stages(*judged)
        progress("decoders", len(checkpoint) + 1, len(checkpoint) + 1)
    write_findings(output / "errors.csv", findings)
    tables = analysis_markdown(findings)
    (output / "errors.md").write_text(tables)
    errors_figure(findings).savefig(output / "errors.png", dpi=110)
    print(tables)
    print(f"wrote {output}/errors.csv, errors.md and errors.png")


@app.command()
def reference(
    data: Data,
    checkpoint: Checkpoint = "pose_grid",
    generalization: Annotated[
        str, typer.Option(help="What is new in the sessions: user, stage or user_stage; empty: all sessions.")
    ] = "user",
    seconds: Annotated[float, typer.Option(help="Length of a window, s.")] = 5.0,
    output: Annotated[Path, typer.Option(help="File of the table.")] = Path("experiments/pose/reference.md"),
    device: Device = "cpu",
) -> None:
    """Compare a decoder with regressions that are trained on each person themselves; write a table."""
    from ..pose.checkpoint import load_pose
    from ..pose.tables import reference_markdown
    from ..pose.within_person import within_person_reference

    trained = load_pose(checkpoint_file(checkpoint), device)
    with progress_bars() as progress:
        rows = within_person_reference(
            data, trained.network, trained.angle_names, generalization, seconds, device, progress
        )
    table = reference_markdown(rows)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(table)
    print(table)
    print(f"wrote {output}")


@app.command()
def adapt(
    session: Annotated[Path, typer.Option(help="Labelled session (HDF5), or a bag with /emg/hd and /joint_states.")],
    output: Annotated[Path, typer.Option(help="Folder of the adapted decoder.")],
    checkpoint: Checkpoint = "pose_grid",
    plan: Annotated[str, typer.Option(help="A name in config/pose or the path of such a file.")] = "adaptation",
    device: Device = "cpu",
) -> None:
    """Fine-tune a decoder on a session of one person, and compare the errors on the end of the session."""
    from ..files.plans import load_plan
    from ..pose.adaptation import Adaptation, AdaptationPlan
    from ..pose.checkpoint import load_pose

    loaded = load_plan(AdaptationPlan, config_file(plan, folder="pose"))
    adaptation = Adaptation(load_pose(checkpoint_file(checkpoint), device), session, loaded, output, device)
    with progress_bars() as progress:
        before, after = adaptation.run(progress)
    weights = adaptation.save(output, sys.argv)
    table = Table("mean absolute error, degrees", "before", "after", title=f"last {loaded.judged:.0%} of {session}")
    for way in before:
        table.add_row(way, f"{before[way]:.2f}", f"{after[way]:.2f}")
    Console().print(table)
    print(f"wrote {weights}")


@app.command()
def decode(
    recording: Annotated[Path, typer.Argument(help="Session (HDF5), or a bag with /emg/hd and /joint_states.")],
    checkpoint: Checkpoint = "pose_grid",
    electrode_map: Annotated[
        str, typer.Option(help="Which electrode feeds which channel: a name in config/electrode_maps or a path.")
    ] = "",
    output: Annotated[Path, typer.Option(help="Folder of the estimates and the picture.")] = Path(
        "experiments/pose/decoded"
    ),
    device: Device = "cpu",
) -> None:
    """Decode a recording as the live graph does; write the estimates as CSV, and a picture with the true angles."""
    from ..figures.decoded_figure import decoded_figure
    from ..pose.checkpoint import load_pose
    from ..pose.decoding import decode_recording
    from ..pose.stream import load_electrode_map

    chosen = load_electrode_map(config_file(electrode_map, folder="electrode_maps")) if electrode_map else ()
    output.mkdir(parents=True, exist_ok=True)
    decoded = decode_recording(load_pose(checkpoint_file(checkpoint), device), recording, output, chosen)
    decoded.write(output / "estimates.csv")
    decoded_figure(decoded).savefig(output / "hand.png", dpi=100)
    print(f"{len(decoded.times)} estimates, mean absolute error {decoded.error:.2f} degrees; wrote {output}")
