"""Electrodes, potentials and muscle map as specified by the parameters of the EMG."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

from ..errors import InvalidInput
from ..files.resources import checkpoint_file, config_file
from ..motor_units import SpikeTrains
from ..muap import BankPlan, ElectrodeGrid, ForearmAnatomy
from ..parameters import EmgParameters
from ..parts import build_part, load_part, options_for
from .montage import Montage
from .muscle_map import MuscleMap, load_muscle_map
from .reference import Distant, Reference


def electrode_grid(parameters: EmgParameters, anatomy: ForearmAnatomy) -> ElectrodeGrid:
    """Return the electrode grid of the parameters on the skin of this anatomy.

    Raises:
        InvalidInput: The grid is a patch that is wider than the limb.
    """
    return ElectrodeGrid(
        rows=parameters.rows,
        columns=parameters.columns,
        spacing=parameters.spacing * 1e-3,
        diameter=parameters.diameter * 1e-3,
        radius=anatomy.cylinder.skin_radius,
        column_spacing=parameters.column_spacing * 1e-3 or None,
        angle=2 * math.pi * parameters.grid_angle,
    )


def montage(parameters: EmgParameters, grid: ElectrodeGrid) -> Montage:
    """Return the montage of the parameters.

    Raises:
        UnknownPart: No montage of this name is registered.
        InvalidInput: The grid has too few electrodes for it.
    """
    made: Montage = build_part("montage", parameters.montage, grid, options=parameters.options)
    return made


def reference(parameters: EmgParameters, grid: ElectrodeGrid) -> Reference:
    """Return the reference of the parameters; a distant one if it has no effect on the channels of the montage.

    Raises:
        UnknownPart: No reference or montage of this name is registered.
        InvalidInput: The reference electrode cannot be at its position.
    """
    made: Reference = build_part("reference", parameters.reference, grid, parameters, options=parameters.options)
    if getattr(load_part("montage", parameters.montage), "differential", False):
        return Distant(grid, parameters)
    return made


def bank_plan(parameters: EmgParameters, anatomy: ForearmAnatomy) -> BankPlan:
    """Return the plan of the bank of potentials at the electrodes of the parameters; raises as `bank_plan_at`."""
    grid = electrode_grid(parameters, anatomy)
    return bank_plan_at(parameters, anatomy, grid, reference(parameters, grid).electrode)


def bank_plan_at(
    parameters: EmgParameters, anatomy: ForearmAnatomy, grid: ElectrodeGrid, reference_electrode: ElectrodeGrid | None
) -> BankPlan:
    """Return the plan of the bank of potentials.

    Args:
        parameters: Of the EMG.
        anatomy: Anatomy of the limb.
        grid: Electrode grid of the parameters.
        reference_electrode: Discs of their reference electrode; None without one.

    Raises:
        UnknownPart: No potential model of this name is registered.
        InvalidInput: The anatomy lacks a muscle, the weights do not exist, or the potential model computes potentials
            at its own electrodes only and the reference is another one.
    """
    muscles = parameters.muscles or tuple(anatomy.muscles)
    units = {name: parameters.units_per_muscle or anatomy.territory(name).motor_units for name in muscles}
    generator = parameters.generator
    model = load_part("potentials", generator)
    if reference_electrode is not None and getattr(model, "fixed_electrodes", False):
        expected = f"distant or average, since the generator {generator} computes potentials at its own electrodes only"
        raise InvalidInput("reference", parameters.reference, expected)
    needed = getattr(model, "needs_checkpoint", False)
    return BankPlan(
        anatomy=anatomy,
        grid=grid,
        reference=reference_electrode,
        units=units,
        sample_rate=parameters.sample_rate,
        seed=parameters.seed,
        generator=generator,
        checkpoint=checkpoint_file(parameters.checkpoint) if needed else None,
        options=options_for("potentials", parameters.options, generator),
    )


def spike_trains(
    parameters: EmgParameters, anatomy: ForearmAnatomy, units: Mapping[str, int], seed: int
) -> SpikeTrains:
    """Return the spike trains of the pool that the parameters name.

    A pool with an argument ``properties`` receives the anatomy's pool properties by muscle, and a pool with an argument
    ``independent_noise`` the parameter of that name.

    Args:
        parameters: Pool, its options and the sampling rate.
        anatomy: Anatomy of the limb.
        units: Number of motor units of each muscle.
        seed: Seed of the trial.

    Raises:
        UnknownPart: No pool of this name is registered.
        InvalidInput: The pool rejects an option.
    """
    name = parameters.pool
    offered = {"properties": anatomy.pools.of(tuple(units)), "independent_noise": parameters.independent_noise}
    accepted = inspect.signature(load_part("pool", name)).parameters
    options: dict[str, Any] = {key: value for key, value in offered.items() if key in accepted}
    options |= options_for("pool", parameters.options, name)
    trains: SpikeTrains = build_part("pool", name, units, parameters.sample_rate, seed, options=options)
    return trains


def muscle_map(parameters: EmgParameters, anatomy: ForearmAnatomy) -> MuscleMap | None:
    """Return the muscle map of the parameters, or None if the muscles are matched by name.

    Raises:
        InvalidInput: The file is missing or malformed.
    """
    if not parameters.muscle_map:
        return None
    return load_muscle_map(config_file(parameters.muscle_map, folder="muscle_maps"), tuple(anatomy.muscles))
