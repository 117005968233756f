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

REACH = 5.0  # standard deviations of the innervation zones beyond which there are none
HEIGHT_STEP, RUN_STEP = 1e-4, 1e-5  # m, of the table of the source about the innervation zone
EXTINCT = 0.04  # m behind the front, where nothing of the action potential is left
NEGLIGIBLE = 1e-9  # share of the fibres that still reach a height, below which none is counted


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
        scatter: Standard deviation of the innervation zones (normal), m.
    """
    distance, zones = np.abs(along), _scattered(scatter)
    slope = np.empty((len(along), len(front)))
    near = distance < zones.reach  # some fibres start above these heights, some below
    slope[near] = zones.near(distance[near], front)
    slope[~near] = zones.beyond(front - distance[~near, None])
    return -np.sign(along)[:, None] * slope


class _ScatteredZones:
    """Mean slope (V/m) at a distance above the mean innervation zone, tabulated.

    With w the normal density of the zones and f the slope behind one front, at height z after the front has run s,

        mean(z, s) = int_0^inf f(s - u) (w(z - u) - w(z + u)) du,

    a convolution along s; far above the zones the second density vanishes, and the mean depends on s - z only.
    """

    def __init__(self, scatter: float) -> None:
        self.reach = REACH * scatter
        heights = np.arange(0.0, self.reach + 2 * HEIGHT_STEP, HEIGHT_STEP)
        run = np.arange(0.0, self.reach + EXTINCT, RUN_STEP)

        def density(x: Array) -> Array:
            return np.exp(-0.5 * (x / scatter) ** 2) / (scatter * np.sqrt(2 * np.pi))

        above = heights[:, None]
        self._near = _convolved(density(above - run) - density(above + run), rosenfalck_slope(run))
        self._behind = run - self.reach
        self._beyond = _convolved(density(self._behind)[None], rosenfalck_slope(run))[0]

    def near(self, distance: Array, front: Array) -> Array:
        """[heights, times] at these distances (m) from the mean zone, below :attr:`reach`."""
        row, column = distance[:, None] / HEIGHT_STEP, np.minimum(front / RUN_STEP, self._near.shape[1] - 1.001)[None]
        r, c = row.astype(int), column.astype(int)
        up, on = row - r, column - c
        low, high = ((1 - on) * self._near[i, c] + on * self._near[i, c + 1] for i in (r, r + 1))
        return (1 - up) * low + up * high

    def beyond(self, behind: Array) -> Array:
        """The mean slope ``behind`` (m) the mean front."""
        return np.interp(behind, self._behind, self._beyond)


def _convolved(rows: Array, kernel: Array) -> Array:
    """Convolution of every row with a kernel on the grid of RUN_STEP, as long as the rows."""
    size = 2 * rows.shape[1]
    product = np.fft.rfft(rows, size) * np.fft.rfft(kernel, size)
    return np.fft.irfft(product, size)[:, : rows.shape[1]] * RUN_STEP


@cache
def _scattered(scatter: float) -> _ScatteredZones:
    return _ScatteredZones(scatter)
