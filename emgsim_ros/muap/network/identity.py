"""The constant traits of a motor unit, and the unit that follows from them under given conditions.

A generator has two inputs: the six conditions (`conditions`), which change with movement, and the identity of the unit:
its limb, the position of its innervation zone and the spread of its fibres. An identity consists of eleven physical
quantities (traits); for sampling, each corresponds to one standard normal number of a latent vector.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ...errors import InvalidInput
from ...files.resources import config_file
from ..conditions import CONDITIONS
from ..limb.anatomy import ForearmAnatomy, load_anatomy
from ..limb.cylinder import LayeredCylinder
from ..limb.motor_unit import MOST_PLACES, MotorUnit, territory_spread

Array = NDArray[np.float64]

ROUNDING = 1e-9  # m
MARGIN = 0.0005  # m, least distance of a unit's centre from the borders of the muscle


@dataclass(frozen=True)
class Trait:
    """One quantity of an identity.

    Attributes:
        name: Name of the trait.
        unit: Unit of its values.
        low: Lowest value of virtual units, whose values are uniformly distributed.
        high: Highest value of virtual units.
    """

    name: str
    unit: str
    low: float
    high: float


TRAITS = (
    Trait("skin radius", "m", 0.030, 0.052),
    Trait("fat thickness", "m", 0.001, 0.008),
    Trait("skin thickness", "m", 0.001, 0.002),
    Trait("bone radius", "of the skin radius", 0.15, 0.28),
    Trait("innervation zone's position", "m from the grid's middle, proximal positive", -0.05, 0.05),
    Trait("fibre length", "m", 0.035, 0.090),
    Trait("scatter of innervation zones", "m", 0.001, 0.004),
    Trait("scatter of fibre ends", "m", 0.002, 0.008),
    Trait("spread in depth", "of a uniform territory's", 0.5, 1.5),
    Trait("spread around the arm", "of a uniform territory's", 0.5, 1.5),
    Trait("correlation of depth and angle", "", -0.7, 0.7),
)
_LOW, _HIGH = (np.array([getattr(trait, end) for trait in TRAITS]) for end in ("low", "high"))


@dataclass(frozen=True)
class UnitBatch:
    """Motor units as input of the generator; every field has the shape [units].

    Attributes:
        fibers: Number of muscle fibres.
        depth: Depth of the centre of the territory below the skin, m.
        angle: Angle of the centre of the territory around the limb, rad.
        depth_spread: Standard deviation of the fibres' depth, m.
        angle_spread: Standard deviation of the fibres' angle, rad.
        correlation: Correlation of the fibres' depth and angle.
        zone: Mean innervation zone relative to the centre of the grid, proximal positive, m.
        proximal: Fibre length on the proximal side of the innervation zone, m.
        distal: Fibre length on the distal side of the innervation zone, m.
        velocity: Conduction velocity, m/s.
        innervation_scatter: Standard deviation of the fibres' innervation zones, m.
        end_scatter: Standard deviation of the fibres' ends, m.
        skin_radius: Outer radius of the limb's skin, m.
        fat: Thickness of the limb's fat, m.
        skin: Thickness of the limb's skin, m.
        bone_radius: Radius of the limb's bone, m.
    """

    fibers: Array
    depth: Array
    angle: Array
    depth_spread: Array
    angle_spread: Array
    correlation: Array
    zone: Array
    proximal: Array
    distal: Array
    velocity: Array
    innervation_scatter: Array
    end_scatter: Array
    skin_radius: Array
    fat: Array
    skin: Array
    bone_radius: Array

    def __len__(self) -> int:
        return len(self.fibers)

    def __getitem__(self, rows: slice | Array) -> UnitBatch:
        return UnitBatch(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def lengthened(self, relative_length: float | Array) -> UnitBatch:
        """Return the units at a relative fibre length, or one each; see `limb.motor_unit.MotorUnit.lengthened`."""
        across = relative_length**-0.5
        depth = self.depth * across
        return dataclasses.replace(
            self,
            depth=depth,
            depth_spread=self.depth_spread * across,
            angle_spread=self.angle_spread * across * (self.skin_radius - self.depth) / (self.skin_radius - depth),
            proximal=self.proximal * relative_length,
            distal=self.distal * relative_length,
            velocity=self.velocity / relative_length,
        )


@cache
def standard_anatomy() -> ForearmAnatomy:
    """Return the anatomy whose conductivities and fibre constants all virtual limbs share."""
    return load_anatomy(config_file("forearm", folder="anatomy"))


def traits_of(latents: Array) -> Array:
    """Return the [num, 11] traits of [num, 11] standard normal latents.

    Raises:
        InvalidInput: The latents have another shape or are not finite.
    """
    if latents.ndim != 2 or latents.shape[1] != len(TRAITS) or not np.isfinite(latents).all():
        raise InvalidInput("latents", latents.shape, f"finite numbers of shape (num, {len(TRAITS)})")
    return _LOW + (_HIGH - _LOW) * ndtr(latents)


def latents_of(traits: Array) -> Array:
    """Return the [num, 11] latents of [num, 11] traits; traits at the ends of their range give -4 and 4."""
    share = np.clip((traits - _LOW) / (_HIGH - _LOW), ndtr(-4.0), ndtr(4.0))
    return ndtri(share)


def depth_range(traits: Array) -> tuple[Array, Array]:
    """Return the [num] least and greatest depths (m) of a unit's centre within the muscle of its limb."""
    radius, fat, skin, bone = traits[:, 0], traits[:, 1], traits[:, 2], traits[:, 3]
    return fat + skin + MARGIN, radius * (1 - bone) - MARGIN


def draw_traits(depths: Array, rng: np.random.Generator) -> Array:
    """Draw [num, 11] traits of new units, in limbs whose muscle includes the given [num] depths (m)."""
    traits = traits_of(rng.standard_normal((len(depths), len(TRAITS))))
    while True:
        low, high = depth_range(traits)
        outside = np.flatnonzero((depths < low) | (depths > high))
        if not len(outside):
            return traits
        traits[outside] = traits_of(rng.standard_normal((len(outside), len(TRAITS))))


def units_under(traits: Array, conditions: Array) -> UnitBatch:
    """Return the units with these traits under these conditions.

    Args:
        traits: [num, 11] traits, in the order of `TRAITS`.
        conditions: [num, 6] conditions in physical units, in the order of `conditions.CONDITIONS`.

    Raises:
        InvalidInput: A depth is outside the muscle of its limb, or the numbers of traits and conditions differ.
    """
    if len(traits) != len(conditions):
        raise InvalidInput("conditions: number", len(conditions), f"{len(traits)}, one for each unit")
    fibers, depth, angle, share, velocity, length = conditions.T
    radius, fat, skin, bone, zone, fiber_length, zones, ends, in_depth, around, correlation = traits.T
    low, high = depth_range(traits)
    outside = ~((depth >= low - ROUNDING) & (depth <= high + ROUNDING))
    if outside.any():
        first = int(np.argmax(outside))
        expected = f"{low[first]:.4f} to {high[first]:.4f} m, within the muscle of the unit's arm"
        raise InvalidInput(f"conditions: {CONDITIONS[1].name}", float(depth[first]), expected)
    spread = territory_spread(fibers, standard_anatomy().fiber)
    return UnitBatch(
        fibers=fibers,
        depth=depth,
        angle=2 * np.pi * angle,
        depth_spread=spread * in_depth,
        angle_spread=spread * around / (radius - depth),
        correlation=correlation,
        zone=zone,
        proximal=share * fiber_length * length,
        distal=(1 - share) * fiber_length * length,
        velocity=velocity,
        innervation_scatter=zones,
        end_scatter=ends,
        skin_radius=radius,
        fat=fat,
        skin=skin,
        bone_radius=bone * radius,
    )


def arm_of(traits: Array) -> LayeredCylinder:
    """Return the layers of the limb of one identity, [11] traits."""
    radius, fat, skin, bone = traits[:4]
    return dataclasses.replace(
        standard_anatomy().cylinder,
        bone_radius=bone * radius,
        muscle_radius=radius - skin - fat,
        fat_radius=radius - skin,
        skin_radius=radius,
    )


def territory_places(rng: np.random.Generator) -> Array:
    """Draw [places, 2] positions in a territory with a mean of exactly 0, SD of exactly 1, and no correlation."""
    places = rng.standard_normal((MOST_PLACES, 2))
    places -= places.mean(axis=0)
    lower = np.linalg.cholesky(places.T @ places / len(places))
    return np.linalg.solve(lower, places.T).T


def motor_unit(units: UnitBatch, row: int, places: Array) -> MotorUnit:
    """Convert one unit of a batch for the volume conductor; ``places`` are the positions of `territory_places`."""
    unit = {field.name: float(getattr(units, field.name)[row]) for field in fields(units)}
    muscle_radius = unit["skin_radius"] - unit["fat"] - unit["skin"]
    across = unit["correlation"] * places[:, 0] + np.sqrt(1 - unit["correlation"] ** 2) * places[:, 1]
    radii = unit["skin_radius"] - unit["depth"] - unit["depth_spread"] * places[:, 0]
    return MotorUnit(
        fibers=unit["fibers"],
        radii=np.clip(radii, unit["bone_radius"] * 1.001, muscle_radius * 0.999),
        angles=unit["angle"] + unit["angle_spread"] * across,
        innervation_zone=unit["zone"],
        proximal=unit["proximal"],
        distal=unit["distal"],
        conduction_velocity=unit["velocity"],
        innervation_scatter=unit["innervation_scatter"],
        end_scatter=unit["end_scatter"],
    )


def batch_of(units: Sequence[MotorUnit], cylinder: LayeredCylinder) -> UnitBatch:
    """Convert units of the volume conductor in one limb to a batch with means and spreads of the fibres' positions."""

    def column(value: float) -> Array:
        return np.full(len(units), value)

    places = np.array([len(unit.radii) for unit in units])
    first = np.cumsum(places) - places

    def mean(values: Array) -> Array:
        """Return the [units] means of [places of all units] values."""
        total: Array = np.add.reduceat(values, first) / places
        return total

    depths = cylinder.skin_radius - np.concatenate([unit.radii for unit in units])
    angles = np.concatenate([unit.angles for unit in units])
    depth, angle = mean(depths), mean(angles)
    deeper, turned = depths - np.repeat(depth, places), angles - np.repeat(angle, places)
    depth_spread, angle_spread = np.sqrt(mean(deeper**2)), np.sqrt(mean(turned**2))
    together = mean(deeper * turned)
    product = depth_spread * angle_spread
    return UnitBatch(
        fibers=np.array([float(unit.fibers) for unit in units]),
        depth=depth,
        angle=angle,
        depth_spread=depth_spread,
        angle_spread=angle_spread,
        correlation=np.divide(together, product, out=np.zeros(len(units)), where=product > 0),
        zone=np.array([unit.innervation_zone for unit in units]),
        proximal=np.array([unit.proximal for unit in units]),
        distal=np.array([unit.distal for unit in units]),
        velocity=np.array([unit.conduction_velocity for unit in units]),
        innervation_scatter=np.array([unit.innervation_scatter for unit in units]),
        end_scatter=np.array([unit.end_scatter for unit in units]),
        skin_radius=column(cylinder.skin_radius),
        fat=column(cylinder.fat_radius - cylinder.muscle_radius),
        skin=column(cylinder.skin_radius - cylinder.fat_radius),
        bone_radius=column(cylinder.bone_radius),
    )
