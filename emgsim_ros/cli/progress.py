"""Progress bars of long commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich import progress as rich_progress

from ..jobs.progress import Progress


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Show a bar for each stage of the work in the ``with`` block, with its latest note and the time that is left.

    Yields:
        The function to which the work reports its progress.
    """
    bars = rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TextColumn("{task.fields[note]}"),
        rich_progress.TimeRemainingColumn(),
    )
    tasks: dict[str, rich_progress.TaskID] = {}

    def report(stage: str, done: float, total: float, note: str = "") -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total, note=note)
        bars.update(tasks[stage], completed=done, total=total, note=note)

    with bars:
        yield report
