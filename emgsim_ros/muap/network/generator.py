"""The generator: motor-unit action potentials from a network trained on the volume conductor.

For every angular order n, the response of the volume conductor to a source is a smooth function of the spatial
frequency k. A small number of functions phi_r(k) spans these responses for all limbs and depths:

    H_n(k; depth, arm) = sum_r c_nr(depth, arm) phi_r(k)

The number of functions is `GeneratorSize.components`, which is ten in the shipped network. A small network computes c,
and the phi are trained with it. The rest of a potential is known exactly and cheap to compute: the response of each
phi_r to the source along the fibres, [rows, time], for which `conductor.source` has a closed form, and the sum over r
and n at each column. A potential is thus a matrix product whose rank is the number of components, instead of a volume
of convolutions. One further component is the far field that the sum over the spatial frequencies leaves out
(`conductor.limb_conductor`), which is known as well.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..conductor.limb_conductor import FREQUENCIES, TO_MILLIVOLT, WINDOW
from ..conductor.source import AHEAD, EXTINCT, REACH, starting_waves, travelling_wave
from ..limb.anatomy import FiberConstants
from .identity import UnitBatch, standard_anatomy

ORDERS = 33  # angular orders 0 to 32
SOURCE_STEP = 0.002  # m, approximate distance between points of the source
BEHIND_STEP = 0.0001  # m, step of the table of travelling waves
KERNEL_STEP = 0.0005  # m, step of the table of the kernels along the limb
ENDS = 4.0  # standard deviations beyond the mean fibre end that no fibre reaches
BATCH = 32  # units per batch; their sources fit into the processor's cache

# Five-point Gauss-Hermite rule for the depth of a unit's fibres.
NODES = (-2.856970, -1.355626, 0.0, 1.355626, 2.856970)
WEIGHTS = (0.0112574, 0.2220759, 0.5333333, 0.2220759, 0.0112574)

# Ranges of the network's inputs, which are scaled to -1 to 1: skin radius, depth below the fat, fat, skin, bone radius
# and electrode diameter, m.
INPUT_LOW = (0.030, 0.0, 0.001, 0.001, 0.0045, 0.001)
INPUT_HIGH = (0.052, 0.030, 0.008, 0.002, 0.0146, 0.008)


@dataclass(frozen=True)
class GeneratorSize:
    """Size of the network.

    Attributes:
        components: Number of components r.
        width: Number of units of a hidden layer.
        layers: Number of hidden layers.
    """

    components: int = 8
    width: int = 128
    layers: int = 3


@dataclass(frozen=True)
class TorchUnits:
    """An `identity.UnitBatch` as tensors; its fields have the same meaning and units."""

    fibers: Tensor
    depth: Tensor
    angle: Tensor
    depth_spread: Tensor
    angle_spread: Tensor
    correlation: Tensor
    zone: Tensor
    proximal: Tensor
    distal: Tensor
    velocity: Tensor
    innervation_scatter: Tensor
    end_scatter: Tensor
    skin_radius: Tensor
    fat: Tensor
    skin: Tensor
    bone_radius: Tensor

    @classmethod
    def of(cls, units: UnitBatch, device: torch.device) -> TorchUnits:
        """Convert a batch of units to tensors of single precision on a device."""
        return cls(
            **{
                field.name: torch.as_tensor(getattr(units, field.name), dtype=torch.float32, device=device)
                for field in fields(cls)
            }
        )


@dataclass(frozen=True)
class Recording:
    """Electrodes and times of potentials.

    Attributes:
        heights: [rows] positions along the limb, evenly spaced and descending, m.
        angles: [columns] angles around the limb, rad.
        diameter: [units] diameter of the electrodes, m.
        times: [times] since the discharge, s.
    """

    heights: Tensor
    angles: Tensor
    diameter: Tensor
    times: Tensor


class MuapGenerator(nn.Module):
    """The network.

    Args:
        size: Size of the network.
        fiber: Constants of the muscle fibres.
    """

    def __init__(self, size: GeneratorSize, fiber: FiberConstants) -> None:
        super().__init__()
        self.size = size
        self.gain = fiber.conductivity * np.pi * fiber.diameter**2 / 4 * TO_MILLIVOLT
        self.spectra = nn.Parameter(torch.zeros(size.components, len(FREQUENCIES)))
        outputs = ORDERS * size.components
        widths = [len(INPUT_LOW), *[size.width] * size.layers]
        hidden: list[nn.Module] = []
        for before, after in itertools.pairwise(widths):
            hidden += [nn.Linear(before, after), nn.SiLU()]
        self.network = nn.Sequential(*hidden, nn.Linear(size.width, outputs))
        self.register_buffer("output_mean", torch.zeros(ORDERS, size.components))
        self.register_buffer("output_scale", torch.ones(ORDERS, size.components))
        self._table: Tensor | None = None

    def forward(self, units: TorchUnits, recording: Recording) -> Tensor:
        """Return the [units, rows, columns, times] potentials, mV."""
        around = self.around(units, recording.angles, recording.diameter)
        return torch.matmul(around[:, None], self.along(units, recording.heights, recording.times))

    def transfer(self, depth: Tensor, arm: Tensor) -> Tensor:
        """Return the [..., orders, components] coefficients c.

        Args:
            depth: [...] depth of the source below the skin, m.
            arm: [..., 5] skin radius, fat, skin, bone radius, electrode diameter, m.
        """
        radius, fat, skin = arm[..., 0], arm[..., 1], arm[..., 2]
        inputs = torch.stack([radius, depth - fat - skin, fat, skin, arm[..., 3], arm[..., 4]], dim=-1)
        low, high = (torch.tensor(ends, device=depth.device) for ends in (INPUT_LOW, INPUT_HIGH))
        outputs = self.network(2 * (inputs - low) / (high - low) - 1).unflatten(-1, (ORDERS, -1))
        return static_fading(depth, radius) * (self.output_mean + self.output_scale * outputs)

    def around(self, units: TorchUnits, angles: Tensor, diameter: Tensor) -> Tensor:
        """Return the [units, columns, components + 1] factor of each component and of the far field at each column."""
        nodes = depth_nodes(units)
        arm = torch.stack([units.skin_radius, units.fat, units.skin, units.bone_radius, diameter], dim=-1)
        transfer = self.transfer(nodes, arm[:, None].expand(-1, len(NODES), -1))
        orders = torch.arange(float(ORDERS), device=angles.device)
        even, odd = territory_harmonics(units, orders)
        cosines, sines = torch.cos(orders * angles[:, None]), torch.sin(orders * angles[:, None])
        even, odd = (torch.einsum("uqn,uqnr->unr", harmonic, transfer) for harmonic in (even, odd))
        far = (1 / axial_conductance(units))[:, None, None].expand(-1, len(angles), 1)
        return torch.cat([cosines @ even + sines @ odd, far], dim=2)

    def along(self, units: TorchUnits, heights: Tensor, times: Tensor) -> Tensor:
        """Return the [units, rows, components + 1, times] contribution of each to each row, mV at factor 1."""
        spacing = float(heights[0] - heights[1]) if len(heights) > 1 else SOURCE_STEP
        per_row = max(1, round(spacing / SOURCE_STEP))
        step = spacing / per_row
        longest = float((torch.maximum(units.proximal, units.distal) + ENDS * units.end_scatter).max())
        points = max(1, int(np.ceil(longest / step)))
        distance = (torch.arange(points, device=times.device) + 0.5) * step
        source = travelling_source(units, distance, times)
        kernel = self._kernel(units, heights, per_row, step, distance)
        return torch.matmul(kernel, source).unflatten(1, (len(heights), -1))

    def _kernel(self, units: TorchUnits, heights: Tensor, per_row: int, step: float, distance: Tensor) -> Tensor:
        """Return the [units, rows x components, points] effect of the source at both distances from the zone."""
        rows, points = len(heights), len(distance)
        # Kernels at all differences between a row and a source point; all positions are multiples of `step` apart.
        count = (rows - 1) * per_row + 2 * points
        first = heights[-1] - units.zone - (points - 0.5) * step
        lag = first[:, None] + step * torch.arange(count, device=distance.device)
        kernels = self.kernels_at(lag)  # [units, lags, components + 1]
        row = (rows - 1 - torch.arange(rows, device=distance.device)) * per_row
        point = torch.arange(points, device=distance.device)
        above = row[:, None] + points - 1 - point  # lag of the row less distance
        below = row[:, None] + points + point  # lag of the row plus distance
        scatter = units.end_scatter[:, None]
        proximal, distal = (
            reaching(to - distance, scatter) * reaching(away + distance, scatter)
            for to, away in (
                (units.proximal[:, None], units.distal[:, None]),
                (units.distal[:, None], units.proximal[:, None]),
            )
        )
        scale = (units.fibers * (self.gain * step))[:, None]
        effect = (
            kernels[:, below] * (distal * scale)[:, None, :, None]
            - kernels[:, above] * (proximal * scale)[:, None, :, None]
        )
        return effect.transpose(2, 3).flatten(1, 2)

    def kernels_at(self, lag: Tensor) -> Tensor:
        """Return the [units, lags, components + 1] kernels along the limb at [units, lags] (m).

        Those of the components have the period `WINDOW` and are interpolated in a fine table.
        """
        half = round(WINDOW / 2 / KERNEL_STEP)
        table = self._kernel_table(half)
        place = torch.remainder(lag / KERNEL_STEP + half, 2 * half).clamp(0, 2 * half - 1e-3)
        below = place.long()
        share = (place - below)[..., None]
        far = -lag.clamp(-WINDOW, WINDOW)[..., None] / WINDOW
        return torch.cat([torch.lerp(table[below], table[below + 1], share), far], dim=-1)

    def _kernel_table(self, half: int) -> Tensor:
        """Return the [2 half + 1, components] kernels around lag 0; the table is cached except during training."""
        if self._table is not None and not self.training and self._table.device == self.spectra.device:
            return self._table
        frequencies = torch.as_tensor(FREQUENCIES, dtype=torch.float32, device=self.spectra.device)
        lag = KERNEL_STEP * torch.arange(-half, half + 1, device=self.spectra.device)
        wave = -torch.sin(lag[:, None] * frequencies) * frequencies * (2 / (2 * np.pi * WINDOW))
        self._table = wave @ self.spectra.T
        return self._table

    @torch.inference_mode()
    def potentials(
        self,
        units: UnitBatch,
        heights: NDArray[np.float64],
        angles: NDArray[np.float64],
        diameter: float,
        times: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        """Compute the potentials of any number of units.

        Args:
            units: The units.
            heights: [rows] positions along the limb, evenly spaced and descending, m.
            angles: [columns] angles around the limb, rad.
            diameter: Diameter of the electrodes, m.
            times: [times] since the discharge, s.

        Returns:
            [units, rows, columns, times] potentials, mV.
        """
        device = self.spectra.device
        rows, columns, samples = (
            torch.as_tensor(values, dtype=torch.float32, device=device) for values in (heights, angles, times)
        )
        result = torch.empty((len(units), len(heights), len(angles), len(times)), device=device)
        for start in range(0, len(units), BATCH):
            part = TorchUnits.of(units[start : start + BATCH], device)
            recording = Recording(rows, columns, torch.full_like(part.depth, diameter), samples)
            result[start : start + BATCH] = self(part, recording)
        return result.cpu().numpy()


def axial_conductance(units: TorchUnits) -> Tensor:
    """Return [units] `LayeredCylinder.axial_conductance` of the units' limbs, S m."""
    layers, radius = standard_anatomy().cylinder, units.skin_radius
    rings = (
        (layers.bone, torch.zeros_like(radius), units.bone_radius),
        (layers.muscle_along, units.bone_radius, radius - units.fat - units.skin),
        (layers.fat, radius - units.fat - units.skin, radius - units.skin),
        (layers.skin, radius - units.skin, radius),
    )
    total = torch.zeros_like(radius)
    for conductivity, inner, outer in rings:
        total = total + conductivity * (outer**2 - inner**2)
    return math.pi * total


def static_fading(depth: Tensor, radius: Tensor) -> Tensor:
    """Return [..., orders, 1] (r / R)^n, the decay of the static field of order n from [...] depth (m) to the skin."""
    orders = torch.arange(float(ORDERS), device=depth.device)
    return torch.exp(orders * torch.log1p(-depth / radius)[..., None])[..., None]


def depth_nodes(units: TorchUnits) -> Tensor:
    """Return [units, nodes] depths (m) within the muscle at which a unit's fibres are evaluated."""
    nodes = units.depth[:, None] + units.depth_spread[:, None] * torch.tensor(NODES, device=units.depth.device)
    shallowest = (units.fat + units.skin)[:, None]
    deepest = (units.skin_radius - units.bone_radius)[:, None]
    return torch.minimum(torch.maximum(nodes, shallowest), deepest)


def territory_harmonics(units: TorchUnits, orders: Tensor) -> tuple[Tensor, Tensor]:
    """Return the [units, nodes, orders] mean cos(n angle) and sin(n angle) of the fibres at each depth, weighted.

    Depth and angle are jointly normal: at a given depth the angle is normal about a mean that depends on the depth.
    """
    nodes = torch.tensor(NODES, device=orders.device)
    mean = units.angle[:, None] + (units.correlation * units.angle_spread)[:, None] * nodes
    rest = units.angle_spread**2 * (1 - units.correlation**2)
    blur = torch.exp(-0.5 * orders**2 * rest[:, None])[:, None]
    weight = torch.tensor(WEIGHTS, device=orders.device)[:, None] * blur
    phase = mean[..., None] * orders
    return weight * torch.cos(phase), weight * torch.sin(phase)


def travelling_source(units: TorchUnits, distance: Tensor, times: Tensor) -> Tensor:
    """Return the [units, points, times] mean slope of the action potential (V/m) at ``distance`` (m) from the zone."""
    run = units.velocity[:, None, None] * times
    scatter = units.innervation_scatter
    near = int((distance < REACH * scatter.max()).sum())
    starting = starting_waves(distance[:near, None], run, scatter[:, None, None])
    low, high = -AHEAD * float(scatter.max()), EXTINCT + REACH * float(scatter.max())
    behind = torch.arange(low, high, BEHIND_STEP, device=times.device)
    table = travelling_wave(behind, scatter[:, None])
    table[:, -1] = 0.0
    place = ((run - distance[near:, None] - low) / BEHIND_STEP).clamp(0, len(behind) - 1.001)
    below = place.long()
    flat = below.flatten(1)
    passing = torch.lerp(torch.gather(table, 1, flat), torch.gather(table, 1, flat + 1), (place - below).flatten(1))
    return torch.cat([starting, passing.view_as(place)], dim=1)


def reaching(beyond: Tensor, scatter: Tensor) -> Tensor:
    """Return the share of the fibres that extend to a point ``beyond`` (m) short of their mean end."""
    return torch.special.ndtr(beyond / scatter)
