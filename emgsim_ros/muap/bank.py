"""The bank: the compressed potentials of all motor units over a range of fibre lengths.

In fibres s times as long, an action potential travels 1/s times as fast. The bank therefore stores the potentials over
the time divided by s, in which the travelling components keep their position; between neighbouring lengths a potential
is then nearly linear in the length. The potentials of one muscle's units resemble each other, so they are stored as
combinations of some tens of patterns over the electrodes and about a dozen waveforms over time (principal components).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from ..parts import build_part, find_part
from .compression import COURSE_ERROR, PATTERN_ERROR, TAIL_THRESHOLD, MusclePotentials, compressed
from .limb.anatomy import ForearmAnatomy
from .limb.electrodes import ElectrodeGrid
from .limb.motor_unit import MotorUnit, draw_motor_units
from .models import PotentialModel, PotentialRequest, WithReference
from .series import series_of

Array = NDArray[np.float64]

FORMAT = 6  # to be increased whenever the numbers of a bank change for the same inputs
DURATION = 0.03125  # s, duration of a potential at relative length 1: the slowest has reached its fibre ends by then
RELATIVE_LENGTHS = np.linspace(0.55, 1.40, 18)  # beyond this range the potentials at its ends are used
UNSTRETCHED = int(np.argmin(np.abs(RELATIVE_LENGTHS - 1.0)))  # index of relative length 1


@dataclass(frozen=True)
class MuapBank:
    """Motor-unit action potentials of several muscles.

    Attributes:
        muscles: Potentials of each muscle by name.
        sample_rate: Sampling rate, Hz.
    """

    muscles: Mapping[str, MusclePotentials]
    sample_rate: int

    @property
    def units(self) -> dict[str, int]:
        """Number of motor units of each muscle."""
        return {name: potentials.weights.shape[1] for name, potentials in self.muscles.items()}

    def potentials(self, muscle: str, relative_length: int = UNSTRETCHED) -> NDArray[np.float32]:
        """Return the potentials of one muscle.

        Args:
            muscle: Name of the muscle.
            relative_length: Index in `RELATIVE_LENGTHS`.

        Returns:
            [units, samples, electrodes] potentials, mV.
        """
        potentials = self.muscles[muscle]
        return potentials.waveforms.T @ potentials.weights[relative_length] @ potentials.patterns

    def at_channels(self, channels: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> MuapBank:
        """Return the same potentials at channels that are linear combinations of the electrodes.

        Args:
            channels: Computes [..., channels] from [..., electrodes]; it is applied to the patterns.
        """
        return dataclasses.replace(
            self,
            muscles={
                name: dataclasses.replace(one, patterns=channels(one.patterns)) for name, one in self.muscles.items()
            },
        )


@dataclass(frozen=True)
class BankPlan:
    """All that determines the numbers of a bank.

    Attributes:
        anatomy: Anatomy of the limb.
        grid: The electrodes.
        units: Number of motor units of each muscle.
        sample_rate: Sampling rate, Hz.
        seed: Scenario seed, from which the anatomy of the units is drawn.
        generator: Name of the potential model, a part of the kind ``potentials``.
        checkpoint: Weights of the potential model, if it needs any.
        options: Options of the potential model.
        reference: Discs that make up the reference electrode; its potential follows those of the grid.
    """

    anatomy: ForearmAnatomy
    grid: ElectrodeGrid
    units: Mapping[str, int]
    sample_rate: int
    seed: int
    generator: str = "conductor"
    checkpoint: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    reference: ElectrodeGrid | None = None

    @property
    def samples(self) -> int:
        """Number of samples of a potential at relative length 1."""
        return round(DURATION * self.sample_rate)

    @property
    def electrodes(self) -> int:
        """Number of electrodes, with that of the reference."""
        return self.grid.count + (self.reference is not None)

    def fingerprint(self) -> str:
        """Return a name that is the same for equal plans only.

        Raises:
            InvalidInput: The checkpoint cannot be read.
        """
        content = {**dataclasses.asdict(self), "checkpoint": self._checksum()}
        del content["anatomy"]["pools"]  # discharges do not change the potentials
        content["origin"] = find_part("potentials", self.generator).origin  # another version may give other numbers
        constants = [FORMAT, DURATION, TAIL_THRESHOLD, PATTERN_ERROR, COURSE_ERROR, RELATIVE_LENGTHS.tolist()]
        text = json.dumps([constants, content], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    def model(self, units: Sequence[MotorUnit], device: str) -> PotentialModel:
        """Build the potential model for these units: the grid's electrodes, and the reference electrode after them.

        Args:
            units: All motor units whose potentials will be requested.
            device: Torch device.

        Raises:
            InvalidInput: The potential model is unknown, or it rejects the request.
        """
        at_grid = self._model_at(self.grid, units, device)
        if self.reference is None:
            return at_grid
        return WithReference(at_grid, self._model_at(self.reference, units, device), self.reference.count)

    def _model_at(self, grid: ElectrodeGrid, units: Sequence[MotorUnit], device: str) -> PotentialModel:
        request = PotentialRequest(self.anatomy, grid, units, RELATIVE_LENGTHS, self.checkpoint, self.seed, device)
        model: PotentialModel = build_part("potentials", self.generator, request, options=self.options)
        return model

    def _checksum(self) -> str:
        if self.checkpoint is None:
            return ""
        try:
            return hashlib.sha256(self.checkpoint.read_bytes()).hexdigest()
        except OSError as error:
            raise InvalidInput("checkpoint", str(self.checkpoint), f"a readable file ({error.strerror})") from None


def build_bank(plan: BankPlan, device: str = "cpu", progress: Progress = no_progress) -> MuapBank:
    """Compute the potentials of all motor units.

    Args:
        plan: Plan of the bank.
        device: Torch device.
        progress: Receives the number of motor units whose potentials have been computed.

    Raises:
        InvalidInput: The anatomy lacks one of the muscles, or the potential model rejects the plan.
    """
    drawn = {m: draw_motor_units(plan.anatomy, m, count, plan.seed) for m, count in plan.units.items()}
    all_units = [unit for units in drawn.values() for unit in units]
    model, times = plan.model(all_units, device), np.arange(plan.samples) / plan.sample_rate
    muscles, first = {}, 0
    for muscle, units in drawn.items():
        series = series_of(model, units, first, RELATIVE_LENGTHS, times)
        muscles[muscle] = compressed(series, len(RELATIVE_LENGTHS), plan.electrodes)
        first += len(units)
        progress("motor-unit potentials", first, len(all_units))
    return MuapBank(muscles, plan.sample_rate)


def load_or_build_bank(
    plan: BankPlan, device: str = "cpu", progress: Progress = no_progress, folder: Path | None = None
) -> MuapBank:
    """Read a bank from the cache, or build it and write it there; a damaged file is built again.

    Args:
        plan: Plan of the bank.
        device: Torch device.
        progress: Receives the number of motor units whose potentials have been computed.
        folder: Folder of the cache; by default the user's cache (``$XDG_CACHE_HOME/emgsim``).

    Raises:
        InvalidInput: As for `build_bank`.
    """
    folder = folder or user_cache_path("emgsim") / "muap"
    path = folder / f"{plan.fingerprint()}.npz"
    bank = _read(path, plan)
    if bank is None:
        bank = build_bank(plan, device, progress)
        _write(path, bank)
    return bank


def _read(path: Path, plan: BankPlan) -> MuapBank | None:
    try:
        with np.load(path) as file:
            muscles = {
                name: MusclePotentials(*(file[f"{name}/{field.name}"] for field in fields(MusclePotentials)))
                for name in plan.units
            }
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None
    return MuapBank(muscles, plan.sample_rate)


def _write(path: Path, bank: MuapBank) -> None:
    arrays: dict[str, NDArray[np.float32]] = {}
    for name, potentials in bank.muscles.items():
        arrays |= {f"{name}/{key}": array for key, array in vars(potentials).items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    os.replace(file.name, path)
