"""Motor units as anatomical objects: how many fibres, where they lie, how fast they conduct.

Size grows exponentially with recruitment rank (Fuglevand, Winter & Patla 1993): unit i of N has a twitch
``P_i = exp(i ln(100) / N)`` and fibres in proportion to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..seeds import generator
from .anatomy import ForearmAnatomy

Array = NDArray[np.float64]

TWITCH_RANGE = 100.0
FIBERS_SAMPLED = 12  # places at which a unit's territory is sampled
CONDUCTION_VELOCITY = (4.0, 0.3, 3.0, 4.5)  # mean, SD, lowest, highest, m/s
INNERVATION_ZONE = (0.5, 0.1, 0.365, 0.636)  # fraction of the fibre length
FIBER_LENGTH = (1.0, 0.05, 0.85, 1.15)  # relative to the muscle's


@dataclass(frozen=True)
class MotorUnit:
    """One motor unit.

    Attributes:
        fibers: Number of muscle fibres.
        radii: [places] distance of sampled fibres from the arm's axis, m.
        angles: [places] their angle around the arm, rad.
        innervation_zone: Its position along the arm, from the grid's middle, proximal positive, m.
        proximal, distal: Fibre length on either side of the innervation zone, m.
        conduction_velocity: m/s.
    """

    fibers: int
    radii: Array
    angles: Array
    innervation_zone: float
    proximal: float
    distal: float
    conduction_velocity: float


def draw_motor_units(anatomy: ForearmAnatomy, muscle: str, count: int, seed: int) -> list[MotorUnit]:
    """The motor units of one muscle, smallest (recruited first) to largest.

    Args:
        anatomy: The forearm.
        muscle: A muscle of it.
        count: Number of motor units, 1 or more.
        seed: Scenario seed; the same seed gives the same units.

    Raises:
        InvalidInput: The anatomy has no such muscle.
    """
    territory, constants, skin = anatomy.territory(muscle), anatomy.fiber, anatomy.cylinder.skin_radius
    rng = generator(seed, "motor_unit_anatomy", muscle)
    twitch = np.exp(np.arange(1, count + 1) * np.log(TWITCH_RANGE) / count)
    fibers = np.maximum(1, np.round(territory.area * constants.density * twitch / twitch.sum())).astype(int)
    velocity = np.sort(_clipped_normal(rng, CONDUCTION_VELOCITY, count))  # larger units conduct faster
    share = _clipped_normal(rng, INNERVATION_ZONE, count)
    length = territory.fiber_length * _clipped_normal(rng, FIBER_LENGTH, count)
    zone = territory.belly + territory.belly_spread * rng.standard_normal(count)
    depth = rng.uniform(*territory.depth, count)
    angle = rng.uniform(*territory.angle, count) * 2 * np.pi
    scatter = rng.standard_normal((count, FIBERS_SAMPLED, 2))
    units = []
    for i in range(count):
        # Fibres scatter about the unit's middle with the SD of a uniform disc of its territory.
        spread = np.sqrt(fibers[i] / (np.pi * constants.territory_density)) / 2
        depths = np.clip(depth[i] + spread * scatter[i, :, 0], *territory.depth)
        units.append(
            MotorUnit(
                fibers=int(fibers[i]),
                radii=skin - depths,
                angles=angle[i] + spread * scatter[i, :, 1] / (skin - depth[i]),
                innervation_zone=float(zone[i]),
                proximal=float(share[i] * length[i]),
                distal=float((1 - share[i]) * length[i]),
                conduction_velocity=float(velocity[i]),
            )
        )
    return units


def _clipped_normal(rng: np.random.Generator, spread: tuple[float, float, float, float], count: int) -> Array:
    mean, deviation, low, high = spread
    return np.clip(mean + deviation * rng.standard_normal(count), low, high)
