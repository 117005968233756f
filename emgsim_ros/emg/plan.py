"""Electrodes, potentials and muscle map as specified by the parameters of the EMG."""

from __future__ import annotations

import math

from ..files.resources import checkpoint_file, config_file
from ..muap import BankPlan, ElectrodeGrid, ForearmAnatomy
from ..parameters import EmgParameters
from ..parts import load_part, options_for
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


def muscle_map(parameters: EmgParameters, anatomy: ForearmAnatomy) -> MuscleMap | None:
    """Return the muscle map of the parameters, or None if the muscles are matched by name.

    Raises:
        InvalidInput: The file is missing or malformed.
    """
    if not parameters.muscle_map:
        return None
    return load_muscle_map(config_file(parameters.muscle_map, folder="muscle_maps"), tuple(anatomy.muscles))
