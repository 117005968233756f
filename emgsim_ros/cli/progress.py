"""Progress bars of long commands."""

from __future__ import annotations

from collections.abc import Callable

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


def bars() -> Progress:
    """Bars that say how far a long command is and how long it will take."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
    )


def stages(progress: Progress) -> Callable[..., None]:
    """A report with a bar for each stage: called with its name, steps done, steps in all and, if known, an error."""
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int, error: float = float("nan")) -> None:
        if stage not in tasks:
            tasks[stage] = progress.add_task(stage, total=total, note="")
        progress.update(tasks[stage], completed=done, note="" if error != error else f"error {error:.4f}")

    return report
