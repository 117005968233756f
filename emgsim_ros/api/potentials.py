"""Potentials of single motor units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..emg.plan import bank_plan, reference
from ..errors import InvalidInput
from ..files.resources import config_file
from ..muap import ForearmAnatomy
from ..muap.bank import RELATIVE_LENGTHS
from ..muap.limb.anatomy import load_anatomy as read_anatomy
from ..muap.limb.motor_unit import draw_motor_units
from ..parameters import EmgParameters
from .anatomies import load_anatomy
from .settings import emg_parameters


def motor_unit_potentials(
    muscle: str,
    relative_length: ArrayLike = 1.0,
    *,
    units: Sequence[int] | None = None,
    anatomy: ForearmAnatomy | str | Path | None = None,
    parameters: EmgParameters | None = None,
    **settings: Any,
) -> NDArray[np.float32]:
    """Compute the potentials of a muscle's motor units at the electrodes.

    For a seed these are the motor units of `simulate_emg` and of the live graph. Potentials along a movement follow
    from the fibre lengths that `simulate_movement` returns, given here as ``relative_length``.

    Args:
        muscle: A muscle of the anatomy.
        relative_length: Fibre length over that of the anatomy, 0.55 to 1.4: one number, or [lengths].
        units: Numbers of the units to compute, in the order of recruitment from 0; default all.
        anatomy: As for `simulate_emg`.
        parameters: Electrodes, number of motor units, sample rate and model of the potentials.
        **settings: Changes of ``parameters``, by field of `EmgParameters`.

    Returns:
        [units, samples, electrodes] mV, 31 ms from the discharge on; [lengths, units, samples, electrodes] for
        several lengths. Electrode ``row * columns + column``.

    Raises:
        InvalidInput: An unknown muscle, unit or setting, or a length out of range.

    Example:
        >>> import emgsim_ros as es
        >>> es.motor_unit_potentials("FCU", units_per_muscle=12, units=[0, 11], rows=4, columns=8).shape
        (2, 64, 32)
        >>> es.motor_unit_potentials("FCU", [0.9, 1.0, 1.1], units=[100], rows=4, columns=8).shape
        (3, 1, 64, 32)
    """
    wanted = emg_parameters(parameters, {**settings, "muscles": (muscle,)})
    if anatomy is None:
        anatomy = read_anatomy(config_file(wanted.anatomy, folder="anatomy"))
    limb = load_anatomy(anatomy) if isinstance(anatomy, str | Path) else anatomy
    lengths = np.asarray(relative_length, dtype=float)
    low, high = RELATIVE_LENGTHS[0], RELATIVE_LENGTHS[-1]
    if lengths.ndim > 1 or not ((lengths >= low) & (lengths <= high)).all():
        raise InvalidInput("relative_length", relative_length, f"one or several numbers, {low:g} to {high:g}")
    plan = bank_plan(wanted, limb)
    drawn = draw_motor_units(limb, muscle, plan.units[muscle], plan.seed)
    model = plan.model(drawn, wanted.device)
    chosen = range(len(drawn)) if units is None else units
    for number in chosen:
        if not 0 <= number < len(drawn):
            raise InvalidInput("units", number, f"numbers from 0 to {len(drawn) - 1}")
    times = np.arange(plan.samples) / plan.sample_rate
    made = np.stack([_at_length(model, drawn, chosen, float(length), times) for length in lengths.ravel()])
    made = reference(wanted, plan.grid).apply(made)
    return made if lengths.ndim else made[0]


def _at_length(
    model: Any, drawn: Sequence[Any], chosen: Sequence[int], length: float, times: NDArray[np.float64]
) -> NDArray[np.float32]:
    """[chosen units, samples, electrodes] at one length."""
    if len(chosen) == len(drawn):
        every: NDArray[np.float32] = model.potentials(drawn, 0, length, times)
        return every[list(chosen)]
    return np.concatenate([model.potentials([drawn[number]], number, length, times) for number in chosen])
