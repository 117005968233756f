"""The parameters of the muscles of an OpenSim model; their curves are tabulated, because OpenSim is slow at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..rigid_tendons import MuscleParameters
from .runtime import opensim

Array = NDArray[np.float64]


def muscle_parameters(muscles: Sequence[opensim.Millard2012EquilibriumMuscle]) -> MuscleParameters:
    """Return the parameters of all muscles of a model."""

    def every(value: Callable[[opensim.Millard2012EquilibriumMuscle], float]) -> Array:
        return np.array([value(muscle) for muscle in muscles])

    return MuscleParameters(
        max_force=every(lambda m: m.getMaxIsometricForce()),
        optimal_length=every(lambda m: m.getOptimalFiberLength()),
        slack_length=every(lambda m: m.getTendonSlackLength()),
        pennation=every(lambda m: m.getPennationAngleAtOptimalFiberLength()),
        shortest_length=every(lambda m: m.getMinimumFiberLength()),
        fastest=every(lambda m: m.getMaxContractionVelocity()),
        damping=every(lambda m: m.getFiberDamping()),
        active=_table([m.getActiveForceLengthCurve() for m in muscles], *MuscleParameters.ACTIVE),
        passive=_table([m.getFiberForceLengthCurve() for m in muscles], *MuscleParameters.PASSIVE),
        speed=_table([m.getForceVelocityCurve() for m in muscles], *MuscleParameters.SPEED),
        rise=every(lambda m: m.getActivationTimeConstant()),
        fall=every(lambda m: m.getDeactivationTimeConstant()),
    )


def _table(curves: Sequence[Any], low: float, high: float) -> Array:
    """Return the values of OpenSim's curves at equal steps, [curves, steps + 1]; equal curves are evaluated once."""
    grid = np.linspace(low, high, MuscleParameters.STEPS + 1)
    known: dict[str, Array] = {}
    tables = []
    for curve in curves:
        _, _, properties = curve.dump().partition(">")  # without the name of the curve
        if properties not in known:
            known[properties] = np.array([curve.calcValue(float(x)) for x in grid])
        tables.append(known[properties])
    return np.array(tables)
