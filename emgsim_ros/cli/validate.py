"""``emgsim validate``: compare a recording with the simulation of the same situation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..files.resources import config_file
from .progress import progress_bars


def validate(
    recording: Annotated[
        Path,
        typer.Argument(help="Bag, session or simulation file, BDF, EDF, CSV, MATLAB file of OT BioLab, or a folder."),
    ],
    situation: Annotated[
        str,
        typer.Option(help="Muscles, level of contraction and electrodes: a name in config/validation or a path."),
    ],
    output: Annotated[Path, typer.Option(help="Folder of report.html and report.json.")] = Path("report"),
) -> None:
    """Simulate the situation of a recording and compare both: measures, and a classifier that separates them."""
    from ..figures.validation_figure import comparison_figures
    from ..validation.comparison import compare
    from ..validation.report import measured_text, verdict, write_report
    from ..validation.situation import load_situation

    loaded = load_situation(config_file(situation, folder="validation"))
    with progress_bars() as progress:
        comparison = compare(recording, loaded, progress)
    table = Table("", "recorded", "simulated", "difference", title=loaded.name)
    for row in comparison.rows:
        difference = "" if row.difference is None else f"{row.difference:+.1f}"
        name = f"{row.name}, {row.unit}" if row.unit else row.name
        table.add_row(name, measured_text(row.recorded), measured_text(row.simulated), difference)
    Console().print(table)
    print(verdict(comparison))
    page, numbers = write_report(comparison, comparison_figures(comparison), output)
    print(f"wrote {page} and {numbers}")
