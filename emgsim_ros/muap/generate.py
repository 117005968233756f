"""Generation of potentials for files: new units, and transformation of potentials to other conditions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.arrays import write_arrays
from ..files.resources import checkpoint_file
from .biomime import BioMimeGenerator, load_biomime
from .conditions import CONDITIONS, normalise
from .limb.electrodes import ElectrodeGrid
from .models import BIOMIME_RATE
from .network.checkpoint import TrainedMuaps, load_trained
from .network.dataset import draw_conditions
from .network.generator import Recording
from .network.identity import TRAITS, draw_traits, units_under
from .network.morphing import MuapFit, from_shares, shares_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MadePotentials:
    """Generated potentials with their conditions and traits.

    Attributes:
        potentials: [num, (steps,) rows, columns, samples] potentials, mV.
        conditions: [num, (steps,) 6] conditions, in physical units.
        traits: [num, 11] traits of the units; None for BioMime.
        sample_rate: Sampling rate, Hz.
    """

    potentials: NDArray[np.float32]
    conditions: Array
    traits: Array | None
    sample_rate: float

    def write(self, path: Path) -> None:
        """Write a .npy file (potentials only) or an .h5 file (all arrays).

        Raises:
            InvalidInput: The file has another suffix.
        """
        arrays = {"potentials": self.potentials, "conditions": self.conditions}
        attributes: dict[str, dict[str, Any]] = {
            "potentials": {"unit": "mV", "sample_rate": self.sample_rate},
            "conditions": {"names": [condition.name for condition in CONDITIONS]},
            "traits": {"names": [trait.name for trait in TRAITS]},
        }
        write_arrays(path, arrays if self.traits is None else {**arrays, "traits": self.traits}, attributes)


class PotentialMaker(Protocol):
    """Interface of a generator for the command line."""

    def sample(self, conditions: Array, rng: np.random.Generator) -> MadePotentials:
        """Generate the potentials of new units under [num, 6] conditions."""
        ...

    def morph(
        self, potentials: Array, conditions: Array, source_conditions: Array | None, steps: int
    ) -> MadePotentials:
        """Transform potentials to other conditions.

        Args:
            potentials: [num, rows, columns, samples] potentials.
            conditions: [num, 6] or [1, 6] conditions to reach, in physical units.
            source_conditions: [num, 6] or [1, 6] conditions of the potentials; None if unknown.
            steps: Number of evenly spaced steps from the source to the target conditions; 1 gives the target only.
        """
        ...


def generator_of(checkpoint: str, biomime: bool, device: str = "cpu") -> PotentialMaker:
    """Load the trained generator or BioMime's network.

    Args:
        checkpoint: Weights: a name in ``ckp/`` or a path; for BioMime a path.
        biomime: Load BioMime's network.
        device: Torch device.

    Raises:
        InvalidInput: The weights are missing or damaged.
    """
    if biomime:
        return BioMimeMaker(load_biomime(Path(checkpoint), device))
    return TrainedMaker(load_trained(checkpoint_file(checkpoint), device))


def draw_conditions_for(count: int, rng: np.random.Generator) -> Array:
    """Draw [count, 6] conditions that are evenly distributed over their ranges."""
    return draw_conditions(count, rng.uniform(CONDITIONS[1].low, CONDITIONS[1].high, count), rng)


class TrainedMaker:
    """The trained generator, on the electrodes that its card describes.

    Args:
        trained: The networks and their card.
    """

    def __init__(self, trained: TrainedMuaps) -> None:
        self._trained, card = trained, trained.card["recording"]
        self._grid = ElectrodeGrid(card["rows"], card["columns"], card["spacing_m"], card["diameter_m"], 1.0)
        self._rate = float(card["sample_rate_hz"])
        self._times = np.arange(card["samples"]) / self._rate

    def sample(self, conditions: Array, rng: np.random.Generator) -> MadePotentials:
        """See `PotentialMaker`."""
        normalise(conditions)  # raises InvalidInput for values out of range
        traits = draw_traits(conditions[:, 1], rng)
        return MadePotentials(self.make(traits, conditions), conditions, traits, self._rate)

    def morph(
        self, potentials: Array, conditions: Array, source_conditions: Array | None, steps: int
    ) -> MadePotentials:
        """See `PotentialMaker`."""
        expected = (self._grid.rows, self._grid.columns, len(self._times))
        if potentials.shape[1:] != expected:
            raise InvalidInput("potentials: shape", potentials.shape, f"(num, {', '.join(map(str, expected))})")
        target = _for_each(conditions, len(potentials), "conditions")
        source_known = None
        if source_conditions is not None:
            source_known = _for_each(source_conditions, len(potentials), "source conditions")
        traits, source = self._fit(potentials, source_known)
        path = [MuapFit.within_arm(traits, step) for step in _path(traits, source, target, steps)]
        made = np.stack([self.make(traits, step) for step in path], axis=1)
        if steps == 1:
            return MadePotentials(made[:, 0], path[0], traits, self._rate)
        return MadePotentials(made, np.stack(path, axis=1), traits, self._rate)

    def make(self, traits: Array, conditions: Array) -> NDArray[np.float32]:
        """Return [num, rows, columns, samples] potentials (mV) of [num, 11] traits under [num, 6] conditions."""
        grid = self._grid
        units = units_under(traits, conditions)
        return self._trained.generator.potentials(units, grid.heights, grid.angles, grid.diameter, self._times)

    def _fit(self, potentials: Array, known: Array | None) -> tuple[Array, Array]:
        device, grid = self._trained.generator.spectra.device, self._grid
        heights, angles, diameter, times = (
            torch.as_tensor(values, dtype=torch.float32, device=device)
            for values in (grid.heights, grid.angles, [grid.diameter], self._times)
        )
        recording = Recording(heights, angles, diameter, times)
        fit = MuapFit(self._trained.generator, self._trained.encoder, recording)
        return fit.fit(torch.as_tensor(potentials, dtype=torch.float32, device=device), known)


class BioMimeMaker:
    """BioMime's network; the potentials keep its own amplitude scale.

    Args:
        network: The network.
    """

    def __init__(self, network: BioMimeGenerator) -> None:
        self._network = network

    def sample(self, conditions: Array, rng: np.random.Generator) -> MadePotentials:
        """See `PotentialMaker`."""
        return MadePotentials(self._network.sample(conditions, rng), conditions, None, BIOMIME_RATE)

    def morph(
        self, potentials: Array, conditions: Array, source_conditions: Array | None, steps: int
    ) -> MadePotentials:
        """See `PotentialMaker`; more than one step requires ``source_conditions``, which BioMime does not estimate."""
        target = _for_each(conditions, len(potentials), "conditions")
        if steps == 1:
            made = self._network.morph(potentials.astype(np.float32), target)
            return MadePotentials(made, target, None, BIOMIME_RATE)
        if source_conditions is None:
            raise InvalidInput(
                "source conditions", None, "the conditions of the potentials (BioMime's steps start there)"
            )
        source = _for_each(source_conditions, len(potentials), "source conditions")
        path = _path(np.zeros((len(potentials), len(TRAITS))), source, target, steps)
        made = np.stack([self._network.morph(potentials.astype(np.float32), step) for step in path], axis=1)
        return MadePotentials(made, np.stack(path, axis=1), None, BIOMIME_RATE)


def _for_each(conditions: Array, count: int, field: str) -> Array:
    normalise(conditions)
    if len(conditions) not in (1, count):
        raise InvalidInput(f"{field}: number", len(conditions), f"{count}, one for each potential, or 1 for all")
    return np.repeat(conditions, count // len(conditions), axis=0)


def _path(traits: Array, source: Array, target: Array, steps: int) -> list[Array]:
    """Return conditions from the source to the target, evenly spaced in the shares of their ranges."""
    if steps == 1:
        return [target]
    first, last = shares_of(traits, source), shares_of(traits, target)
    return [from_shares(first + (last - first) * share)[1] for share in np.linspace(0, 1, steps)]
