"""The layers of a limb's cross-section: bone, muscle, fat and skin as concentric cylinders."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...errors import InvalidInput


@dataclass(frozen=True)
class LayeredCylinder:
    """Concentric layers of a limb; the muscle conducts better along its fibres than across them.

    Attributes:
        bone_radius: Outer radius of the bone, m.
        muscle_radius: Outer radius of the muscle layer, m.
        fat_radius: Outer radius of the fat layer, m.
        skin_radius: Outer radius of the skin, m.
        bone: Conductivity of the bone, S/m.
        muscle_across: Conductivity of the muscle across its fibres, S/m.
        muscle_along: Conductivity of the muscle along its fibres, S/m.
        fat: Conductivity of the fat, S/m.
        skin: Conductivity of the skin, S/m.

    Raises:
        InvalidInput: Radii that do not increase from bone to skin, or a conductivity that is not positive.
    """

    bone_radius: float
    muscle_radius: float
    fat_radius: float
    skin_radius: float
    bone: float
    muscle_across: float
    muscle_along: float
    fat: float
    skin: float

    def __post_init__(self) -> None:
        radii = (self.bone_radius, self.muscle_radius, self.fat_radius, self.skin_radius)
        if not 0 < radii[0] < radii[1] < radii[2] < radii[3]:
            raise InvalidInput("layer radii", radii, "positive radii that increase from bone to skin")
        for name in ("bone", "muscle_across", "muscle_along", "fat", "skin"):
            if not getattr(self, name) > 0:
                raise InvalidInput(f"conductivity of {name}", getattr(self, name), "a positive number of S/m")

    @property
    def axial_conductance(self) -> float:
        """Conductance of the whole cross-section along the limb, times length, S m."""
        rings = (
            (self.bone, 0.0, self.bone_radius),
            (self.muscle_along, self.bone_radius, self.muscle_radius),
            (self.fat, self.muscle_radius, self.fat_radius),
            (self.skin, self.fat_radius, self.skin_radius),
        )
        return math.pi * sum(conductivity * (outer**2 - inner**2) for conductivity, inner, outer in rings)
