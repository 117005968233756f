"""The generator's potentials of many motor units of one limb at many fibre lengths, in any basis.

The numbers are those of `generator.MuapGenerator`, computed in an order that shares what several potentials have in
common:

- Over the time divided by the relative length, the action potentials of a unit have travelled equally far at every
  length. The source, and its projection on waveforms, is the same for all lengths; only the shares of the fibres that
  reach a point differ.
- The limb is the same for all units, so the response around it depends on the depth only and is tabulated.
- The sums over points, components, columns and rows are matrix products, and a product with a pattern over the
  electrodes replaces the potential at every electrode. A reference electrode all around the limb is one pattern, and
  needs only the angular orders that do not cancel around the limb.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..limb.electrodes import ElectrodeGrid
from .generator import (
    BATCH,
    ENDS,
    INPUT_HIGH,
    NODES,
    ORDERS,
    SOURCE_STEP,
    MuapGenerator,
    TorchUnits,
    axial_conductance,
    depth_nodes,
    reaching,
    static_fading,
    territory_harmonics,
    travelling_source,
)
from .identity import UnitBatch

Array = NDArray[np.float64]

DEPTH_STEP = 5e-5  # m, step of the table of responses
NEGLIGIBLE = 1e-6  # share of the largest angular order of the patterns, below which an order is left out


class LimbResponse:
    """The response of one limb to a source at any depth, for electrodes of one diameter.

    Args:
        generator: The generator.
        units: Units of the limb, which state its layers.
        diameter: Diameter of the electrodes, m.
    """

    def __init__(self, generator: MuapGenerator, units: UnitBatch, diameter: float) -> None:
        device = generator.spectra.device
        layers = (units.skin_radius, units.fat, units.skin, units.bone_radius)
        arm = [float(layer[0]) for layer in layers]
        self._least, deepest = arm[1] + arm[2], arm[0] - arm[3]
        depths = self._least + DEPTH_STEP * torch.arange(int((deepest - self._least) / DEPTH_STEP) + 2, device=device)
        self._radius = torch.tensor(arm[0], device=device)
        fading = static_fading(depths, self._radius)
        inputs = torch.tensor([*arm, diameter], device=device).expand(len(depths), -1)
        self._table = generator.transfer(depths, inputs) / fading  # smooth; the decay with the depth is multiplied later

    def at(self, depth: Tensor, orders: Tensor) -> Tensor:
        """Return the [..., orders, components] response to sources at [...] depths (m), for some angular orders."""
        table = self._table[:, orders].flatten(1)
        place = ((depth - self._least) / DEPTH_STEP).clamp(0, len(table) - 1.001)
        below = place.long()
        made = torch.lerp(table[below], table[below + 1], (place - below)[..., None])
        return static_fading(depth, self._radius)[..., orders, :] * made.unflatten(-1, (len(orders), -1))


class GeneratorSeries:
    """A `series.PotentialSeries` of the generator.

    Args:
        generator: The generator.
        units: Units of one limb, with their fibres at relative length 1.
        grid: The electrodes.
        response: Response of the limb for these electrodes.
        relative_lengths: The relative fibre lengths.
        times: [samples] times since the discharge at relative length 1, s.
    """

    def __init__(
        self,
        generator: MuapGenerator,
        units: UnitBatch,
        grid: ElectrodeGrid,
        response: LimbResponse,
        relative_lengths: Array,
        times: Array,
    ) -> None:
        self._generator, self._units, self._response = generator, units, response
        self._lengths, self._rows, self._columns = relative_lengths, grid.rows, grid.columns
        self._device = generator.spectra.device
        self._heights = self._tensor(grid.heights)
        orders = np.arange(ORDERS) * grid.angles[:, None]
        self._angular = self._tensor(np.stack([np.cos(orders), np.sin(orders)]))  # [2, columns, orders]
        longest = np.maximum(units.proximal, units.distal).max() * relative_lengths.max() + ENDS * units.end_scatter.max()
        points = max(1, int(np.ceil(longest / SOURCE_STEP)))
        self._distance = (torch.arange(points, device=self._device) + 0.5) * SOURCE_STEP
        self._times = self._tensor(times)
        self._parts = [units[first : first + BATCH] for first in range(0, len(units), BATCH)]

    @torch.inference_mode()
    def at(self, lengths: Sequence[int], waveforms: Tensor | None = None, patterns: Tensor | None = None) -> Tensor:
        """See `series.PotentialSeries`."""
        relative = self._lengths[list(lengths)]
        courses = None if waveforms is None else waveforms.T.to(self._device)
        factors, orders = self._factors(patterns)
        made = [self._part(part, relative, courses, factors, orders, patterns is None) for part in self._parts]
        return torch.cat(made).transpose(0, 1)

    def _factors(self, patterns: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return the [2, orders, rows x patterns] cosine and sine parts of patterns around the limb, and their orders.

        The parts of the electrodes themselves are [2, orders, columns], the same for every row.
        """
        if patterns is None:
            return self._angular.transpose(1, 2), torch.arange(ORDERS, device=self._device)
        around = patterns.to(self._device).view(len(patterns), self._rows, self._columns)
        factors = torch.einsum("kcn,prc->knrp", self._angular, around).flatten(2)
        size = factors.abs().amax(dim=(0, 2))
        needed = size > NEGLIGIBLE * size.max()
        needed[0] = True  # the far field is the same all around the limb
        orders = needed.nonzero()[:, 0]
        return factors[:, orders], orders

    def _part(
        self, units: UnitBatch, relative: Array, courses: Tensor | None, factors: Tensor, orders: Tensor, all_: bool
    ) -> Tensor:
        """Return the [units, lengths, samples or waveforms, electrodes or patterns] of some units."""
        count = len(units), len(relative)
        everywhere = units[np.repeat(np.arange(count[0]), count[1])].lengthened(np.tile(relative, count[0]))
        base, stretched = (TorchUnits.of(which, self._device) for which in (units, everywhere))
        around = self._around(stretched, factors, orders)  # [units x lengths, components, rows x patterns or columns]
        along = self._along(base, stretched, count, courses)  # [units, components, rows, lengths, waveforms]
        if all_:
            along = along.permute(0, 3, 4, 2, 1).flatten(0, 1).flatten(1, 2)
            return torch.bmm(along, around).view(*count, -1, self._rows * self._columns)
        along = along.permute(0, 3, 4, 1, 2).flatten(0, 1).flatten(2)
        return torch.bmm(along, around.view(len(around), along.shape[2], -1)).unflatten(0, count)

    def _around(self, units: TorchUnits, factors: Tensor, orders: Tensor) -> Tensor:
        """Return the [units, components + 1, factors] response around the limb; the last is that of the far field."""
        depths = depth_nodes(units)
        even, odd = territory_harmonics(units, orders.to(depths.dtype))
        response = self._response.at(depths, orders)  # [units, nodes, orders, components]
        parts = response.new_zeros((2, len(depths), len(orders), response.shape[3] + 1))
        for part, harmonic in zip(parts, (even, odd), strict=True):
            weighted = harmonic[..., None] * response
            part[..., :-1] = weighted.sum(dim=1)
        parts[0, :, 0, -1] = 1 / axial_conductance(units)
        return torch.einsum("kunr,knf->urf", parts, factors)

    def _along(
        self, base: TorchUnits, stretched: TorchUnits, count: tuple[int, int], courses: Tensor | None
    ) -> Tensor:
        """Return the [units, components + 1, rows, lengths, samples or waveforms] contributions, mV at factor 1."""
        source = travelling_source(base, self._distance, self._times)
        if courses is not None:
            source = source @ courses
        scatter = stretched.end_scatter[:, None]
        proximal, distal = stretched.proximal[:, None], stretched.distal[:, None]
        beyond = [  # shares of the fibres that reach a point above and one below the innervation zone
            reaching(to - self._distance, scatter) * reaching(away + self._distance, scatter)
            for to, away in ((proximal, distal), (distal, proximal))
        ]
        # [units, points, sides, lengths, waveforms]: what flows at each point, above and below the zone.
        shares = torch.stack(beyond, dim=1).view(*count, 2, -1).permute(0, 2, 3, 1)
        flowing = (shares[..., None] * source[:, None, :, None]).flatten(1, 2).flatten(2)
        effect = torch.bmm(self._kernel(base), flowing)
        return effect.view(count[0], -1, self._rows, count[1], source.shape[2])

    def _kernel(self, units: TorchUnits) -> Tensor:
        """Return the [units, components x rows, sides x points] effect of a current above and below the zone."""
        offset = self._heights - units.zone[:, None]
        lag = torch.cat([offset[..., None] - self._distance, offset[..., None] + self._distance], dim=2)
        kernels = self._generator.kernels_at(lag.flatten(1)).transpose(1, 2)
        sign = torch.ones(lag.shape[2], device=lag.device)
        sign[: len(self._distance)] = -1.0
        scale = (units.fibers * (self._generator.gain * SOURCE_STEP))[:, None, None]
        return kernels.reshape(len(lag), -1, lag.shape[2]) * (sign * scale)

    def _tensor(self, values: Array) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32, device=self._device)
