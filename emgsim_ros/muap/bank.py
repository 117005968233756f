"""The bank: the potentials of all motor units, over the range of their fibres' lengths, small enough to move with them.

A potential travels, and in fibres s times as long it travels 1/s times as fast. So the bank keeps it over the time
divided by s, in which the travelling parts stay where they are; between neighbouring lengths it is then nearly linear.
And the potentials of one muscle's units look alike: some tens of patterns over the electrodes and about a dozen
waveforms over time (principal components of both) make them all up.
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
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from platformdirs import user_cache_path
from torch import Tensor

from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from ..parts import build_part, find_part
from .limb.anatomy import ForearmAnatomy
from .limb.electrodes import ElectrodeGrid
from .limb.motor_unit import MotorUnit, draw_motor_units
from .models import PotentialModel, PotentialRequest

Array = NDArray[np.float64]

FORMAT = 4  # raise it whenever the numbers of a bank change for the same inputs
DURATION = 0.03125  # s, length of a potential at relative length 1: the slowest has reached its fibre ends by then
RELATIVE_LENGTHS = np.linspace(0.55, 1.40, 18)  # beyond them the potentials of the ends hold
UNSTRETCHED = int(np.argmin(np.abs(RELATIVE_LENGTHS - 1.0)))  # the number of relative length 1
SILENCE = 1e-3  # of a potential's greatest size, below which its end is left out
PATTERN_ERROR = 0.005  # of a muscle's potentials, that its patterns, and its waveforms, may leave out (RMS)


@dataclass(frozen=True)
class MusclePotentials:
    """The potentials of one muscle's motor units.

    Potential of a unit: ``waveforms.T @ weights @ patterns``, [samples, electrodes], over time since the discharge
    divided by the relative length; as many samples as the muscle's longest potential has.

    Attributes:
        patterns: [patterns, electrodes] float32, orthonormal.
        waveforms: [waveforms, samples] float32, orthonormal.
        weights: [lengths, units, waveforms, patterns] float32, mV, at each of :data:`RELATIVE_LENGTHS`.
    """

    patterns: NDArray[np.float32]
    waveforms: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class MuapBank:
    """Motor-unit action potentials of several muscles.

    Attributes:
        muscles: By name.
        sample_rate: Hz.
    """

    muscles: Mapping[str, MusclePotentials]
    sample_rate: int

    @property
    def units(self) -> dict[str, int]:
        """Motor units of each muscle."""
        return {name: potentials.weights.shape[1] for name, potentials in self.muscles.items()}

    def potentials(self, muscle: str, relative_length: int = UNSTRETCHED) -> NDArray[np.float32]:
        """[units, samples, electrodes] at one of :data:`RELATIVE_LENGTHS`, by its number, mV."""
        potentials = self.muscles[muscle]
        return potentials.waveforms.T @ potentials.weights[relative_length] @ potentials.patterns


@dataclass(frozen=True)
class BankPlan:
    """All that determines the numbers of a bank.

    Attributes:
        anatomy: The forearm.
        grid: The electrodes.
        units: Motor units per muscle.
        sample_rate: Hz.
        seed: Scenario seed, for the units' anatomy.
        generator: What makes the potentials: a part of the kind ``potentials``.
        checkpoint: Its weights, if it needs any.
        options: Its own options.
    """

    anatomy: ForearmAnatomy
    grid: ElectrodeGrid
    units: Mapping[str, int]
    sample_rate: int
    seed: int
    generator: str = "conductor"
    checkpoint: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def samples(self) -> int:
        """Samples of a potential at relative length 1."""
        return round(DURATION * self.sample_rate)

    def fingerprint(self) -> str:
        """A name that only equal plans share.

        Raises:
            InvalidInput: The checkpoint cannot be read.
        """
        content = {**dataclasses.asdict(self), "checkpoint": self._checksum()}
        content["origin"] = find_part("potentials", self.generator).origin  # another version may make other numbers
        constants = [FORMAT, DURATION, SILENCE, PATTERN_ERROR, RELATIVE_LENGTHS.tolist()]
        text = json.dumps([constants, content], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    def model(self, units: Sequence[MotorUnit], device: str) -> PotentialModel:
        """What makes the potentials of these units.

        Raises:
            InvalidInput: An unknown generator, or what the generator refuses.
        """
        request = PotentialRequest(self.anatomy, self.grid, units, RELATIVE_LENGTHS, self.checkpoint, self.seed, device)
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
        plan: What to compute.
        device: Torch device.
        progress: Receives the number of motor units that are done.

    Raises:
        InvalidInput: The anatomy lacks one of the muscles, or what the generator refuses.
    """
    drawn = {m: draw_motor_units(plan.anatomy, m, count, plan.seed) for m, count in plan.units.items()}
    everyone = [unit for units in drawn.values() for unit in units]
    model, times = plan.model(everyone, device), np.arange(plan.samples) / plan.sample_rate
    muscles, first = {}, 0
    for muscle, units in drawn.items():
        muscles[muscle] = _muscle_potentials(
            [partial(model.potentials, units, first, s, times * s) for s in RELATIVE_LENGTHS]
        )
        first += len(units)
        progress("motor-unit potentials", first, len(everyone))
    return MuapBank(muscles, plan.sample_rate)


def _muscle_potentials(at_length: Sequence[Callable[[], NDArray[np.float32]]]) -> MusclePotentials:
    """One muscle's potentials; ``at_length`` make them, [units, samples, electrodes], at each relative length."""
    made = {number: torch.from_numpy(at_length[number]()) for number in (0, len(at_length) // 2, len(at_length) - 1)}
    patterns = common_patterns(list(made.values()))
    courses = []
    for number, make in enumerate(at_length):
        potentials = made.get(number)
        courses.append((torch.from_numpy(make()) if potentials is None else potentials) @ patterns.T)
    heard = _without_silence(torch.stack(courses))
    waveforms = common_patterns([course.transpose(1, 2) for course in heard])
    return MusclePotentials(patterns.numpy(), waveforms.numpy(), torch.matmul(waveforms, heard).numpy())


def _without_silence(courses: Tensor) -> Tensor:
    """[lengths, units, samples, patterns] courses up to the last sample at which a unit is not silent yet."""
    size = courses.square().sum(dim=3).sqrt()
    heard = (size > SILENCE * size.amax(dim=2, keepdim=True)).any(dim=0).any(dim=0)
    last = int(heard.nonzero().max()) if heard.any() else 0
    return courses[:, :, : min(last + 2, courses.shape[2])]


def common_patterns(potentials: Sequence[Tensor]) -> Tensor:
    """[patterns, places] orthonormal, as few as :data:`PATTERN_ERROR` allows, that make up all potentials.

    Every unit counts alike, the small ones as much as the large.

    Args:
        potentials: Of [units, ..., places].
    """
    square = torch.zeros((potentials[0].shape[-1],) * 2, dtype=torch.float64)
    for made in potentials:
        size = made.square().sum(dim=(1, 2), keepdim=True).sqrt().clamp_min(1e-12)
        scaled = (made / size).flatten(0, 1)
        square += scaled.T @ scaled
    energy, directions = torch.linalg.eigh(square)
    left_out = torch.cumsum(energy.clamp_min(0.0), dim=0) / energy.sum().clamp_min(1e-30)
    kept = directions[:, left_out > PATTERN_ERROR**2]
    if not kept.shape[1]:  # silent units
        kept = directions[:, -1:]
    return kept.flip(1).T.float().contiguous()


def load_or_build_bank(
    plan: BankPlan, device: str = "cpu", progress: Progress = no_progress, folder: Path | None = None
) -> MuapBank:
    """As :func:`build_bank`, kept in the user's cache folder; a damaged file is built again.

    Args:
        plan, device, progress: As for :func:`build_bank`.
        folder: Where banks are kept; default the user's cache (``$XDG_CACHE_HOME/emgsim``).
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
