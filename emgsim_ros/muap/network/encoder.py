"""Estimation of a unit's traits and conditions from its potential.

A small convolutional network makes a first estimate. A few Levenberg-Marquardt steps through the generator refine it.
Quantities that a potential does not determine keep their first estimate; for example, the length of a muscle's fibres
and their relative length only enter as a product.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..conditions import CONDITIONS
from .identity import TRAITS

HARMONICS = 9  # angular orders 0 to 8, the input of the network
ANGLE = 2  # column of the angle among the conditions
UNKNOWNS = len(TRAITS) + len(CONDITIONS)


class MuapEncoder(nn.Module):
    """The network of the first estimate, for potentials of one size of grid and one number of samples.

    Args:
        rows: Number of electrodes along the limb.
        samples: Number of samples of a potential.
        width: Number of channels of the convolutions.
    """

    def __init__(self, rows: int, samples: int, width: int = 96) -> None:
        super().__init__()
        channels = rows * (2 * HARMONICS - 1)
        self.convolutions = nn.Sequential(
            nn.Conv1d(channels, width, 7, stride=2, padding=3),
            nn.SiLU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.SiLU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.SiLU(),
        )
        features = width * -(-samples // 8) + 1
        self.head = nn.Sequential(
            nn.Linear(features, 256), nn.SiLU(), nn.Linear(256, 256), nn.SiLU(), nn.Linear(256, UNKNOWNS)
        )

    def forward(self, potentials: Tensor) -> Tensor:
        """Estimate traits and conditions.

        Args:
            potentials: [num, rows, columns, samples] potentials, mV.

        Returns:
            [num, 11 + 6] traits and conditions as shares of their ranges; the angle as a share of the circumference.
        """
        centre = middle_angle(potentials)
        size = potentials.square().mean((1, 2, 3)).sqrt().clamp_min(1e-12)
        features = self.convolutions(harmonics(potentials / size[:, None, None, None], centre)).flatten(1)
        guess = self.head(torch.cat([features, size.log()[:, None] / 5], dim=1))
        angle = centre / (2 * torch.pi) + guess[:, len(TRAITS) + ANGLE] - 0.5
        column = len(TRAITS) + ANGLE
        return torch.cat([guess[:, :column], angle[:, None], guess[:, column + 1 :]], dim=1)


def middle_angle(potentials: Tensor) -> Tensor:
    """Return the [num] mean angle (rad) of the energy of [num, rows, columns, samples] potentials."""
    energy = potentials.square().sum((1, 3))
    angles = 2 * torch.pi * torch.arange(energy.shape[1], device=energy.device) / energy.shape[1]
    return torch.atan2(energy @ torch.sin(angles), energy @ torch.cos(angles))


def harmonics(potentials: Tensor, centre: Tensor) -> Tensor:
    """Return the [num, rows x harmonics, samples] Fourier series of potentials around the limb, about [num] angles."""
    columns = potentials.shape[2]
    angles = 2 * torch.pi * torch.arange(columns, device=centre.device) / columns - centre[:, None]
    waves = [torch.ones_like(angles)]
    for order in range(1, HARMONICS):
        waves += [torch.cos(order * angles), torch.sin(order * angles)]
    basis = torch.stack(waves, dim=1) / columns  # [num, harmonics, columns]
    return torch.einsum("nhc,nrct->nrht", basis, potentials).flatten(1, 2)
