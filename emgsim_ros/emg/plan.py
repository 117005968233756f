"""Electrodes, potentials and muscle map as specified by the parameters of the EMG."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

from ..files.resources import checkpoint_file, config_file
from ..motor_units import SpikeTrains
from ..muap import BankPlan, ElectrodeGrid, ForearmAnatomy
from ..parameters import EmgParameters
from ..parts import build_part, load_part, options_for
from .muscle_map import MuscleMap, load_muscle_map


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


def bank_plan(parameters: EmgParameters, anatomy: ForearmAnatomy) -> BankPlan:
    """Return the plan of the bank of potentials.

    Raises:
        UnknownPart: No potential model of this name is registered.
        InvalidInput: The anatomy lacks a muscle, or the weights do not exist.
    """
    muscles = parameters.muscles or tuple(anatomy.muscles)
    units = {name: parameters.units_per_muscle or anatomy.territory(name).motor_units for name in muscles}
    generator = parameters.generator
    needed = getattr(load_part("potentials", generator), "needs_checkpoint", False)
    return BankPlan(
        anatomy=anatomy,
        grid=electrode_grid(parameters, anatomy),
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
