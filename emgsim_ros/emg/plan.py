"""What the parameters of the EMG ask for: electrodes, potentials, muscle map."""

from __future__ import annotations

import math

from ..files.resources import checkpoint_file, config_file
from ..muap import BankPlan, ElectrodeGrid, ForearmAnatomy
from ..parameters import EmgParameters
from ..parts import load_part, options_for
from .muscle_map import MuscleMap, load_muscle_map


def electrode_grid(parameters: EmgParameters, anatomy: ForearmAnatomy) -> ElectrodeGrid:
    """The electrodes.

    Raises:
        InvalidInput: A patch that does not fit around the limb.
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
    """The motor units and what makes their potentials.

    Raises:
        InvalidInput: A muscle that the anatomy does not have, or no such weights.
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
        options=options_for("potentials", parameters.options),
    )


def muscle_map(parameters: EmgParameters, anatomy: ForearmAnatomy) -> MuscleMap | None:
    """How the model's muscles feed those of the anatomy; None: by name.

    Raises:
        InvalidInput: A broken file.
    """
    if not parameters.muscle_map:
        return None
    return load_muscle_map(config_file(parameters.muscle_map, folder="muscle_maps"), tuple(anatomy.muscles))
