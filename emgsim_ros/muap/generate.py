"""Making potentials for files: new units, and given potentials under other conditions."""

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
    """Potentials and what belongs to them.

    Attributes:
        potentials: [num, (step,) rows, columns, samples], mV.
        conditions: [num, (step,) 6], physical units.
        traits: [num, 11] of the units; None for BioMime's.
        sample_rate: Hz.
    """

    potentials: NDArray[np.float32]
    conditions: Array
    traits: Array | None
    sample_rate: float

    def write(self, path: Path) -> None:
        """Write .npy (the potentials alone) or .h5 (everything).

        Raises:
            InvalidInput: Another kind of file.
        """
        arrays = {"potentials": self.potentials, "conditions": self.conditions}
        attributes: dict[str, dict[str, Any]] = {
            "potentials": {"unit": "mV", "sample_rate": self.sample_rate},
            "conditions": {"names": [condition.name for condition in CONDITIONS]},
            "traits": {"names": [trait.name for trait in TRAITS]},
        }
        write_arrays(path, arrays if self.traits is None else {**arrays, "traits": self.traits}, attributes)


class PotentialMaker(Protocol):
    """A generator as the commands use it."""

    def sample(self, conditions: Array, rng: np.random.Generator) -> MadePotentials:
        """New units under [num, 6] conditions."""
        ...

    def morph(
        self, potentials: Array, conditions: Array, source_conditions: Array | None, steps: int
    ) -> MadePotentials:
        """Given potentials on their way to other conditions, in evenly spaced steps (one: there at once)."""
        ...


def generator_of(checkpoint: str, biomime: bool, device: str = "cpu") -> PotentialMaker:
    """The trained generator, or BioMime's network.

    Args:
        checkpoint: Weights, a name in ``ckp/`` or a path.
        biomime: They are BioMime's.
        device: Torch device.

    Raises:
        InvalidInput: No such weights, or broken ones.
    """
    if biomime:
        return BioMimeMaker(load_biomime(Path(checkpoint), device))
    return TrainedMaker(load_trained(checkpoint_file(checkpoint), device))


def draw_conditions_for(count: int, rng: np.random.Generator) -> Array:
    """[count, 6] conditions, evenly over their ranges."""
    return draw_conditions(count, rng.uniform(CONDITIONS[1].low, CONDITIONS[1].high, count), rng)


class TrainedMaker:
    """Our generator, on the electrodes that its card names."""

    def __init__(self, trained: TrainedMuaps) -> None:
        self._trained, card = trained, trained.card["recording"]
        self._grid = ElectrodeGrid(card["rows"], card["columns"], card["spacing_m"], card["diameter_m"], 1.0)
        self._rate = float(card["sample_rate_hz"])
        self._times = np.arange(card["samples"]) / self._rate

    def sample(self, conditions: Array, rng: np.random.Generator) -> MadePotentials:
        """See :class:`PotentialMaker`."""
        normalise(conditions)  # refuses what is out of range
        traits = draw_traits(conditions[:, 1], rng)
        return MadePotentials(self.make(traits, conditions), conditions, traits, self._rate)

    def morph(
        self, potentials: Array, conditions: Array, source_conditions: Array | None, steps: int
    ) -> MadePotentials:
        """See :class:`PotentialMaker`."""
        expected = (self._grid.rows, self._grid.columns, len(self._times))
        if potentials.shape[1:] != expected:
            raise InvalidInput("potentials: shape", potentials.shape, f"(num, {', '.join(map(str, expected))})")
        wanted = _for_each(conditions, len(potentials), "conditions")
        known = None
        if source_conditions is not None:
            known = _for_each(source_conditions, len(potentials), "source conditions")
        traits, source = self._fit(potentials, known)
        path = [MuapFit.within_arm(traits, step) for step in _path(traits, source, wanted, steps)]
        made = np.stack([self.make(traits, step) for step in path], axis=1)
        if steps == 1:
            return MadePotentials(made[:, 0], path[0], traits, self._rate)
        return MadePotentials(made, np.stack(path, axis=1), traits, self._rate)

    def make(self, traits: Array, conditions: Array) -> NDArray[np.float32]:
        """[num, rows, columns, samples] potentials (mV) of [num, 11] traits under [num, 6] conditions."""
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
    """BioMime's network, as it is: potentials in its own amplitudes."""

    def __init__(self, network: BioMimeGenerator) -> None:
        self._network = network

    def sample(self, conditions: Array, rng: np.random.Generator) -> MadePotentials:
        """See :class:`PotentialMaker`."""
        return MadePotentials(self._network.sample(conditions, rng), conditions, None, BIOMIME_RATE)

    def morph(
        self, potentials: Array, conditions: Array, source_conditions: Array | None, steps: int
    ) -> MadePotentials:
        """See :class:`PotentialMaker`; BioMime does not tell the source's conditions, so steps need them."""
        wanted = _for_each(conditions, len(potentials), "conditions")
        if steps == 1:
            made = self._network.morph(potentials.astype(np.float32), wanted)
            return MadePotentials(made, wanted, None, BIOMIME_RATE)
        if source_conditions is None:
            raise InvalidInput("source conditions", None, "those of the potentials: BioMime's steps start from them")
        source = _for_each(source_conditions, len(potentials), "source conditions")
        path = _path(np.zeros((len(potentials), len(TRAITS))), source, wanted, steps)
        made = np.stack([self._network.morph(potentials.astype(np.float32), step) for step in path], axis=1)
        return MadePotentials(made, np.stack(path, axis=1), None, BIOMIME_RATE)


def _for_each(conditions: Array, count: int, field: str) -> Array:
    normalise(conditions)
    if len(conditions) not in (1, count):
        raise InvalidInput(f"{field}: number", len(conditions), f"{count}, one for each potential, or 1 for all")
    return np.repeat(conditions, count // len(conditions), axis=0)


def _path(traits: Array, source: Array, wanted: Array, steps: int) -> list[Array]:
    """Conditions from the source's to the wanted ones, even in the shares of their ranges."""
    if steps == 1:
        return [wanted]
    first, last = shares_of(traits, source), shares_of(traits, wanted)
    return [from_shares(first + (last - first) * share)[1] for share in np.linspace(0, 1, steps)]
