"""Data sets of motor-unit action potentials: units of many virtual arms, each under several conditions.

The volume conductor computes them for one arm after the other. The numbers of an arm depend only on the seed and the
number of the arm, so arms can be computed in any order, by several processes, and after an interruption.

    /potentials   [num, rows, columns, samples] float32, mV
    /conditions   [num, 6], /traits [num, 11], in the physical units that the attributes name
    /diameter     [num], diameter of the electrodes, m
    /arm, /unit   [num], /split [num]: 0 train, 1 held-out unit (of a training arm), 2 held-out arm
    /done         [arms], 1 when an arm is complete
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ...files.claims import plan_text, require_same_plan
from ...files.plans import require_positive
from ...jobs.cores import pool_of_cores
from ...jobs.progress import Progress, no_progress
from ...seeds import generator
from ..conditions import CONDITIONS
from ..conductor.limb_conductor import ForearmConductor
from ..limb.electrodes import ElectrodeGrid
from .identity import (
    TRAITS,
    arm_of,
    depth_range,
    draw_traits,
    motor_unit,
    standard_anatomy,
    territory_places,
    units_under,
)

Array = NDArray[np.float64]

SPLITS = ("train", "held-out unit", "held-out arm")
ARM_TRAITS = 4  # the first traits belong to the arm, the others to the unit
# Depths and numbers of fibres have wider ranges than the conditions, because the forearm graph has such units.
DEPTHS = (0.0035, 0.032)  # m
FIBERS = (3.0, 6000.0)
DIAMETERS = (0.001, 0.008)  # m


@dataclass(frozen=True)
class DatasetPlan:
    """The plan that determines a data set.

    Attributes:
        arms, held_out_arms: Number of arms, and how many of them (the last) are not used for training.
        units, held_out_units: Motor units of an arm, and how many of them are not used for training.
        conditions: Number of conditions under which each unit is computed.
        rows, columns, spacing: The electrodes; spacing in m.
        samples, sample_rate: Samples of a potential, and their rate, Hz.
        seed: Seed of all random numbers.
    """

    arms: int = 1000
    held_out_arms: int = 100
    units: int = 6
    held_out_units: int = 1
    conditions: int = 2
    rows: int = 10
    columns: int = 32
    spacing: float = 0.008
    samples: int = 96
    sample_rate: int = 3072
    seed: int = 1

    def __post_init__(self) -> None:
        require_positive(self, "data set", zero_allowed=("seed", "held_out_arms", "held_out_units"))
        for part, whole in (("held_out_arms", "arms"), ("held_out_units", "units")):
            if getattr(self, part) >= getattr(self, whole):
                raise InvalidInput(f"data set: {part}", getattr(self, part), f"less than {whole}")

    @property
    def per_arm(self) -> int:
        """Number of potentials of one arm."""
        return self.units * self.conditions


@dataclass(frozen=True)
class ArmData:
    """The potentials of one arm, with the fields that the file has."""

    potentials: NDArray[np.float32]
    conditions: Array
    traits: Array
    diameter: Array
    unit: NDArray[np.int64]
    split: NDArray[np.int64]


def draw_conditions(
    count: int, depths: Array, rng: np.random.Generator, fibers: tuple[float, float] | None = None
) -> Array:
    """Draw [count, 6] conditions, uniform over their ranges (the number of fibres over its logarithm).

    Args:
        count: Number of conditions.
        depths: [count] depths, which are given, m.
        rng: The random generator.
        fibers: Range of the number of fibres; None: the range of the condition.
    """
    drawn = np.empty((count, len(CONDITIONS)))
    for column, condition in enumerate(CONDITIONS):
        share = rng.uniform(size=count)
        low, high = fibers if fibers is not None and column == 0 else (condition.low, condition.high)
        drawn[:, column] = low * (high / low) ** share if condition.logarithmic else low + (high - low) * share
    drawn[:, 1] = depths
    return drawn


def simulate_arm(plan: DatasetPlan, arm: int) -> ArmData:
    """Compute the potentials of one arm of a data set."""
    rng = generator(plan.seed, "muap_dataset", str(arm))
    traits = draw_traits(np.full(plan.units, sum(DEPTHS) / 2), rng)
    traits[:, :ARM_TRAITS] = traits[0, :ARM_TRAITS]
    traits, unit = np.repeat(traits, plan.conditions, axis=0), np.repeat(np.arange(plan.units), plan.conditions)
    low, high = depth_range(traits)
    depths = rng.uniform(np.maximum(low, DEPTHS[0]), np.minimum(high, DEPTHS[1]))
    conditions = draw_conditions(len(traits), depths, rng)
    conditions[:, 0] = FIBERS[0] * (FIBERS[1] / FIBERS[0]) ** rng.uniform(size=len(traits))
    places = [territory_places(rng) for _ in range(plan.units)]
    diameter = rng.uniform(*DIAMETERS)
    batch = units_under(traits, conditions)
    units = [motor_unit(batch, row, places[unit[row]]) for row in range(len(batch))]
    cylinder = arm_of(traits[0])
    grid = ElectrodeGrid(plan.rows, plan.columns, plan.spacing, diameter, cylinder.skin_radius)
    conductor = ForearmConductor(cylinder, standard_anatomy().fiber, grid.layout, units)
    times = np.arange(plan.samples) / plan.sample_rate
    potentials = np.stack([conductor.potential(one, times).T for one in units])
    held = np.where(unit >= plan.units - plan.held_out_units, 1, 0)
    split = np.full(len(unit), 2) if arm >= plan.arms - plan.held_out_arms else held
    shape = (len(units), plan.rows, plan.columns, plan.samples)
    return ArmData(potentials.reshape(shape), conditions, traits, np.full(len(units), diameter), unit, split)


def simulate_dataset(plan: DatasetPlan, path: Path, workers: int = 0, progress: Progress = no_progress) -> None:
    """Compute a data set, or the arms that are missing in it.

    Args:
        plan: The plan of the data set.
        path: The HDF5 file; an incomplete file of the same plan is completed.
        workers: Processes; 0 takes one for each core.
        progress: Receives the number of arms that are done.

    Raises:
        InvalidInput: The file is not a data set, or it belongs to another plan.
    """
    with _opened(plan, path) as file:
        missing = np.flatnonzero(file["done"][:] == 0)
        done = plan.arms - len(missing)
        progress("arms", done, plan.arms)
        for arm, data in _arms(plan, missing, workers):
            rows = slice(arm * plan.per_arm, (arm + 1) * plan.per_arm)
            for name, values in asdict(data).items():
                file[name][rows] = values
            file["arm"][rows] = arm
            file.flush()  # the arm is marked as done only after its numbers are in the file
            file["done"][arm] = 1
            file.flush()
            done += 1
            progress("arms", done, plan.arms)


def _arms(plan: DatasetPlan, missing: NDArray[np.int64], workers: int) -> Iterator[tuple[int, ArmData]]:
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(missing) < 2:
        for arm in missing.tolist():
            yield arm, simulate_arm(plan, arm)
        return
    with pool_of_cores(workers) as pool:
        yield from zip(missing.tolist(), pool.map(partial(simulate_arm, plan), missing.tolist()), strict=True)


def _opened(plan: DatasetPlan, path: Path) -> h5py.File:
    if path.exists():
        try:
            file = h5py.File(path, "r+")
        except OSError as error:
            raise InvalidInput("data set", str(path), f"an HDF5 file ({error})") from None
        try:
            require_same_plan(file.attrs.get("plan", "null"), asdict(plan), str(path))
        except InvalidInput:
            file.close()
            raise
        return file
    path.parent.mkdir(parents=True, exist_ok=True)
    file, total = h5py.File(path, "w"), plan.arms * plan.per_arm
    file.attrs["plan"] = plan_text(asdict(plan))
    _allocated(file, "potentials", (total, plan.rows, plan.columns, plan.samples), np.float32)
    file["potentials"].attrs.update(unit="mV", sample_rate=plan.sample_rate)
    for name, table in (("conditions", CONDITIONS), ("traits", TRAITS)):
        _allocated(file, name, (total, len(table)), np.float64)
        file[name].attrs["names"] = [item.name for item in table]
        file[name].attrs["units"] = [item.unit for item in table]
    _allocated(file, "diameter", (total,), np.float64)
    for name in ("arm", "unit", "split"):
        _allocated(file, name, (total,), np.int64)
    file.create_dataset("done", data=np.zeros(plan.arms, np.uint8))
    file.flush()
    return file


def _allocated(file: h5py.File, name: str, shape: tuple[int, ...], dtype: type) -> None:
    """Create an HDF5 data set with its space on disk allocated at once, so that a later kill cannot damage the file."""
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    layout.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    kind = h5py.h5t.py_create(np.dtype(dtype), logical=True)
    h5py.h5d.create(file.id, name.encode(), kind, h5py.h5s.create_simple(shape), layout)
