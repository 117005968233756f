"""The generator's potentials of many motor units of one limb at many fibre lengths, in any basis.

The numbers are those of `generator.MuapGenerator`, computed in an order that shares what several potentials have in
common:

- Over the time divided by the relative length, the action potentials of a unit have travelled equally far at every
  length. The source, and its projection on waveforms, is the same for all lengths; only the shares of the fibres that
  reach a point differ.
- The limb is the same for all units, so the response around it depends on the depth only, and a
  few polynomials represent it.
- The sums over points, components, columns and rows are matrix products, and a product with a pattern over the
  electrodes replaces the potential at every electrode. A reference electrode all around the limb is one pattern, and
  needs only the angular orders that do not cancel around the limb.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..limb.cylinder import LayeredCylinder
from ..limb.electrodes import ElectrodeGrid
from .generator import (
    ENDS,
    ORDERS,
    MuapGenerator,
    TorchUnits,
    depth_nodes,
    reaching,
    static_fading,
    territory_harmonics,
    travelling_source,
)
from .identity import UnitBatch

Array = NDArray[np.float64]

PART = 64  # units that are computed together
SOURCE_STEP = 0.0025  # m, distance between points of the source
POLYNOMIALS = 32  # polynomials in the depth that represent a limb's response
NEGLIGIBLE = 1e-6  # share of the largest angular order of the patterns, below which an order is left out


class LimbResponse:
    """The response of one limb to a source at any depth, for electrodes of one diameter.

    The network's part of it is smooth in the depth and is expanded in Chebyshev polynomials; the decay of the static
    field (`generator.static_fading`) is multiplied exactly.

    Args:
        generator: The generator.
        cylinder: Layers of the limb.
        diameter: Diameter of the electrodes, m.

    Attributes:
        far_field: Factor of the far field, 1/(S m).
    """

    @torch.inference_mode()
    def __init__(self, generator: MuapGenerator, cylinder: LayeredCylinder, diameter: float) -> None:
        device, skin = generator.spectra.device, cylinder.skin_radius
        arm = [skin, cylinder.fat_radius - cylinder.muscle_radius, skin - cylinder.fat_radius, cylinder.bone_radius]
        self._radius, self.far_field = torch.tensor(skin, device=device), 1 / cylinder.axial_conductance
        self._least, self._deepest = arm[1] + arm[2], arm[0] - arm[3]
        self._degrees = torch.arange(float(POLYNOMIALS), device=device)
        angle = (self._degrees + 0.5) * (math.pi / POLYNOMIALS)  # the zeros of the first polynomial that is left out
        depth = self._least + (self._deepest - self._least) * (torch.cos(angle) + 1) / 2
        inputs = torch.tensor([*arm, diameter], device=device).expand(len(depth), -1)
        smooth = generator.transfer(depth, inputs) / static_fading(depth, self._radius)
        weights = torch.cos(self._degrees[:, None] * angle) * (2 / POLYNOMIALS)
        weights[0] /= 2
        self._coefficients = torch.einsum("kd,dnr->nkr", weights, smooth)

    def mean(self, units: TorchUnits, orders: Tensor) -> Tensor:
        """Return the [units, components, 2, orders] mean response over the fibres of units, for some angular orders.

        The third axis is that of the cosines and sines around the limb.
        """
        depth = depth_nodes(units)
        harmonics = torch.stack(territory_harmonics(units, orders.to(depth.dtype)), dim=2)  # [units, nodes, 2, orders]
        fading = static_fading(depth, self._radius)[:, :, orders, 0]
        place = (2 * (depth - self._least) / (self._deepest - self._least) - 1).clamp(-1, 1)
        polynomials = torch.cos(torch.arccos(place)[..., None] * self._degrees)  # [units, nodes, polynomials]
        weighted = (harmonics * fading[:, :, None]).flatten(2)
        moments = torch.bmm(weighted.transpose(1, 2), polynomials).view(-1, len(orders), POLYNOMIALS)
        made = torch.bmm(moments.transpose(0, 1), self._coefficients[orders])  # [orders, units x 2, components]
        return made.view(len(orders), len(depth), 2, -1).permute(1, 3, 2, 0)


class UnitSources:
    """The sources of some motor units of one limb at many fibre lengths, which all electrodes have in common.

    Args:
        units: The units, with their fibres at relative length 1.
        relative_lengths: The relative fibre lengths.
        times: [samples] times since the discharge at relative length 1, s.
        device: Torch device.

    Attributes:
        distance: [points] distances from the innervation zone at which the sources are computed, m.
        samples: Number of samples.
        parts: The units, divided into parts of at most `PART`.
    """

    @torch.inference_mode()
    def __init__(self, units: UnitBatch, relative_lengths: Array, times: Array, device: torch.device) -> None:
        reach = np.maximum(units.proximal, units.distal).max() * relative_lengths.max() + ENDS * units.end_scatter.max()
        points = max(1, int(np.ceil(reach / SOURCE_STEP)))
        self.distance = (torch.arange(points, device=device) + 0.5) * SOURCE_STEP
        self.samples = len(times)
        moments = torch.as_tensor(times, dtype=torch.float32, device=device)
        self.parts = [
            SourcePart(units[first : first + PART], relative_lengths, self.distance, moments)
            for first in range(0, len(units), PART)
        ]


class SourcePart:
    """The sources of a few units.

    Args:
        units: The units, with their fibres at relative length 1.
        relative_lengths: The relative fibre lengths.
        distance: [points] distances from the innervation zone, m.
        times: [samples] times since the discharge at relative length 1, s.

    Attributes:
        units: The units as tensors.
        slope: [units, points, samples] slope of the action potential at every length, V/m.
    """

    def __init__(self, units: UnitBatch, relative_lengths: Array, distance: Tensor, times: Tensor) -> None:
        self.units = TorchUnits.of(units, distance.device)
        self.slope = travelling_source(self.units, distance, times)
        self._batch, self._relative, self._distance = units, relative_lengths, distance
        self._known: dict[tuple[int, ...], tuple[TorchUnits, Tensor]] = {}

    def __len__(self) -> int:
        return len(self._batch)

    def at(self, lengths: Sequence[int]) -> tuple[TorchUnits, Tensor]:
        """Return the [units x lengths] units at some lengths, and the shares of their fibres that reach a point.

        The shares are [units, sides, points, lengths]; the first side is that above the innervation zone.
        """
        key = tuple(lengths)
        if key not in self._known:
            self._known[key] = self._at(list(key))
        return self._known[key]

    def _at(self, lengths: list[int]) -> tuple[TorchUnits, Tensor]:
        count = len(self._batch)
        each = self._batch[np.repeat(np.arange(count), len(lengths))]
        units = TorchUnits.of(each.lengthened(np.tile(self._relative[lengths], count)), self._distance.device)
        scatter, above, below = units.end_scatter[:, None], units.proximal[:, None], units.distal[:, None]
        sides = [
            reaching(to - self._distance, scatter) * reaching(away + self._distance, scatter)
            for to, away in ((above, below), (below, above))
        ]
        return units, torch.stack(sides, dim=1).unflatten(0, (count, -1)).permute(0, 2, 3, 1).contiguous()


class GeneratorSeries:
    """A `series.PotentialSeries` of the generator.

    Args:
        generator: The generator.
        sources: Sources of the units.
        grid: The electrodes.
        response: Response of the limb for these electrodes.

    Attributes:
        sources: Sources of the units, for other electrodes.
    """

    def __init__(
        self, generator: MuapGenerator, sources: UnitSources, grid: ElectrodeGrid, response: LimbResponse
    ) -> None:
        self.sources = sources
        self._generator, self._response = generator, response
        self._rows, self._columns = grid.rows, grid.columns
        self._device = generator.spectra.device
        orders = np.arange(ORDERS)[:, None] * grid.angles
        self._angular = self._tensor(np.stack([np.cos(orders), np.sin(orders)]))  # [2, orders, columns]
        heights = self._tensor(grid.heights)
        self._kernels = [self._kernel(part.units, heights) for part in sources.parts]

    @torch.inference_mode()
    def at(self, lengths: Sequence[int], waveforms: Tensor | None = None, patterns: Tensor | None = None) -> Tensor:
        """See `series.PotentialSeries`."""
        courses = None if waveforms is None else waveforms.T.to(self._device)
        factors, orders = self._factors(patterns)
        samples = self.sources.samples if waveforms is None else len(waveforms)
        places = self._rows * self._columns if patterns is None else len(patterns)
        units = sum(map(len, self.sources.parts))
        made = torch.empty((len(lengths), units, samples, places), device=self._device)
        first = 0
        for part, kernel in zip(self.sources.parts, self._kernels, strict=True):
            some = made[:, first : first + len(part)]
            first += len(part)
            stretched, shares = part.at(lengths)
            slope = part.slope if courses is None else part.slope @ courses
            along = self._along(slope, shares, kernel)
            around = self._around(stretched, factors, orders).unflatten(0, (len(slope), len(lengths)))
            for number, out in enumerate(some):
                if patterns is None:
                    rows = (
                        along[:, :, :, number].permute(0, 3, 2, 1).flatten(1, 2)
                    )  # [units, samples x rows, components]
                    torch.bmm(rows, around[:, number], out=out.view(len(slope), rows.shape[1], -1))
                else:
                    terms = along[:, :, :, number].flatten(1, 2)  # [units, components x rows, samples]
                    effect = around[:, number].view(len(slope), terms.shape[1], places)
                    torch.bmm(terms.transpose(1, 2), effect, out=out)
        return made.cpu()

    def _factors(self, patterns: Tensor | None) -> tuple[list[Tensor], Tensor]:
        """Return the angular orders that patterns need, and matrices from their harmonics to the patterns.

        The product of the matrices is [2 x orders (cosines, then sines), rows x patterns]; for the electrodes
        themselves it is [2 x orders, columns], the same for every row.
        """
        every = torch.arange(ORDERS, device=self._device)
        if patterns is None:
            return [self._angular.flatten(0, 1)], every
        around = patterns.to(self._device).view(len(patterns), self._rows, self._columns)
        columns = around.permute(2, 1, 0).flatten(1)
        parts = self._angular @ columns  # [2, orders, rows x patterns]
        size = parts.abs().amax(dim=(0, 2))
        needed = size > NEGLIGIBLE * size.max()
        needed[0] = True  # the far field is the same all around the limb
        if 2 * int(needed.sum()) > self._columns:
            return [self._angular.flatten(0, 1), columns], every
        return [parts[:, needed].flatten(0, 1)], every[needed]

    def _around(self, units: TorchUnits, factors: Sequence[Tensor], orders: Tensor) -> Tensor:
        """Return the [units, components + 1, columns or rows x patterns] response around the limb.

        The last component is that of the far field.
        """
        response = self._response.mean(units, orders)
        mean = response.new_zeros((len(response), response.shape[1] + 1, 2, len(orders)))
        mean[:, :-1] = response
        mean[:, -1, 0, 0] = self._response.far_field
        made = mean.flatten(2)
        for factor in factors:
            made = made @ factor
        return made

    def _along(self, slope: Tensor, shares: Tensor, kernel: Tensor) -> Tensor:
        """Return the [units, components + 1, rows, lengths, samples] contributions to each row, mV at factor 1."""
        # [units, sides, points, lengths, samples]: what flows at each point above and below the zone
        flowing = shares[..., None] * slope[:, None, :, None]
        effect = torch.bmm(kernel, flowing.view(len(kernel), kernel.shape[2], -1))
        return effect.view(len(kernel), -1, self._rows, shares.shape[3], slope.shape[2])

    @torch.inference_mode()
    def _kernel(self, units: TorchUnits, heights: Tensor) -> Tensor:
        """Return the [units, components x rows, sides x points] effect of a current above and below the zone."""
        offset, distance = heights - units.zone[:, None], self.sources.distance
        lag = torch.cat([offset[..., None] - distance, offset[..., None] + distance], dim=2)
        kernels = self._generator.kernels_at(lag.flatten(1)).transpose(1, 2)
        sign = torch.ones(lag.shape[2], device=lag.device)
        sign[: len(distance)] = -1.0
        scale = (units.fibers * (self._generator.gain * SOURCE_STEP))[:, None, None]
        return kernels.reshape(len(lag), -1, lag.shape[2]) * (sign * scale)

    def _tensor(self, values: Array) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32, device=self._device)
