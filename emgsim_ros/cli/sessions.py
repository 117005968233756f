"""``emgsim sessions``: recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="Recordings.", no_args_is_help=True)


@app.callback()
def sessions() -> None:
    """Recordings."""


@app.command()
def info(bag: Annotated[Path, typer.Argument(help="Folder of a bag.")]) -> None:
    """Show what a bag holds."""
    from ..sessions.reading import bag_contents  # reads all ROS types: slow to import

    contents = bag_contents(bag)
    table = Table(title=f"{bag}: {contents.duration:.1f} s")
    for column in ("topic", "type", "messages"):
        table.add_column(column, justify="right" if column == "messages" else "left")
    for topic in contents.topics:
        table.add_row(topic.name, topic.type_name, str(topic.messages))
    Console().print(table)
