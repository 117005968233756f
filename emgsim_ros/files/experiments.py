"""The folder of an experiment: the checkpoint from which it is continued, and the losses so far."""

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
        folder: Folder of the experiment; it is made if it does not exist.
        plan: Plan of the training; an experiment is continued under the same plan only.
    """

    def __init__(self, folder: Path, plan: dict[str, Any]) -> None:
        self._folder, self._plan = folder, plan
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self, device: str) -> dict[str, Any] | None:
        """Return the content of the latest checkpoint; None if there is no checkpoint.

        Args:
            device: Torch device for the tensors.

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
        """Write a checkpoint; if the process is killed meanwhile, the previous one remains.

        Args:
            content: States of networks and optimisers, and numbers.
        """
        part = self._folder / (CHECKPOINT + ".part")
        torch.save({**content, "plan": self._plan}, part)
        part.replace(self._folder / CHECKPOINT)

    def log(self, stage: str, epoch: int, loss: float, held_out: float) -> None:
        """Append the training loss and the held-out loss of an epoch to the file of losses."""
        losses = {"training": f"{loss:.6f}", "held_out": f"{held_out:.6f}"}
        append_row(self._folder / LOSSES, {"stage": stage, "epoch": epoch, **losses})
