"""The current source of an active motor unit along its fibres.

Farina & Merletti (2001), J Electromyogr Kinesiol 11:173-187: an intracellular action potential starts at the
innervation zone, travels to both fibre ends and ends there. With V the action potential of Rosenfalck (1969),
V(x) = 96 x^3 exp(-x) - 90 mV (x in mm behind the front), the current per length is di = dJ/dz with

    J(z, t) = -+ sigma_i (pi d^2 / 4) V'(v t - |z - z_i|)     (- beyond the innervation zone, + before it)

inside the fibre and 0 outside, which accounts for generation, propagation and extinction and sums to zero at
all times. For a unit, J is averaged in closed form over the normally distributed innervation zones and fibre ends.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import ndtr
from torch import Tensor

from ..limb.anatomy import FiberConstants
from ..limb.motor_unit import MotorUnit

Array = NDArray[np.float64]

REACH = 5.0  # standard deviations from the mean innervation zone beyond which there are none
AHEAD = 7.0  # standard deviations ahead of the mean front beyond which there is no action potential
EXTINCT = 0.04  # m behind the front beyond which the action potential is negligible
BEHIND_STEP = 2e-5  # m, step of the table of travelling waves
NEGLIGIBLE = 1e-9  # share of the fibres that reach a height, below which the current there is set to 0


def rosenfalck_slope(distance: Array) -> Array:
    """Return the slope (V/m) of Rosenfalck's action potential at ``distance`` (m) behind its front; 0 ahead of it."""
    x = np.maximum(distance * 1e3, 0.0)
    return 96.0 * (3 * x**2 - x**3) * np.exp(-x)


def axial_current(unit: MotorUnit, constants: FiberConstants, heights: Array, times: Array) -> Array:
    """Return the current J of a whole unit, the sum over its fibres.

    Args:
        unit: The motor unit.
        constants: Constants of its fibres.
        heights: [heights] positions along the arm, m.
        times: [times] since the unit's discharge, s.

    Returns:
        [heights, times] axial current, A.
    """
    along = heights - unit.innervation_zone
    fiber_share = ndtr((unit.proximal - along) / unit.end_scatter) * ndtr((unit.distal + along) / unit.end_scatter)
    inside = fiber_share > NEGLIGIBLE
    slope = _mean_slope(along[inside], unit.conduction_velocity * times, unit.innervation_scatter)
    area = np.pi * constants.diameter**2 / 4
    current = np.zeros((len(heights), len(times)))
    current[inside] = unit.fibers * constants.conductivity * area * fiber_share[inside, None] * slope
    return current


def _mean_slope(along: Array, front: Array, scatter: float) -> Array:
    """Return the [heights, times] slope of the action potential (V/m), averaged over the innervation zones.

    Args:
        along: [heights] positions relative to the mean innervation zone, m.
        front: [times] distance that the action potential has travelled, m.
        scatter: Standard deviation of the normally distributed innervation zones, m.
    """
    distance = np.abs(along)
    near = distance < REACH * scatter  # fibres start on both sides of these heights
    slope = np.empty((len(along), len(front)))
    zone = torch.tensor(scatter, dtype=torch.float64)
    slope[near] = starting_waves(
        torch.from_numpy(distance[near, None]), torch.from_numpy(np.asarray(front)[None]), zone
    ).numpy()
    behind = np.arange(-AHEAD * scatter, EXTINCT + REACH * scatter, BEHIND_STEP)
    passing = travelling_wave(torch.from_numpy(behind), zone).numpy()
    slope[~near] = np.interp(front - distance[~near, None], behind, passing)
    return -np.sign(along)[:, None] * slope


def travelling_wave(behind: Tensor, scatter: Tensor) -> Tensor:
    """Return the mean slope (V/m) at a distance behind the mean front, far from the innervation zones.

    This is the convolution of V' with the normal density of the zones: with b the distance and s the scatter in mm,

        e^(s^2/2 - b) int_0^inf 96 (3 y^2 - y^3) N(y; b - s^2, s) dy.

    Args:
        behind: Distance behind the mean front, of any shape, m.
        scatter: Standard deviation of the zones, of a shape that broadcasts with ``behind``, m, above 0.
    """
    b, s = _millimetres(behind, scatter)
    start = s - b / s  # front of the action potential, in standard deviations
    decay = torch.exp(s * s / 2 - b)
    tail = 0.5 * decay * torch.erfc(start * math.sqrt(0.5))
    return _moments(b - s * s, s, tail, start, _density(b / s))


def starting_waves(distance: Tensor, run: Tensor, scatter: Tensor) -> Tensor:
    """Return the mean slope (V/m) near the mean innervation zone, where fibres start on both sides.

    With w the normal density of the zones, this is the waves from below minus the waves from above:

        int_0^inf V'(run - u) (w(distance - u) - w(distance + u)) du.

    The shapes of the arguments must broadcast.

    Args:
        distance: Distance above the mean innervation zone, m.
        run: Distance that the action potentials have travelled, m.
        scatter: Standard deviation of the zones, m, above 0.
    """
    return _one_way(distance, run, scatter) - _one_way(-distance, run, scatter)


def _one_way(distance: Tensor, run: Tensor, scatter: Tensor) -> Tensor:
    """Return `travelling_wave` with y up to ``run`` only, because no wave has travelled a negative distance."""
    b, s = _millimetres(run - distance, scatter)
    start = s - b / s
    end = distance * 1e3 / s + s
    decay = torch.exp(s * s / 2 - b)
    between = 0.5 * decay * (torch.erfc(start * math.sqrt(0.5)) - torch.erfc(end * math.sqrt(0.5)))
    return _moments(b - s * s, s, between, start, _density(b / s), end, decay * _density(end))


def _millimetres(behind: Tensor, scatter: Tensor) -> tuple[Tensor, Tensor]:
    s = scatter * 1e3
    return torch.maximum(behind * 1e3, -AHEAD * s), s


def _moments(
    mean: Tensor,
    s: Tensor,
    mass: Tensor,
    start: Tensor,
    at_start: Tensor,
    end: Tensor | float = 0.0,
    at_end: Tensor | float = 0.0,
) -> Tensor:
    """Return 96 (3 E[y^2] - E[y^3]) of a truncated normal y = mean + s x, from its mass and its two end densities."""
    first = at_start - at_end
    second = mass + start * at_start - end * at_end
    third = 2 * first + start * start * at_start - end * end * at_end
    square = mean * mean * mass + 2 * mean * s * first + s * s * second
    cube = mean * mean * (mean * mass + 3 * s * first) + 3 * mean * s * s * second + s * s * s * third
    return 96.0 * (3 * square - cube)


def _density(x: Tensor) -> Tensor:
    return torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
