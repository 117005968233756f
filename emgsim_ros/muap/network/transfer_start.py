"""The start of the generator's training: it learns the conductor's transfer functions of some arms directly.

Their principal components become the generator's functions of the spatial frequency, and its network learns their
coefficients.
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

DEPTHS_PER_ARM = 16
REPORT_STEPS = 100  # steps from one progress report to the next
SHARPEST_SCATTER = 0.001  # m; the source spectrum of the sharpest unit weighs the spatial frequencies


@dataclass(frozen=True)
class Transfers:
    """Transfer functions for a start: inputs of the network, and [sources, orders, frequencies]."""

    depth: Tensor
    arm: Tensor
    transfer: Tensor


def transfers_of(examples: MuapExamples, arms: int, seed: int, progress: Progress = no_progress) -> Transfers:
    """The conductor's transfer functions of some of the training arms, at several depths each."""
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
    """[frequencies] magnitude of the source, by which errors of the transfer count."""
    behind = np.arange(0.0, 0.04, 1e-5)
    spectrum = np.abs(np.exp(-1j * FREQUENCIES[:, None] * behind) @ rosenfalck_slope(behind)) * 1e-5
    return FREQUENCIES * spectrum * np.exp(-0.5 * (FREQUENCIES * SHARPEST_SCATTER) ** 2)


def set_spectra(network: MuapGenerator, transfers: Transfers) -> Tensor:
    """Put the principal components of the transfer functions into the network.

    Returns:
        [sources, orders, components] the coefficients of the transfer functions in them.
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


def learn_transfers(
    network: MuapGenerator, transfers: Transfers, steps: int, rate: float, progress: Progress = no_progress
) -> None:
    """The start: the network learns the coefficients of the transfer functions."""
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
