"""Reading of a data set of potentials as tensors, some limbs at a time."""

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
        potentials: [num, rows, columns, samples] potentials, mV.
        units: The units of the potentials.
        recording: Electrodes and times of the potentials.
        rows: [num] rows of the data set.
    """

    potentials: Tensor
    units: TorchUnits
    recording: Recording
    rows: NDArray[np.int64]


class MuapExamples:
    """A data set written by `dataset`, read in parts.

    Args:
        path: The file; limbs that are not complete yet are left out.
        device: Torch device of the examples.

    Attributes:
        conditions: [num, 6] conditions, in physical units.
        traits: [num, 11] traits, in physical units.
        diameter: [num] diameter of the electrodes, m.
        arm: [num] number of the limb.
        unit: [num] number of the unit.
        splits: Rows of each of `dataset.SPLITS`.
        plan: Plan of the data set.

    Raises:
        InvalidInput: The file is missing or is not such a data set.
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
        """Return the electrodes and times of the data set, with electrodes of [num] diameters (m)."""
        heights, angles, times = self._layout
        return Recording(heights, angles, diameter, times)

    def at(self, rows: NDArray[np.int64]) -> Examples:
        """Return the examples in the given rows, which must be in ascending order."""
        first, last = rows[0], rows[-1] + 1
        potentials = torch.from_numpy(self._file["potentials"][first:last][rows - first]).to(self._device)
        units = TorchUnits.of(units_under(self.traits[rows], self.conditions[rows]), self._device)
        return Examples(potentials, units, self.recording(self._tensor(self.diameter[rows])), rows)

    def batches(self, split: int, arms: int, rng: np.random.Generator) -> Iterator[Examples]:
        """Iterate over all examples of a split in batches.

        Args:
            split: Index in `dataset.SPLITS`.
            arms: Number of limbs per batch.
            rng: Source of the random order of the limbs.
        """
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
