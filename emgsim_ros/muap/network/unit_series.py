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
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..limb.electrodes import ElectrodeGrid
from .generator import (
    BATCH,
    ENDS,
    INPUT_HIGH,
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
        lower, upper = (table.index_select(0, row.flatten()).view(*row.shape, -1) for row in (below, below + 1))
        made = torch.lerp(lower, upper, (place - below)[..., None])
        return static_fading(depth, self._radius)[..., orders, :] * made.unflatten(-1, (len(orders), -1))


@dataclass(frozen=True)
class _Part:
    """What the potentials of some units have in common at all lengths.

    Attributes:
        units: The units at relative length 1.
        source: [units, points, samples] slope of the action potential at a distance from the innervation zone, V/m.
        kernel: [units, components x rows, sides x points] effect of a current above and below the zone.
    """

    units: UnitBatch
    source: Tensor
    kernel: Tensor


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
        self._angular = self._tensor(np.stack([np.cos(orders), np.sin(orders)]).transpose(0, 2, 1))  # [2, orders, columns]
        longest = np.maximum(units.proximal, units.distal).max() * relative_lengths.max() + ENDS * units.end_scatter.max()
        points = max(1, int(np.ceil(longest / SOURCE_STEP)))
        self._distance = (torch.arange(points, device=self._device) + 0.5) * SOURCE_STEP
        self._times = self._tensor(times)
        with torch.inference_mode():
            self._parts = [self._prepared(units[first : first + BATCH]) for first in range(0, len(units), BATCH)]

    @torch.inference_mode()
    def at(self, lengths: Sequence[int], waveforms: Tensor | None = None, patterns: Tensor | None = None) -> Tensor:
        """See `series.PotentialSeries`."""
        relative = self._lengths[list(lengths)]
        courses = None if waveforms is None else waveforms.T.to(self._device)
        factors, orders = self._factors(patterns)
        samples = len(self._times) if waveforms is None else len(waveforms)
        places = self._rows * self._columns if patterns is None else len(patterns)
        made = torch.empty((len(lengths), len(self._units), samples, places), device=self._device)
        first = 0
        for part in self._parts:
            potentials = self._part(part, relative, courses, factors, orders, patterns is None)
            made[:, first : first + len(part.units)] = potentials.transpose(0, 1)
            first += len(part.units)
        return made.cpu()

    def _factors(self, patterns: Tensor | None) -> tuple[list[Tensor], Tensor]:
        """Return the angular orders that patterns need, and matrices from their harmonics to the patterns.

        The product of the matrices is [2 x orders (cosines, then sines), rows x patterns]; for the electrodes themselves
        it is [2 x orders, columns], the same for every row.
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

    def _part(
        self, part: _Part, relative: Array, courses: Tensor | None, factors: Sequence[Tensor], orders: Tensor, whole: bool
    ) -> Tensor:
        """Return the [units, lengths, samples or waveforms, electrodes or patterns] of some units."""
        count = len(part.units), len(relative)
        everywhere = part.units[np.repeat(np.arange(count[0]), count[1])].lengthened(np.tile(relative, count[0]))
        stretched = TorchUnits.of(everywhere, self._device)
        source = part.source if courses is None else part.source @ courses
        around = self._around(stretched, factors, orders)  # [units x lengths, components, rows x patterns or columns]
        along = self._along(stretched, count, source, part.kernel)  # [units, components, rows, lengths, waveforms]
        if whole:
            along = along.permute(0, 3, 4, 2, 1).flatten(0, 1).flatten(1, 2)
            return torch.bmm(along, around).view(*count, -1, self._rows * self._columns)
        along = along.permute(0, 3, 4, 1, 2).flatten(0, 1).flatten(2)
        return torch.bmm(along, around.view(len(around), along.shape[2], -1)).unflatten(0, count)

    def _around(self, units: TorchUnits, factors: Sequence[Tensor], orders: Tensor) -> Tensor:
        """Return the [units, components + 1, columns or rows x patterns] response around the limb.

        The last component is that of the far field.
        """
        depths = depth_nodes(units)
        harmonics = territory_harmonics(units, orders.to(depths.dtype))
        response = self._response.at(depths, orders)  # [units, nodes, orders, components]
        mean = response.new_zeros((len(depths), response.shape[3] + 1, 2, len(orders)))
        for part, harmonic in enumerate(harmonics):
            total = harmonic[:, 0, :, None] * response[:, 0]
            for node in range(1, response.shape[1]):
                total.addcmul_(harmonic[:, node, :, None], response[:, node])
            mean[:, :-1, part] = total.transpose(1, 2)
        mean[:, -1, 0, 0] = 1 / axial_conductance(units)
        made = mean.flatten(2)
        for factor in factors:
            made = made @ factor
        return made

    def _along(self, stretched: TorchUnits, count: tuple[int, int], source: Tensor, kernel: Tensor) -> Tensor:
        """Return the [units, components + 1, rows, lengths, samples or waveforms] contributions, mV at factor 1."""
        scatter = stretched.end_scatter[:, None]
        proximal, distal = stretched.proximal[:, None], stretched.distal[:, None]
        beyond = [  # shares of the fibres that reach a point above and one below the innervation zone
            reaching(to - self._distance, scatter) * reaching(away + self._distance, scatter)
            for to, away in ((proximal, distal), (distal, proximal))
        ]
        shares = torch.stack(beyond, dim=1).view(*count, 2, -1).permute(0, 2, 3, 1).contiguous()
        # [units, sides, points, lengths, waveforms]: what flows at each point above and below the zone
        flowing = shares[..., None] * source[:, None, :, None]
        effect = torch.bmm(kernel, flowing.view(count[0], kernel.shape[2], -1))
        return effect.view(count[0], -1, self._rows, count[1], source.shape[2])

    def _prepared(self, units: UnitBatch) -> _Part:
        base = TorchUnits.of(units, self._device)
        return _Part(units, travelling_source(base, self._distance, self._times), self._kernel(base))

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
