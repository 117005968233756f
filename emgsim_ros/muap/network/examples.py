"""Reading a data set of potentials, some arms at a time, as tensors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...errors import InvalidInput
from ..limb.electrodes import ElectrodeGrid
from .dataset import SPLITS
from .generator import Recording, TorchUnits
from .identity import units_under


@dataclass(frozen=True)
class Examples:
    """Some potentials of a data set.

    Attributes:
        potentials: [num, rows, columns, samples], mV.
        units: What made them.
        recording: On which electrodes.
        rows: [num] of the data set.
    """

    potentials: Tensor
    units: TorchUnits
    recording: Recording
    rows: NDArray[np.int64]


class MuapExamples:
    """A data set of :mod:`.dataset`, read piece by piece.

    Args:
        path: The file; arms that are not complete yet are left out.
        device: Where examples go.

    Attributes:
        conditions, traits: [num, 6] and [num, 11], physical units.
        diameter: [num] of the electrodes, m.
        arm, unit: [num].
        splits: Rows of each of :data:`.dataset.SPLITS`.
        plan: What the data set was made by.

    Raises:
        InvalidInput: The file is missing or is no such data set.
    """

    def __init__(self, path: Path, device: str = "cpu") -> None:
        self._device = torch.device(device)
        try:
            self._file = h5py.File(path, "r")
            self.plan = json.loads(self._file.attrs["plan"])
            self.conditions, self.traits = self._file["conditions"][:], self._file["traits"][:]
            self.diameter, self.arm, self.unit = (self._file[name][:] for name in ("diameter", "arm", "unit"))
            per_arm = self.plan["units"] * self.plan["conditions"]
            complete, split = np.repeat(self._file["done"][:] == 1, per_arm), self._file["split"][:]
            _, self.rows, self.columns, self.samples = self._file["potentials"].shape
        except (OSError, KeyError) as error:
            expected = f"a data set of `emgsim muap simulate` ({error})"
            raise InvalidInput("data set", str(path), expected) from None
        self.splits = [np.flatnonzero(complete & (split == number)) for number in range(len(SPLITS))]
        grid = ElectrodeGrid(self.rows, self.columns, self.plan["spacing"], 0.0, 1.0)
        times = np.arange(self.samples) / self.plan["sample_rate"]
        self._layout = [self._tensor(values) for values in (grid.heights, grid.angles, times)]

    def recording(self, diameter: Tensor) -> Recording:
        """The electrodes and times of the data set, with electrodes of [num] diameter (m)."""
        heights, angles, times = self._layout
        return Recording(heights, angles, diameter, times)

    def at(self, rows: NDArray[np.int64]) -> Examples:
        """The examples in some rows, which rise."""
        first, last = rows[0], rows[-1] + 1
        potentials = torch.from_numpy(self._file["potentials"][first:last][rows - first]).to(self._device)
        units = TorchUnits.of(units_under(self.traits[rows], self.conditions[rows]), self._device)
        return Examples(potentials, units, self.recording(self._tensor(self.diameter[rows])), rows)

    def batches(self, split: int, arms: int, rng: np.random.Generator) -> Iterator[Examples]:
        """All examples of a split, arms in random order, some of them at a time."""
        rows = self.splits[split]
        order = rng.permutation(np.unique(self.arm[rows]))
        for start in range(0, len(order), arms):
            chosen = order[start : start + arms]
            yield _joined([self.at(rows[self.arm[rows] == arm]) for arm in chosen])

    def _tensor(self, values: NDArray[np.float64]) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32, device=self._device)


def _joined(parts: list[Examples]) -> Examples:
    names = vars(parts[0].units)
    units = TorchUnits(**{name: torch.cat([getattr(part.units, name) for part in parts]) for name in names})
    first = parts[0].recording
    diameter = torch.cat([part.recording.diameter for part in parts])
    return Examples(
        torch.cat([part.potentials for part in parts]),
        units,
        Recording(first.heights, first.angles, diameter, first.times),
        np.concatenate([part.rows for part in parts]),
    )
