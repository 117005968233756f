"""An experiment's folder: the checkpoint to go on from, and the losses so far."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from .claims import require_same_plan
from .csv_log import append_row

CHECKPOINT = "checkpoint.pt"
LOSSES = "losses.csv"


class Experiment:
    """A training that can be interrupted.

    Args:
        folder: Of the experiment; made if there is none.
        plan: How it is trained; an experiment goes on with the same plan only.
    """

    def __init__(self, folder: Path, plan: dict[str, Any]) -> None:
        self._folder, self._plan = folder, plan
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self, device: str) -> dict[str, Any] | None:
        """What was saved last; None at the beginning.

        Raises:
            InvalidInput: The folder holds an experiment of another plan.
        """
        path = self._folder / CHECKPOINT
        if not path.exists():
            return None
        content: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        require_same_plan(content["plan"], self._plan, str(self._folder))
        return content

    def save(self, content: dict[str, Any]) -> None:
        """Keep states of networks and optimisers; a kill leaves the old checkpoint or the new one."""
        part = self._folder / (CHECKPOINT + ".part")
        torch.save({**content, "plan": self._plan}, part)
        part.replace(self._folder / CHECKPOINT)

    def log(self, stage: str, epoch: int, loss: float, held_out: float) -> None:
        """Append a line to the losses."""
        losses = {"training": f"{loss:.6f}", "held_out": f"{held_out:.6f}"}
        append_row(self._folder / LOSSES, {"stage": stage, "epoch": epoch, **losses})
