"""One step of gradient descent, as every training of this package makes it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

GRADIENT_NORM = 1.0  # largest norm of the gradient of a step; a longer one is scaled down to it


def set_cosine_rate(optimizer: torch.optim.Optimizer, first: float, done: float, total: float = 1.0) -> None:
    """Set the learning rate to its value after ``done`` of ``total``: it falls from ``first`` to 0 as half a cosine.

    Loshchilov & Hutter 2017 (SGDR), without restarts.

    Args:
        optimizer: Every parameter group gets the rate.
        first: Learning rate at the beginning.
        done: What is done of the training, in any unit.
        total: The whole training, in the same unit.
    """
    for group in optimizer.param_groups:
        group["lr"] = float(first * 0.5 * (1 + np.cos(np.pi * done / total)))


def descend(optimizer: torch.optim.Optimizer, network: nn.Module, loss: Tensor) -> float:
    """Make one step that lowers the loss, with the gradient's norm limited to `GRADIENT_NORM`.

    Args:
        optimizer: Of the network's parameters.
        network: Its gradient is limited.
        loss: Scalar, computed by the network.

    Returns:
        The loss before the step.
    """
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_NORM)
    optimizer.step()
    return float(loss.detach())
