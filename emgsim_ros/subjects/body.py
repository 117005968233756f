"""The body of a subject as changes of a standard anatomy: layers of the limb, muscles, and place of the electrodes.

A standard anatomy is a file of config/anatomy. The changes are the numbers that differ between people; together with
the standard anatomy they determine the anatomy of the subject to the last bit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..errors import InvalidInput
from ..muap.limb.anatomy import ForearmAnatomy, MuscleTerritory, check_depth
from ..muap.limb.cylinder import LayeredCylinder

CLEARANCE = 0.0005  # m; least distance of a muscle from fat and bone


@dataclass(frozen=True)
class MuscleChange:
    """The difference between a subject's muscle and that of the standard anatomy.

    Attributes:
        around: Displacement around the limb, fraction of the circumference.
        along: Displacement of the innervation zones along the limb, proximal positive, m.
        depth: Displacement away from the skin, m.
        area, fiber_length, motor_units: Factors of the cross-section, of the fibre length and of the number of units.
    """

    around: float = 0.0
    along: float = 0.0
    depth: float = 0.0
    area: float = 1.0
    fiber_length: float = 1.0
    motor_units: float = 1.0

    def __post_init__(self) -> None:
        for name in ("area", "fiber_length", "motor_units"):
            if not getattr(self, name) > 0:
                raise InvalidInput(name, getattr(self, name), "a factor above 0")


@dataclass(frozen=True)
class Body:
    """The numbers that distinguish a subject's body from the standard anatomy.

    Attributes:
        standard: Name of the standard anatomy in config/anatomy, or the path of such a file.
        skin_radius: Outer radius of the limb, m; the radius of the bone changes in proportion to it.
        fat, skin: Thickness of these layers, m.
        turn: Rotation of the electrodes around the limb, fraction of the circumference.
        shift: Displacement of the electrodes along the limb, m. The electrodes keep their coordinates: the muscles are
            rotated and displaced instead.
        territory_density: Factor of the number of fibres of one motor unit per area of its territory.
        muscles: Changes by muscle; muscles that it does not list are those of the standard anatomy.
    """

    standard: str
    skin_radius: float
    fat: float
    skin: float
    turn: float = 0.0
    shift: float = 0.0
    territory_density: float = 1.0
    muscles: Mapping[str, MuscleChange] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("skin_radius", "fat", "skin", "territory_density"):
            if not getattr(self, name) > 0:
                raise InvalidInput(name, getattr(self, name), "a number above 0")

    def anatomy(self, standard: ForearmAnatomy, strength: float = 1.0) -> ForearmAnatomy:
        """Return the anatomy of the subject.

        Args:
            standard: The standard anatomy that the body names.
            strength: Ratio of the subject's maximal force to that of the model, by which all areas are multiplied.

        Raises:
            InvalidInput: The standard anatomy lacks a muscle, or the layers leave no room for the muscles.
        """
        for muscle in self.muscles:
            standard.territory(muscle)
        cylinder = self._cylinder(standard.cylinder)
        muscles = {
            name: self._territory(territory, self.muscles.get(name, MuscleChange()), standard, cylinder, strength)
            for name, territory in standard.muscles.items()
        }
        for name, territory in muscles.items():
            check_depth(name, territory, cylinder)
        fiber = standard.fiber
        if self.territory_density != 1.0:
            density = fiber.territory_density * self.territory_density
            fiber = dataclasses.replace(fiber, territory_density=density)
        return dataclasses.replace(standard, cylinder=cylinder, fiber=fiber, muscles=muscles)

    def _cylinder(self, standard: LayeredCylinder) -> LayeredCylinder:
        return dataclasses.replace(
            standard,
            skin_radius=self.skin_radius,
            fat_radius=self.skin_radius - self.skin,
            muscle_radius=self.skin_radius - self.skin - self.fat,
            bone_radius=standard.bone_radius / standard.skin_radius * self.skin_radius,
        )

    def _territory(
        self,
        territory: MuscleTerritory,
        change: MuscleChange,
        standard: ForearmAnatomy,
        cylinder: LayeredCylinder,
        strength: float,
    ) -> MuscleTerritory:
        """Place a muscle between fat and bone of the new limb, under electrodes that are rotated and displaced."""
        before = standard.cylinder
        scale = (cylinder.muscle_radius - cylinder.bone_radius) / (before.muscle_radius - before.bone_radius)
        surfaces = [limb.skin_radius - limb.muscle_radius for limb in (before, cylinder)]
        within = (surfaces[1] + CLEARANCE, cylinder.skin_radius - cylinder.bone_radius - CLEARANCE)
        placed = [surfaces[1] + scale * (depth - surfaces[0]) + change.depth for depth in territory.depth]
        low, high = (float(np.clip(depth, *within)) for depth in placed)
        return dataclasses.replace(
            territory,
            depth=(low, high),
            angle=(
                territory.angle[0] + self.turn + change.around,
                territory.angle[1] + self.turn + change.around,
            ),
            belly=territory.belly + self.shift + change.along,
            area=territory.area * strength * change.area,
            fiber_length=territory.fiber_length * change.fiber_length,
            motor_units=max(1, round(territory.motor_units * change.motor_units)),
        )


def standard_body(standard: str, anatomy: ForearmAnatomy) -> Body:
    """Return the body without any change of a standard anatomy.

    Args:
        standard: Name of the standard anatomy.
        anatomy: The standard anatomy.
    """
    layers = anatomy.cylinder
    fat, skin = layers.fat_radius - layers.muscle_radius, layers.skin_radius - layers.fat_radius
    return Body(standard, layers.skin_radius, fat, skin)
