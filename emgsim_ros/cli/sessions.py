"""``emgsim sessions``: recordings and data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..signals.topics import JOINT_STATES
from .cohort import generate
from .progress import progress_bars

app = typer.Typer(help="Recordings and data sets.", no_args_is_help=True)


@app.callback()
def sessions() -> None:
    """Recordings and data sets."""


app.command("generate")(generate)


@app.command()
def info(recording: Annotated[Path, typer.Argument(help="Folder of a bag, or a session file (HDF5).")]) -> None:
    """Show the contents of a bag or a session file."""
    if recording.is_dir():
        _show_bag(recording)
    else:
        _show_session(recording)


def _show_bag(bag: Path) -> None:
    from ..sessions.reading import bag_contents  # reads all ROS types: slow to import

    contents = bag_contents(bag)
    table = Table(title=f"{bag}: {contents.duration:.1f} s")
    for column in ("topic", "type", "messages"):
        table.add_column(column, justify="right" if column == "messages" else "left")
    for topic in contents.topics:
        table.add_row(topic.name, topic.type_name, str(topic.messages))
    Console().print(table)


def _show_session(path: Path) -> None:
    from ..sessions.pose_session import PoseSession

    with PoseSession(path) as session:
        facts, failed = session.facts, session.failed().mean()
        table = Table("", "", title=str(path), show_header=False)
        for name, value in (
            ("session", facts.session),
            ("user, stage, side", f"{facts.user}, {facts.stage}, {facts.side}"),
            ("length", f"{session.samples / facts.sample_rate:.2f} s at {facts.sample_rate:g} Hz"),
            ("channels", f"{session.channels}, positions {'not ' if session.electrodes is None else ''}stored"),
            ("angles", f"{session.angles}: {', '.join(session.angle_names)}"),
            ("without angles", f"{failed:.1%} (gaps, failed inverse kinematics)"),
        ):
            table.add_row(name, value)
    Console().print(table)


@app.command()
def verify(cohort: Annotated[Path, typer.Argument(help="Folder that `emgsim sessions generate` has written.")]) -> None:
    """Compare every file of a cohort with its manifest."""
    from ..subjects.manifest import broken_files, read_manifest

    broken = list(broken_files(cohort))
    for name in broken:
        print(f"broken or missing: {name}")
    if broken:
        raise typer.Exit(1)
    print(f"{cohort}: {len(read_manifest(cohort))} files are unchanged")


@app.command("from-bag")
def from_bag(
    bag: Annotated[Path, typer.Argument(help="Folder of a bag with /emg/hd, /emg/info and joint states.")],
    output: Annotated[Path, typer.Argument(help="Session file (HDF5) to write.")],
    joints: Annotated[str, typer.Option(help="Topic of the joint states.")] = JOINT_STATES.name,
    user: Annotated[str, typer.Option(help="Name of the subject.")] = "unknown",
    stage: Annotated[str, typer.Option(help="Name of the stage.")] = "recorded",
    wrist: Annotated[
        bool, typer.Option(help="Keep the two angles of the wrist in addition to the 20 of emg2pose.")
    ] = True,
) -> None:
    """Convert a bag to a session file in emg2pose's layout; gaps are marked as failed inverse kinematics."""
    from ..pose.angles import HAND_NAMES
    from ..pose.bag_session import session_from_bag
    from ..sessions.pose_session import ANGLE_NAMES

    session_from_bag(bag, output, HAND_NAMES if wrist else ANGLE_NAMES, joints, user, stage)
    _show_session(output)


@app.command("to-bag")
def to_bag(
    session: Annotated[Path, typer.Argument(help="Session file (HDF5).")],
    bag: Annotated[Path, typer.Argument(help="Folder of the new bag.")],
) -> None:
    """Convert a session file to a bag with /emg/info, /emg/hd and /joint_states."""
    from ..pose.bag_session import session_to_bag

    session_to_bag(session, bag)
    _show_bag(bag)


@app.command("to-bids")
def to_bids(
    data: Annotated[Path, typer.Argument(help="Data set: folder with metadata.csv and session files.")],
    output: Annotated[Path, typer.Argument(help="Folder of the BIDS data set; an interrupted export is continued.")],
    workers: Annotated[int, typer.Option(help="Number of processes; 0 for one per core.")] = 0,
) -> None:
    """Write a data set in BIDS: EMG as BDF files, joint angles as motion."""
    from ..sessions.bids import export_bids

    with progress_bars() as progress:
        count = export_bids(data, output, workers, progress)
    print(f"wrote {output}: {count} sessions")
