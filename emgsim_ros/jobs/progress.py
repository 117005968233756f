"""Progress of long work, in one form: training, simulation, recording, search and reading all report through it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A function that receives the progress of long work.

    Work consists of one or more stages that follow each other. The function is called from the process that started
    the work, with rising ``done`` within a stage; the last call of a stage may have ``done`` below ``total`` where the
    stage ended early.
    """

    def __call__(self, stage: str, done: float, total: float, note: str = "") -> None:
        """Receive one report.

        Args:
            stage: Name of the stage.
            done: What is done of it, in the stage's own unit (steps, files, seconds).
            total: What there is to do in this stage, in the same unit.
            note: The latest result, as text to show, such as ``error 0.0123``.
        """


def no_progress(stage: str, done: float, total: float, note: str = "") -> None:
    """Ignore every report: the default of functions that take a `Progress`."""
