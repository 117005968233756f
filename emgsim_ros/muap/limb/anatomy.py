"""The forearm's cross-section: layers, placement in the model, and the muscles' territories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ...errors import InvalidInput
from ...files.yaml_files import read_yaml, require_mapping, require_number
from ...motor_units.properties import PoolTable, read_pool_table
from .cylinder import LayeredCylinder

Section = TypeVar("Section")
Point = tuple[float, float, float]

REFERENCE_TEMPERATURE = 36.0  # degrees C, to which `FiberConstants.velocity` applies
VELOCITY_PER_DEGREE = 0.034  # relative change of the conduction velocity per degree C


@dataclass(frozen=True)
class Placement:
    """Position of the cylinder in the frame of the musculoskeletal model.

    Attributes:
        origin: Centre of the electrode grid on the cylinder's axis, m.
        axis: Direction of the axis, proximal positive.
        angle_zero: Direction of angle 0.
    """

    origin: Point
    axis: Point
    angle_zero: Point


@dataclass(frozen=True)
class FiberConstants:
    """Constants of the muscle fibres and of their scatter within a motor unit.

    Attributes:
        conductivity: Intracellular conductivity, S/m.
        diameter: Diameter of a fibre, m.
        velocity: Mean conduction velocity of the units at 36 degrees C, m/s.
        velocity_spread: Standard deviation of the units' conduction velocities, m/s.
        velocity_size_correlation: Correlation of the conduction velocity with the rank of the unit's size, 0 to 1.
        temperature: Of the muscle, degrees C; conduction velocities change by 3.4 % per degree.
        innervation_scatter: Standard deviation of the innervation zones within a unit, m.
        end_scatter: Standard deviation of the fibre ends within a unit, m.
        density: Number of fibres per m^2 of muscle.
        territory_density: Number of fibres of one unit per m^2 of its territory.
        size_range: Ratio of the numbers of fibres of the largest and the smallest unit of a muscle.
        size_scatter: Standard deviation of the logarithm of a unit's size about the size that its rank implies.

    Raises:
        InvalidInput: A value that is not positive, a correlation outside 0 to 1, a negative scatter, or a temperature
            outside 15 to 45 degrees C.
    """

    conductivity: float
    diameter: float
    velocity: float
    velocity_spread: float
    velocity_size_correlation: float
    temperature: float
    innervation_scatter: float
    end_scatter: float
    density: float
    territory_density: float
    size_range: float
    size_scatter: float

    def __post_init__(self) -> None:
        for name in ("conductivity", "diameter", "velocity", "innervation_scatter", "end_scatter", "density"):
            _require(getattr(self, name) > 0, f"fiber: {name}", getattr(self, name), "above 0")
        _require(self.territory_density > 0, "fiber: territory_density", self.territory_density, "above 0")
        _require(self.velocity_spread >= 0, "fiber: velocity_spread", self.velocity_spread, "0 m/s or more")
        _require(
            0 <= self.velocity_size_correlation <= 1,
            "fiber: velocity_size_correlation",
            self.velocity_size_correlation,
            "0 to 1",
        )
        _require(15 <= self.temperature <= 45, "fiber: temperature", self.temperature, "15 to 45 degrees C")
        _require(self.size_range >= 1, "fiber: size_range", self.size_range, "1 or more")
        _require(self.size_scatter >= 0, "fiber: size_scatter", self.size_scatter, "0 or more")

    @property
    def warmth(self) -> float:
        """Factor of the conduction velocity at this temperature (Troni et al. 1991, as cited by others)."""
        return 1 + VELOCITY_PER_DEGREE * (self.temperature - REFERENCE_TEMPERATURE)


@dataclass(frozen=True)
class MuscleTerritory:
    """Position, size and fibres of a muscle.

    Attributes:
        motor_units: Number of motor units.
        area: Physiological cross-sectional area, m^2.
        depth: Range of depths below the skin surface, m.
        angle: Range of angles, fraction of the circumference.
        fiber_length: Length of the fibres, m.
        pennation: Angle between the fibres and the axis of the limb, rad.
        belly: Mean position of the innervation zones relative to the centre of the grid, proximal positive, m.
        belly_spread: Standard deviation of the innervation zones along the limb, m, which are uniformly distributed;
            the default is that of most muscles in config/anatomy/forearm.yaml.
    """

    motor_units: int
    area: float
    depth: tuple[float, float]
    angle: tuple[float, float]
    fiber_length: float
    pennation: float = 0.0
    belly: float = 0.0
    belly_spread: float = 0.035


@dataclass(frozen=True)
class ForearmAnatomy:
    """Anatomy of a limb for the simulation of EMG.

    Attributes:
        cylinder: Layers of the limb.
        placement: Position of the cylinder in the musculoskeletal model.
        fiber: Constants of the muscle fibres.
        muscles: Territory of each muscle by name.
        out_of_reach: Muscles of the musculoskeletal model that are too far from the electrodes to contribute EMG.
        pools: Recruitment and rate coding of the muscles, and the groups of synergists.
    """

    cylinder: LayeredCylinder
    placement: Placement
    fiber: FiberConstants
    muscles: Mapping[str, MuscleTerritory]
    out_of_reach: tuple[str, ...]
    pools: PoolTable = field(default_factory=PoolTable)

    def territory(self, muscle: str) -> MuscleTerritory:
        """Return the territory of ``muscle``.

        Raises:
            InvalidInput: The anatomy has no such muscle.
        """
        if muscle not in self.muscles:
            raise InvalidInput("muscle", muscle, "one of " + ", ".join(self.muscles))
        return self.muscles[muscle]


def _require(met: bool, field: str, value: object, expected: str) -> None:
    if not met:
        raise InvalidInput(field, value, expected)


def load_anatomy(path: Path) -> ForearmAnatomy:
    """Read an anatomy from a file such as config/anatomy/forearm.yaml.

    Raises:
        InvalidInput: The file is unreadable, a key is missing or unknown, or a value is malformed or out of range.
    """
    keys = ("cylinder", "placement", "fiber", "muscles")
    content = require_mapping(read_yaml(path), str(path), keys)
    muscles = require_mapping(content["muscles"], f"{path}: muscles")
    anatomy = ForearmAnatomy(
        cylinder=_cylinder(content["cylinder"], f"{path}: cylinder"),
        placement=_section(Placement, content["placement"], f"{path}: placement"),
        fiber=_section(FiberConstants, content["fiber"], f"{path}: fiber"),
        muscles={name: _section(MuscleTerritory, row, f"{path}: {name}") for name, row in muscles.items()},
        out_of_reach=tuple(content.get("out_of_reach", ())),
        pools=read_pool_table(content.get("pools", {}), tuple(muscles), f"{path}: pools"),
    )
    for name, territory in anatomy.muscles.items():
        check_depth(name, territory, anatomy.cylinder)
    return anatomy


def _section(kind: type[Section], content: Any, field: str) -> Section:
    names = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    mapping = require_mapping(content, field, names)
    unknown = set(mapping) - set(names)
    if unknown:
        raise InvalidInput(f"{field}: key", sorted(unknown)[0], "one of " + ", ".join(names))
    values = {name: _numeric(mapping[name], f"{field}: {name}") for name in names}
    try:
        return kind(**values)
    except InvalidInput as error:
        raise InvalidInput(f"{field}: {error.field.removeprefix('fiber: ')}", error.value, error.expected) from None


def _numeric(value: Any, field: str) -> Any:
    if isinstance(value, list):
        return tuple(_numeric(item, field) for item in value)
    number = require_number(value, field)
    return value if isinstance(value, int) else number


def _cylinder(content: Any, field: str) -> LayeredCylinder:
    layers = require_mapping(content, field, ("bone", "muscle", "fat", "skin"))

    def number(layer: str, key: str) -> float:
        return float(_numeric(require_mapping(layers[layer], f"{field}: {layer}", (key,))[key], f"{field}: {layer}"))

    try:
        return LayeredCylinder(
            bone_radius=number("bone", "radius"),
            muscle_radius=number("muscle", "radius"),
            fat_radius=number("fat", "radius"),
            skin_radius=number("skin", "radius"),
            bone=number("bone", "conductivity"),
            muscle_across=number("muscle", "conductivity_across"),
            muscle_along=number("muscle", "conductivity_along"),
            fat=number("fat", "conductivity"),
            skin=number("skin", "conductivity"),
        )
    except InvalidInput as error:
        raise InvalidInput(f"{field}: {error.field}", error.value, error.expected) from None


def check_depth(name: str, territory: MuscleTerritory, cylinder: LayeredCylinder) -> None:
    """Check that a muscle lies in the muscle layer.

    Raises:
        InvalidInput: Its range of depths reaches into bone or fat, or is empty.
    """
    shallowest = cylinder.skin_radius - cylinder.muscle_radius
    deepest = cylinder.skin_radius - cylinder.bone_radius
    low, high = territory.depth
    if not shallowest < low < high < deepest:
        expected = f"a range within the muscle layer, {shallowest:g} to {deepest:g} m"
        raise InvalidInput(f"muscle {name!r}: depth", territory.depth, expected)
