"""The potentials of some motor units at many fibre lengths, in a basis over time and over the electrodes.

A potential changes little from one length to the next, and a bank keeps it only as a combination of a few waveforms and
patterns. A model that can compute such combinations directly, without the potential at every electrode and sample,
takes a fraction of the time (`network.unit_series`). For every other model, `EachLength` computes the potentials length
by length and projects them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    from .limb.motor_unit import MotorUnit
    from .models import PotentialModel

Array = NDArray[np.float64]


class PotentialSeries(Protocol):
    """The potentials of some motor units at several relative fibre lengths, over the time divided by the length."""

    def at(self, lengths: Sequence[int], waveforms: Tensor | None = None, patterns: Tensor | None = None) -> Tensor:
        """Compute potentials, or their projections.

        Args:
            lengths: Numbers of the relative lengths in the series.
            waveforms: [waveforms, samples] on which the potentials are projected; None for the samples themselves.
            patterns: [patterns, electrodes] on which they are projected; None for the electrodes themselves.

        Returns:
            [lengths, units, samples or waveforms, electrodes or patterns] potentials, mV, on the CPU.
        """
        ...


class EachLength:
    """The series of any potential model, one length after the other.

    Args:
        model: The model.
        units: Consecutive units of the limb.
        first: Index of the first of them among all units of the limb.
        relative_lengths: The relative fibre lengths.
        times: [samples] times since the discharge at relative length 1, s.
    """

    def __init__(
        self, model: PotentialModel, units: Sequence[MotorUnit], first: int, relative_lengths: Array, times: Array
    ) -> None:
        self._model, self._units, self._first = model, units, first
        self._lengths, self._times = relative_lengths, times
        self._kept: dict[int, Tensor] = {}

    def at(self, lengths: Sequence[int], waveforms: Tensor | None = None, patterns: Tensor | None = None) -> Tensor:
        """See `PotentialSeries`; the potentials at a few lengths only are kept, because all lengths follow."""
        made = []
        for number in lengths:
            potentials = self._kept.get(number)
            if potentials is None:
                length = float(self._lengths[number])
                computed = self._model.potentials(self._units, self._first, length, self._times * length)
                potentials = torch.from_numpy(computed)
            if len(lengths) < len(self._lengths):
                self._kept[number] = potentials
            if patterns is not None:
                potentials = potentials @ patterns.T
            made.append(potentials if waveforms is None else waveforms @ potentials)
        return torch.stack(made)


class SeriesWithReference:
    """The series at the electrodes of a grid and, as a last one, at the reference electrode.

    Args:
        grid: The series at the electrodes.
        reference: The series at the discs of the reference electrode, which measures their mean.
        discs: Number of the discs.
    """

    def __init__(self, grid: PotentialSeries, reference: PotentialSeries, discs: int) -> None:
        self._grid, self._reference = grid, reference
        self._mean = torch.full((1, discs), 1 / discs)

    @torch.inference_mode()
    def at(self, lengths: Sequence[int], waveforms: Tensor | None = None, patterns: Tensor | None = None) -> Tensor:
        """See `PotentialSeries`."""
        mean = self._reference.at(lengths, waveforms, self._mean)
        if patterns is None:
            return torch.cat([self._grid.at(lengths, waveforms), mean], dim=3)
        return self._grid.at(lengths, waveforms, patterns[:, :-1]).addcmul_(mean, patterns[:, -1])


def series_of(
    model: PotentialModel,
    units: Sequence[MotorUnit],
    first: int,
    relative_lengths: Array,
    times: Array,
    beside: PotentialSeries | None = None,
) -> PotentialSeries:
    """Return the series of a model: its own, if it has a method ``over_lengths``, or one length after the other.

    Args:
        model: The model.
        units: Consecutive units of the limb, with their fibres at relative length 1.
        first: Index of the first of them among all units of the limb.
        relative_lengths: The relative fibre lengths.
        times: [samples] times since the discharge at relative length 1, s; they are multiplied by the length.
        beside: Series of the same units, lengths and times at other electrodes, from which a model may take what does
            not depend on the electrodes.
    """
    own = getattr(model, "over_lengths", None)
    if own is None:
        return EachLength(model, units, first, relative_lengths, times)
    series: PotentialSeries = own(units, first, relative_lengths, times, beside)
    return series
