"""The current source of an active motor unit along its fibres.

Farina & Merletti (2001), J Electromyogr Kinesiol 11:173-187: an intracellular action potential starts at the
innervation zone, runs to both ends and dies there. With V the action potential of Rosenfalck (1969),
V(x) = 96 x^3 exp(-x) - 90 mV (x in mm behind the front), the current per length is di = dJ/dz with

    J(z, t) = -+ sigma_i (pi d^2 / 4) V'(v t - |z - z_i|)     (- beyond the innervation zone, + before it)

inside the fibre and 0 outside, which accounts for generation, propagation and extinction and sums to zero at
all times. Over a unit, J is averaged over the scatter of innervation zones and fibre ends.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from .anatomy import FiberConstants
from .motor_unit import MotorUnit

Array = NDArray[np.float64]

TABLE_STEP = 5e-6  # m
EXTINCT = 0.06  # m behind the front, where nothing of the action potential is left
NEGLIGIBLE = 1e-9  # share of the fibres that still reach a height, below which none is counted

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def rosenfalck_slope(distance: Array) -> Array:
    """Slope (V/m) of Rosenfalck's action potential at ``distance`` (m) behind its front; 0 ahead of it."""
    x = np.maximum(distance * 1e3, 0.0)
    return 96.0 * (3 * x**2 - x**3) * np.exp(-x)


def axial_current(unit: MotorUnit, constants: FiberConstants, heights: Array, times: Array) -> Array:
    """J of a whole unit: the sum over its fibres.

    Args:
        unit: The motor unit.
        constants: Of its fibres.
        heights: [heights] positions along the arm, m.
        times: [times] since the unit's discharge, s.

    Returns:
        [heights, times] current, A.
    """
    along = heights - unit.innervation_zone
    fiber_share = ndtr((unit.proximal - along) / constants.end_scatter) * ndtr(
        (unit.distal + along) / constants.end_scatter
    )
    inside = fiber_share > NEGLIGIBLE
    slope = _mean_slope(along[inside], unit.conduction_velocity * times, constants.innervation_scatter)
    area = np.pi * constants.diameter**2 / 4
    current = np.zeros((len(heights), len(times)))
    current[inside] = unit.fibers * constants.conductivity * area * fiber_share[inside, None] * slope
    return current


def _mean_slope(along: Array, front: Array, scatter: float) -> Array:
    """[heights, times] slope of the action potential (V/m), averaged over the scatter of innervation zones.

    Args:
        along: [heights] places from the mean innervation zone, m.
        front: [times] how far the action potential has run, m.
        scatter: Standard deviation of the innervation zones, m.
    """
    slope = np.empty((len(along), len(front)))
    near = np.abs(along) <= scatter * _NODES[-1]  # some fibres start above these heights, some below
    distance = along[near, None] - _NODES * scatter
    behind = front - np.abs(distance)[:, :, None]
    slope[near] = -np.einsum("n,hn,hnt->ht", _WEIGHTS, np.sign(distance), rosenfalck_slope(behind))
    far, (grid, table) = along[~near], _slope_beyond_scatter(scatter)
    slope[~near] = -np.sign(far)[:, None] * np.interp(front - np.abs(far)[:, None], grid, table)
    return slope


@cache
def _slope_beyond_scatter(scatter: float) -> tuple[Array, Array]:
    """Distances (m) behind the mean front, and the mean slope there, for heights that all fibres' fronts pass alike."""
    grid = np.arange(-scatter * _NODES[-1] - TABLE_STEP, EXTINCT, TABLE_STEP)
    return grid, rosenfalck_slope(grid[:, None] + _NODES * scatter) @ _WEIGHTS
