"""The first stage of the generator's training, on the volume conductor's transfer functions of some arms.

The principal components of the transfer functions become the generator's functions of the spatial frequency, and its
network is trained to compute their coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...jobs.progress import Progress, no_progress
from ..conductor.limb_conductor import FREQUENCIES
from ..conductor.source import rosenfalck_slope
from ..conductor.volume_conductor import disc_electrode, surface_transfer
from .dataset import DEPTHS
from .examples import MuapExamples
from .generator import ORDERS, MuapGenerator, static_fading
from .identity import arm_of, depth_range

Array = NDArray[np.float64]

DEPTHS_PER_ARM = 16  # depths of the source for each arm
REPORT_STEPS = 100  # steps from one progress report to the next
SHARPEST_SCATTER = 0.001  # m, of the sharpest unit; its source spectrum weights the spatial frequencies


@dataclass(frozen=True)
class Transfers:
    """Transfer functions of sources: the inputs of the network, and [sources, orders, frequencies] values."""

    depth: Tensor
    arm: Tensor
    transfer: Tensor


def transfers_of(examples: MuapExamples, arms: int, seed: int, progress: Progress = no_progress) -> Transfers:
    """Compute the conductor's transfer functions of some training arms, at `DEPTHS_PER_ARM` depths each.

    Args:
        examples: The data set.
        arms: Number of arms.
        seed: Seed of the arms and depths.
        progress: Receives the number of arms that are done.
    """
    rng = np.random.default_rng(seed)
    rows = examples.splits[0]
    _, first = np.unique(examples.arm[rows], return_index=True)
    chosen = rows[np.sort(rng.permutation(first)[:arms])]
    orders = np.arange(float(ORDERS))
    depths, inputs, transfers = [], [], []
    for done, row in enumerate(chosen):
        traits, diameter = examples.traits[row], examples.diameter[row]
        low, high = (float(ends[0]) for ends in depth_range(traits[None]))
        depth = rng.uniform(max(low, DEPTHS[0]), min(high, DEPTHS[1]), DEPTHS_PER_ARM)
        cylinder = arm_of(traits)
        transfer = surface_transfer(cylinder, cylinder.skin_radius - depth, orders, FREQUENCIES)
        transfer *= disc_electrode(diameter / 2, cylinder.skin_radius, orders, FREQUENCIES)
        transfer[:, 1:] *= 2.0
        arm = [cylinder.skin_radius, traits[1], traits[2], cylinder.bone_radius, diameter]
        depths.append(depth)
        inputs.append(np.tile(arm, (DEPTHS_PER_ARM, 1)))
        transfers.append(transfer)
        progress("arms", done + 1, len(chosen))
    return Transfers(*(torch.from_numpy(np.concatenate(parts)).float() for parts in (depths, inputs, transfers)))


def source_spectrum() -> Array:
    """Return the [frequencies] magnitude of the source, which weights the errors of the transfer functions."""
    behind = np.arange(0.0, 0.04, 1e-5)
    spectrum = np.abs(np.exp(-1j * FREQUENCIES[:, None] * behind) @ rosenfalck_slope(behind)) * 1e-5
    return FREQUENCIES * spectrum * np.exp(-0.5 * (FREQUENCIES * SHARPEST_SCATTER) ** 2)


def set_spectra(network: MuapGenerator, transfers: Transfers) -> Tensor:
    """Set the network's functions of the spatial frequency to the principal components of the transfer functions.

    Returns:
        [sources, orders, components] coefficients of the transfer functions in these components.
    """
    weight = torch.from_numpy(source_spectrum()).float()
    weighted = transfers.transfer * weight
    size = weighted.square().sum((1, 2), keepdim=True).sqrt()
    flat = (weighted / size).flatten(0, 1)
    _, directions = torch.linalg.eigh((flat.T @ flat).double())
    components = directions.flip(1)[:, : network.size.components].float()
    with torch.no_grad():
        network.spectra.copy_((components / weight[:, None]).T)
    coefficients = weighted @ components
    fading = static_fading(transfers.depth, transfers.arm[:, 0])
    network.output_mean = (coefficients / fading).mean(0)
    network.output_scale = (coefficients / fading).std(0)
    return coefficients


def train_on_transfers(
    network: MuapGenerator, transfers: Transfers, steps: int, rate: float, progress: Progress = no_progress
) -> None:
    """Train the network to compute the coefficients of the transfer functions.

    Args:
        network: The generator; it is changed in place.
        transfers: The transfer functions.
        steps: Number of steps.
        rate: Initial learning rate of Adam; it falls to 0 as half a cosine.
        progress: Receives the number of steps, and the error every `REPORT_STEPS` steps.
    """
    device = network.spectra.device
    wanted = set_spectra(network.cpu(), transfers).to(device)
    network.to(device)
    depth, arm = transfers.depth.to(device), transfers.arm.to(device)
    size = wanted.square().sum((1, 2))
    optimizer = torch.optim.Adam(network.network.parameters(), rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step in range(steps):
        error = ((network.transfer(depth, arm) - wanted).square().sum((1, 2)) / size).mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        schedule.step()
        if step % REPORT_STEPS == REPORT_STEPS - 1:
            progress("start", step + 1, steps, f"error {float(error.detach()) ** 0.5:.4f}")
