"""The bank: the potential of every motor unit at every electrode, computed once and kept on disk.

The potential of a unit is the product of two averages over its fibres: of the source along the arm and of the
volume conductor's response at the places its fibres have in the cross-section (these are drawn independently).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from platformdirs import user_cache_path

from .anatomy import ForearmAnatomy
from .electrodes import ElectrodeGrid
from .motor_unit import MotorUnit, draw_motor_units
from .source import axial_current
from .volume_conductor import disc_electrode, surface_transfer

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

FORMAT = 2  # raise it whenever the numbers of a bank change for the same inputs
DURATION = 0.03125  # s, length of a motor-unit potential: the slowest has reached its fibre ends by then
WINDOW = 0.512  # m of arm that the Fourier integral along z covers
HEIGHT_STEP = 0.001  # m
HIGHEST_FREQUENCY = 1500.0  # rad/m: muscle 5 mm under the skin is attenuated below 1e-3 there
HIGHEST_ORDER = 64
RADIUS_STEP = 0.0005  # m, grid of source radii between which the transfer is interpolated
TO_MILLIVOLT = 1e3


@dataclass(frozen=True)
class MuapBank:
    """Motor-unit action potentials of several muscles.

    Attributes:
        potentials: [units, samples, electrodes] float32, mV, from the unit's discharge on.
        units: Motor units of each muscle, in order; unit u of muscle m is row ``offsets[m] + u``.
        sample_rate: Hz.
    """

    potentials: NDArray[np.float32]
    units: Mapping[str, int]
    sample_rate: int

    @property
    def muscles(self) -> tuple[str, ...]:
        """Names of the muscles."""
        return tuple(self.units)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """[muscles] row of each muscle's first unit."""
        return np.concatenate([[0], np.cumsum(list(self.units.values()))[:-1]]).astype(np.int64)


@dataclass(frozen=True)
class BankPlan:
    """All that determines the numbers of a bank.

    Attributes:
        anatomy: The forearm.
        grid: The electrodes.
        units: Motor units per muscle.
        sample_rate: Hz.
        seed: Scenario seed, for the units' anatomy.
    """

    anatomy: ForearmAnatomy
    grid: ElectrodeGrid
    units: Mapping[str, int]
    sample_rate: int
    seed: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Units, samples, electrodes."""
        return sum(self.units.values()), round(DURATION * self.sample_rate), self.grid.count

    def fingerprint(self) -> str:
        """A name that only equal plans share."""
        text = json.dumps([FORMAT, dataclasses.asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def build_bank(plan: BankPlan, device: str = "cpu", progress: Progress | None = None) -> MuapBank:
    """Compute the potentials of all motor units.

    Args:
        plan: What to compute.
        device: Torch device for the sums.
        progress: Called with units done and units in all.

    Raises:
        InvalidInput: The anatomy lacks one of the muscles.
    """
    drawn = [
        unit
        for muscle, count in plan.units.items()
        for unit in draw_motor_units(plan.anatomy, muscle, count, plan.seed)
    ]
    conductor = _Conductor(plan.anatomy, plan.grid, drawn, device)
    potentials = np.empty(plan.shape, dtype=np.float32)
    times = np.arange(plan.shape[1]) / plan.sample_rate
    for number, unit in enumerate(drawn):
        potentials[number] = conductor.potential(unit, times)
        if progress is not None:
            progress(number + 1, len(drawn))
    return MuapBank(potentials, dict(plan.units), plan.sample_rate)


class _Conductor:
    """The response of the arm at all electrodes, as a function of where the source lies."""

    def __init__(self, anatomy: ForearmAnatomy, grid: ElectrodeGrid, units: list[MotorUnit], device: str) -> None:
        self._fiber, self._grid, self._device = anatomy.fiber, grid, device
        samples = round(WINDOW / HEIGHT_STEP)
        self._heights = (np.arange(samples, dtype=np.float64) - samples // 2) * HEIGHT_STEP
        self._frequencies = 2 * np.pi / WINDOW * np.arange(1.0, round(HIGHEST_FREQUENCY * WINDOW / (2 * np.pi)) + 1)
        self._orders = np.arange(HIGHEST_ORDER + 1.0)
        radii = np.concatenate([unit.radii for unit in units])
        self._first_radius = radii.min() - RADIUS_STEP / 2
        count = int(np.ceil((radii.max() - self._first_radius) / RADIUS_STEP)) + 1
        grid_radii = self._first_radius + RADIUS_STEP * np.arange(count)
        inside = np.clip(grid_radii, anatomy.cylinder.bone_radius * 1.001, anatomy.cylinder.muscle_radius * 0.999)
        transfer = surface_transfer(anatomy.cylinder, inside, self._orders, self._frequencies)
        transfer *= disc_electrode(grid.diameter / 2, grid.radius, self._orders, self._frequencies)
        transfer[:, 1:] *= 2.0  # orders n and -n
        self._transfer = self._tensor(transfer)
        # Row [row, k] of the inverse Fourier integral: e^(i k z) times i k (the source is dJ/dz), k and -k.
        wave = np.exp(1j * self._frequencies * grid.heights[:, None]) * 1j * self._frequencies
        along = wave * 2 / (2 * np.pi * WINDOW) * TO_MILLIVOLT
        self._along_real, self._along_imaginary = self._tensor(along.real), self._tensor(along.imag)
        fourier = np.exp(-1j * self._frequencies[:, None] * self._heights) * HEIGHT_STEP
        self._cosines, self._sines = self._tensor(fourier.real), self._tensor(fourier.imag)
        around = self._orders * grid.angles[:, None]
        self._around_cosines, self._around_sines = self._tensor(np.cos(around)), self._tensor(np.sin(around))

    def potential(self, unit: MotorUnit, times: Array) -> NDArray[np.float32]:
        """[times, electrodes] potential of one unit, mV."""
        current = axial_current(unit, self._fiber, self._heights, times)
        active = np.flatnonzero(current.any(axis=1))
        if not len(active):  # fibres beyond the arm that is looked at
            return np.zeros((len(times), self._grid.count), dtype=np.float32)
        reach = slice(active[0], active[-1] + 1)
        source = self._tensor(current[reach])
        real, imaginary = self._cosines[:, reach] @ source, self._sines[:, reach] @ source
        # [rows, frequencies, times] what the source sends to each height; then its way around the arm
        sent = self._along_real[:, :, None] * real - self._along_imaginary[:, :, None] * imaginary
        potential = self._around(unit) @ sent
        return potential.reshape(-1, len(times)).T.contiguous().cpu().numpy()

    def _around(self, unit: MotorUnit) -> torch.Tensor:
        """[columns, frequencies] response around the arm, averaged over the unit's fibres."""
        place = (unit.radii - self._first_radius) / RADIUS_STEP
        below = place.astype(int)
        first, last = below.min(), below.max() + 2
        weights = np.zeros((last - first, len(place)))  # [radii, fibres] of the interpolation between radii
        fibers, share = np.arange(len(place)), place - below
        weights[below - first, fibers] = 1 - share
        weights[below - first + 1, fibers] = share
        angles = self._orders * unit.angles[:, None]
        transfer = self._transfer[first:last]
        even, odd = (self._tensor(weights @ harmonic(angles) / len(place)) for harmonic in (np.cos, np.sin))
        return self._around_cosines @ (even[:, :, None] * transfer).sum(dim=0) + self._around_sines @ (
            odd[:, :, None] * transfer
        ).sum(dim=0)

    def _tensor(self, values: Array) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).to(self._device)


def load_or_build_bank(
    plan: BankPlan, device: str = "cpu", progress: Progress | None = None, folder: Path | None = None
) -> MuapBank:
    """As :func:`build_bank`, kept in the user's cache folder; a damaged file is built again.

    Args:
        plan, device, progress: As for :func:`build_bank`.
        folder: Where banks are kept; default the user's cache (``$XDG_CACHE_HOME/emgsim``).
    """
    folder = folder or user_cache_path("emgsim") / "muap"
    path = folder / f"{plan.fingerprint()}.npy"
    try:
        potentials = np.load(path)
        if potentials.shape == plan.shape and potentials.dtype == np.float32:
            return MuapBank(potentials, dict(plan.units), plan.sample_rate)
    except (OSError, ValueError, EOFError):
        pass
    bank = build_bank(plan, device, progress)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        np.save(file, bank.potentials)
    os.replace(file.name, path)
    return bank
