"""``emgsim model``: musculoskeletal models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import InvalidInput
from ..files.resources import config_file

app = typer.Typer(help="Musculoskeletal models.", no_args_is_help=True)

Model = Annotated[str, typer.Option(help="Name of a model in config/models, or path of an .osim file.")]


@app.command()
def info(
    model: Annotated[str, typer.Argument(help="Name of a model in config/models, or path of an .osim file.")],
) -> None:
    """List the joints with their ranges, and the muscles of a model."""
    import numpy as np
    from rich.console import Console
    from rich.table import Table

    from ..musculoskeletal import MusculoskeletalModel

    loaded = MusculoskeletalModel(config_file(model, ".osim", "models"))
    table = Table("joint", "from, degrees", "to, degrees", "rest, degrees")
    for name, *angles in zip(loaded.coordinates, loaded.low, loaded.high, loaded.rest, strict=True):
        table.add_row(name, *(f"{angle:.0f}" for angle in np.degrees(angles)))
    console = Console()
    console.print(table)
    console.print(f"{len(loaded.muscles)} muscles: " + ", ".join(loaded.muscles))


@app.command()
def build(
    tables: Annotated[Path, typer.Argument(help="Folder of the tables, such as config/models/forearm_hand.")],
    output: Annotated[Path | None, typer.Option(help="The .osim file; default: next to the folder.")] = None,
    real_inertia: Annotated[
        bool, typer.Option("--real-inertia", help="Real inertia of light bodies, for implicit integration.")
    ] = False,
) -> None:
    """Build an OpenSim model from a folder of tables."""
    from ..musculoskeletal.opensim.build import write_model

    print(f"wrote {write_model(tables, output, real_inertia)}")


@app.command()
def convert(
    model: Annotated[Path, typer.Argument(help="The .osim file.")],
    output: Annotated[Path, typer.Option(help="The .osim file to write.")] = Path("converted.osim"),
    samples: Annotated[int, typer.Option(help="Random poses to which the polynomials are fitted.")] = 1000,
) -> None:
    """Convert an OpenSim model to elements that every engine supports, and report what changes and how exactly.

    Paths that wrap or move become polynomials of the joint angles.
    """
    from rich.console import Console
    from rich.table import Table

    from ..musculoskeletal.opensim.convert import convert as convert_model
    from .progress import progress_bars

    with progress_bars() as progress:
        found = convert_model(model, output, samples, progress)
    console = Console()
    table = Table("muscle", "was", "length, mm RMS", "greatest", "moment arm, mm RMS", "greatest")
    for path in found.fitted:
        errors = [f"{1e3 * value:.2f}" for value in (*path.length, *path.arm)]
        table.add_row(path.muscle, path.replaced, *errors)
    if found.fitted:
        console.print(table)
    console.print(f"{len(found.kept)} of {len(found.kept) + len(found.fitted)} paths are unchanged.")
    for title, names in {"forces left out": found.left_out, "coordinates locked": found.locked}.items():
        if names:
            console.print(f"{title}: {', '.join(names)}")
    print(f"wrote {output}")


@app.command()
def draw(
    pose: Annotated[list[str], typer.Argument(help="Named poses, or sums of poses such as grasp+flex45.")],
    model: Model = "forearm_hand",
    poses: Annotated[str, typer.Option(help="Pose table: a name in config/movements, or a path.")] = "poses",
    view: Annotated[str, typer.Option(help="Views for a hand or a leg: hand or leg.")] = "hand",
    output: Annotated[Path, typer.Option(help="Path of the picture.")] = Path("poses.png"),
) -> None:
    """Draw a model in named poses, with muscles coloured by the activation that holds the pose."""
    from ..figures.pose_figure import VIEWS, HeldPose, pose_figure
    from ..motion import load_poses
    from ..musculoskeletal import Effort, MusculoskeletalModel, holding_activation, named_position

    if view not in VIEWS:
        raise InvalidInput("--view", view, "one of " + ", ".join(VIEWS))
    loaded = MusculoskeletalModel(config_file(model, ".osim", "models"))
    table = load_poses(config_file(poses, folder="movements"))
    positions = [named_position(loaded, table, name) for name in pose]
    held = [
        HeldPose(name, position, holding_activation(loaded, position, Effort()))
        for name, position in zip(pose, positions, strict=True)
    ]
    pose_figure(loaded, held, VIEWS[view]).savefig(output, dpi=110)
    print(f"wrote {output}")
