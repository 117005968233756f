"""``emgsim fit``: a virtual subject fitted to a recording of a person."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..parts import part_names
from .progress import progress_bars

if TYPE_CHECKING:
    from ..fitting.person import FittedPerson


def fit(
    recording: Annotated[Path, typer.Argument(help="The calibration: a file or folder, see `emgsim validate`.")],
    situation: Annotated[
        Path,
        typer.Option(help="Electrodes, muscles and contractions of the recording (YAML), as for `emgsim validate`."),
    ],
    output: Annotated[Path, typer.Option(help="Subject file to write (.yaml).")],
    evaluations: Annotated[int, typer.Option(help="Greatest number of evaluations.", min=10)] = 600,
    minutes: Annotated[float, typer.Option(help="Greatest duration, minutes; 0: no limit.", min=0.0)] = 0.0,
    circumference: Annotated[
        float, typer.Option(help="Measured circumference of the limb at the electrodes, cm; 0: it is fitted.", min=0.0)
    ] = 0.0,
    any_turn: Annotated[
        bool, typer.Option("--any-turn", help="The rotation of the electrodes around the limb is unknown.")
    ] = False,
    generator: Annotated[
        str, typer.Option(help="Potential model: one of " + ", ".join(part_names("potentials")) + ".")
    ] = "",
    name: Annotated[str, typer.Option(help="Name of the person; default that of the output.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of the search and of the person's motor units.", min=0)] = 1,
    simulate: Annotated[
        bool, typer.Option(help="Also simulate the held-out part and compare all features of `emgsim validate`.")
    ] = True,
) -> None:
    """Fit anatomy, strength and noise of a virtual subject to a short calibration of a person."""
    from ..fitting.calibration import load_calibration
    from ..fitting.person import FitSettings, fit_person, simulated_distances
    from ..subjects.subject_file import write_subject
    from ..validation import load_situation

    calibration = load_calibration(recording, load_situation(situation))
    settings = FitSettings(evaluations, minutes, circumference * 1e-2, generator, any_turn, seed)
    with progress_bars() as progress:
        person = fit_person(calibration, name or output.stem, recording.name, settings, progress)
        if simulate:
            found = simulated_distances(calibration, person, progress)
            card = {
                **person.subject.fitted,
                "features of a simulation, held-out part": {key: round(value, 4) for key, value in found.items()},
            }
            person = dataclasses.replace(person, subject=dataclasses.replace(person.subject, fitted=card))
    write_subject(person.subject, output)
    _show(person)
    print(f"wrote {output}")


def _show(person: FittedPerson) -> None:
    """Print the fitted quantities and the card."""
    values = person.quantities.values(person.result.vector)
    table = Table("quantity", "usual", "fitted", "unit", "SD from usual", title=f"Subject {person.subject.name}")
    for one, z in zip(person.quantities.quantities, person.result.vector, strict=True):
        table.add_row(one.name, f"{one.usual:.4g}", f"{values[one.name]:.4g}", one.unit, f"{z:+.2f}")
    console = Console()
    console.print(table)
    distances = Table("distance", "standard subject", "fitted subject")
    for key, row in person.subject.fitted.items():
        if isinstance(row, dict) and set(row) == {"standard", "fitted"}:
            distances.add_row(key, f"{row['standard']:.3f}", f"{row['fitted']:.3f}")
    for aspect, row in person.subject.fitted["held-out part by aspect"].items():
        distances.add_row(f"  {aspect}, held-out part", f"{row['standard']:.3f}", f"{row['fitted']:.3f}")
    console.print(distances)
