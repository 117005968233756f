"""Loading emg2pose's published checkpoints (Lightning ``.ckpt``)."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...errors import InvalidInput
from .interface import PoseNetwork
from .neuropose import NeuroPose
from .vemg2pose import Vemg2Pose

PREFIX = "model."
PUBLISHED: Mapping[str, Callable[[], PoseNetwork]] = {
    "tracking_vemg2pose": lambda: Vemg2Pose("tracking"),
    "regression_vemg2pose": lambda: Vemg2Pose("regression"),
    "emg2pose_mlp": lambda: Vemg2Pose("mlp"),
    "regression_neuropose": NeuroPose,
}


def load_published(path: Path, kind: str = "") -> PoseNetwork:
    """Read the network of a published checkpoint, in evaluation mode.

    Only numbers are unpickled, so the checkpoint cannot run code.

    Args:
        path: The ``.ckpt`` file.
        kind: Name of a network in `PUBLISHED`; empty: the network whose parameters the file contains.

    Raises:
        InvalidInput: There is no such file, it is not a checkpoint, or it belongs to another network.
    """
    if kind and kind not in PUBLISHED:
        raise InvalidInput("checkpoint: kind", kind, "one of " + ", ".join(PUBLISHED))
    weights = _weights(path)
    for make in [PUBLISHED[kind]] if kind else PUBLISHED.values():
        network = make()
        own = {name: value.shape for name, value in network.state_dict().items()}
        if own == {name: value.shape for name, value in weights.items()}:
            network.load_state_dict(weights)
            return network.eval()
    raise InvalidInput(f"{path}: parameters", f"{len(weights)} of other names or shapes", kind or ", ".join(PUBLISHED))


def _weights(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise InvalidInput("checkpoint", str(path), "an existing .ckpt file")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise InvalidInput("checkpoint", str(path), f"a Lightning checkpoint of numbers alone ({first})") from None
    state = content.get("state_dict") if isinstance(content, dict) else None
    if not isinstance(state, dict):
        raise InvalidInput(f"{path}: content", type(content).__name__, "a mapping with state_dict")
    return {name.removeprefix(PREFIX): value for name, value in state.items() if name.startswith(PREFIX)}
