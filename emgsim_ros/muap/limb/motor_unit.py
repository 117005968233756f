"""Motor units as anatomical objects: number, position and conduction velocity of their fibres.

The number of fibres increases exponentially with recruitment rank, as twitch forces do in the model of Fuglevand,
Winter & Patla (1993): unit i of N has ``exp(i ln(R) / N)`` times the fibres of the smallest unit, where R is the
anatomy's ``size_range``. Sizes scatter about this law, and so do conduction velocities about the order of the sizes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from ...seeds import generator
from .anatomy import FiberConstants, ForearmAnatomy
from .cylinder import LayeredCylinder

Array = NDArray[np.float64]

MOST_PLACES = 64  # greatest number of fibre positions drawn; in larger units a position represents several fibres
VELOCITY_LIMITS = 2.6  # standard deviations of the conduction velocity beyond which there is no unit
INNERVATION_ZONE = (0.5, 0.1, 0.365, 0.636)  # fraction of the fibre length
FIBER_LENGTH = (1.0, 0.05, 0.85, 1.15)  # relative to the muscle's


@dataclass(frozen=True)
class MotorUnit:
    """A motor unit.

    Attributes:
        fibers: Number of muscle fibres; not necessarily an integer in a morphed unit.
        radii: [places] distance of the sampled fibres from the limb's axis, m.
        angles: [places] angle of the sampled fibres around the limb, rad.
        innervation_zone: Mean position of the innervation zone along the limb, relative to the centre of the grid,
            proximal positive, m.
        proximal: Fibre length on the proximal side of the innervation zone, m.
        distal: Fibre length on the distal side of the innervation zone, m.
        conduction_velocity: Conduction velocity, m/s.
        innervation_scatter: Standard deviation of the fibres' innervation zones, m.
        end_scatter: Standard deviation of the fibres' ends, m.
    """

    fibers: float
    radii: Array
    angles: Array
    innervation_zone: float
    proximal: float
    distal: float
    conduction_velocity: float
    innervation_scatter: float
    end_scatter: float

    def lengthened(self, relative_length: float, cylinder: LayeredCylinder) -> MotorUnit:
        """Return the unit when its muscle's fibres are ``relative_length`` times as long, in the same limb.

        The muscle keeps its volume: distances across the fibres, including the depth, are divided by the square root of
        the relative length. Thinner fibres conduct more slowly (Ma et al. 2024). The innervation zone does not move.
        """
        across = relative_length**-0.5
        depth, angle = cylinder.skin_radius - self.radii, self.angles.mean()
        middle, radius = depth.mean(), cylinder.skin_radius - depth.mean() * across
        radii = radius - (depth - middle) * across
        turned = (self.angles - angle) * across * (cylinder.skin_radius - middle) / radius
        return dataclasses.replace(
            self,
            radii=np.clip(radii, cylinder.bone_radius * 1.001, cylinder.muscle_radius * 0.999),
            angles=angle + turned,
            proximal=self.proximal * relative_length,
            distal=self.distal * relative_length,
            conduction_velocity=self.conduction_velocity / relative_length,
        )


def draw_motor_units(anatomy: ForearmAnatomy, muscle: str, count: int, seed: int) -> list[MotorUnit]:
    """Draw the motor units of one muscle, ordered from the smallest (recruited first) to the largest.

    Args:
        anatomy: Anatomy of the limb.
        muscle: Name of the muscle.
        count: Number of motor units, 1 or more.
        seed: Scenario seed; the same seed gives the same units.

    Raises:
        InvalidInput: The anatomy has no such muscle.
    """
    territory, constants, skin = anatomy.territory(muscle), anatomy.fiber, anatomy.cylinder.skin_radius
    rng = generator(seed, "motor_unit_anatomy", muscle)
    fibers = _fibers(territory.area * constants.density, constants, count, rng)
    velocity = _velocities(fibers, constants, rng)
    share = _clipped_normal(rng, INNERVATION_ZONE, count)
    length = territory.fiber_length * np.cos(territory.pennation) * _clipped_normal(rng, FIBER_LENGTH, count)
    zone = territory.belly + territory.belly_spread * np.sqrt(12) * (rng.uniform(size=count) - 0.5)
    depth = rng.uniform(*territory.depth, count)
    angle = rng.uniform(*territory.angle, count) * 2 * np.pi
    scatter = rng.standard_normal((count, MOST_PLACES, 2))
    units = []
    for i in range(count):
        spread = territory_spread(fibers[i], constants)
        across = scatter[i, : fibers[i]]
        depths = _folded(depth[i] + spread * across[:, 0], *territory.depth)
        units.append(
            MotorUnit(
                fibers=int(fibers[i]),
                radii=skin - depths,
                angles=angle[i] + spread * across[:, 1] / (skin - depth[i]),
                innervation_zone=float(zone[i]),
                proximal=float(share[i] * length[i]),
                distal=float((1 - share[i]) * length[i]),
                conduction_velocity=float(velocity[i]),
                innervation_scatter=constants.innervation_scatter,
                end_scatter=constants.end_scatter,
            )
        )
    return units


def _fibers(total: float, constants: FiberConstants, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Divide a muscle's fibres among its units, in order of recruitment."""
    law = np.exp(np.arange(1, count + 1) * np.log(constants.size_range) / count)
    size = law * np.exp(constants.size_scatter * rng.standard_normal(count))
    return np.maximum(1, np.round(total * size / size.sum())).astype(np.int64)


def _velocities(fibers: NDArray[np.int64], constants: FiberConstants, rng: np.random.Generator) -> Array:
    """Draw conduction velocities (m/s) that correlate with the rank of the units' sizes."""
    rank = ndtri((rankdata(fibers, method="ordinal") - 0.5) / len(fibers))  # a normal score for each size
    share = constants.velocity_size_correlation
    score = share * rank + np.sqrt(1 - share**2) * rng.standard_normal(len(fibers))
    limited = np.clip(score, -VELOCITY_LIMITS, VELOCITY_LIMITS)
    return constants.warmth * (constants.velocity + constants.velocity_spread * limited)


def territory_spread(fibers: Array, constants: FiberConstants) -> Array:
    """Return the standard deviation (m) of a unit's fibre positions: that of a uniform disc of its territory."""
    return np.sqrt(fibers / (np.pi * constants.territory_density)) / 2


def _folded(values: Array, low: float, high: float) -> Array:
    """Return the values with those beyond the ends of the range folded back into it."""
    place = np.mod((values - low) / (high - low), 2.0)
    return low + (high - low) * np.minimum(place, 2.0 - place)


def _clipped_normal(rng: np.random.Generator, spread: tuple[float, float, float, float], count: int) -> Array:
    mean, deviation, low, high = spread
    return np.clip(mean + deviation * rng.standard_normal(count), low, high)
