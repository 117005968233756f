"""The model tables: published numbers from which .osim files are built.

A table folder (``config/models/<name>/``) contains ``bodies.csv``, ``bones.csv``, ``coordinates.csv``,
``passive_joints.csv``, ``muscles.csv`` and ``path_points.csv``; their headers name the units. Models with feet on the
ground also have a ``contacts.csv``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidInput

Point = tuple[float, float, float]
Row = dict[str, str]

CONTACTS = "contacts.csv"
KINDS = ("rotation", "translation")
STOP = "stop_Nm_per_deg"


@dataclass(frozen=True)
class BodyRow:
    """A rigid body.

    Attributes:
        name: Name of the body.
        mass: Mass, kg.
        centre: Centre of mass in the body's frame, m.
        inertia: Moments of inertia about the centre of mass, kg m^2.
    """

    name: str
    mass: float
    centre: Point
    inertia: Point


@dataclass(frozen=True)
class BoneRow:
    """A bone, drawn as a line.

    Attributes:
        name: Name of the bone.
        body: Body to which it belongs.
        start: Start of the line in the body's frame, m.
        end: End of the line in the body's frame, m.
    """

    name: str
    body: str
    start: Point
    end: Point


@dataclass(frozen=True)
class CoordinateRow:
    """A degree of freedom between a body and its parent, with a passive spring and damper.

    Attributes:
        name: Name of the coordinate.
        body: The body.
        parent: Its parent body.
        origin: Joint centre in the parent's frame, m.
        axis: Axis of the rotation or translation.
        low: Lower end of the range, degrees (rotation) or m (translation).
        high: Upper end of the range, degrees or m.
        rest: Rest position of the passive spring, degrees or m.
        stiffness: Stiffness of the passive spring, N m/rad or N/m.
        damping: Damping, N m s/rad or N s/m.
        kind: One of `KINDS`.
        stop: Stiffness at the ends of the range, N m per degree; None uses the default of the integrator.
    """

    name: str
    body: str
    parent: str
    origin: Point
    axis: Point
    low: float
    high: float
    rest: float
    stiffness: float
    damping: float
    kind: str = "rotation"
    stop: float | None = None


@dataclass(frozen=True)
class ContactRow:
    """A sphere on a body that is in contact with the ground, the plane z = 0.

    Attributes:
        name: Name of the contact.
        body: The body.
        centre: Centre of the sphere in the body's frame, m.
        radius: Radius of the sphere, m.
    """

    name: str
    body: str
    centre: Point
    radius: float


@dataclass(frozen=True)
class MuscleRow:
    """A muscle.

    Attributes:
        name: Name of the muscle.
        max_isometric_force: Greatest isometric force, N.
        optimal_fiber_length: Optimal fibre length, m.
        tendon_slack_length: Tendon slack length, m; None if it is to be fitted to the joint ranges.
        pennation: Pennation angle at the optimal fibre length, rad.
        path: Points of the path, each as a body and a position in its frame (m).
    """

    name: str
    max_isometric_force: float
    optimal_fiber_length: float
    tendon_slack_length: float | None
    pennation: float
    path: tuple[tuple[str, Point], ...]


@dataclass(frozen=True)
class ModelTables:
    """The tables of one model.

    Attributes:
        name: Name of the model.
        bodies: Bodies; the first is fixed to the ground.
        bones: Bones.
        coordinates: Degrees of freedom.
        muscles: Muscles.
        contacts: Contacts with the ground.
    """

    name: str
    bodies: tuple[BodyRow, ...]
    bones: tuple[BoneRow, ...]
    coordinates: tuple[CoordinateRow, ...]
    muscles: tuple[MuscleRow, ...]
    contacts: tuple[ContactRow, ...] = ()


def read_tables(folder: Path) -> ModelTables:
    """Read the tables of one model.

    Raises:
        InvalidInput: A table or column is missing, or a cell is not a number.
    """
    passive = {row["coordinate"]: row for row in _rows(folder / "passive_joints.csv")}
    path: dict[str, list[tuple[str, Point]]] = {}
    for row in _rows(folder / "path_points.csv"):
        path.setdefault(row["muscle"], []).append((row["body"], _point(row, "{}_m")))
    return ModelTables(
        name=folder.name,
        bodies=tuple(_body(row) for row in _rows(folder / "bodies.csv")),
        bones=tuple(_bone(row) for row in _rows(folder / "bones.csv")),
        coordinates=tuple(_coordinate(row, passive) for row in _rows(folder / "coordinates.csv")),
        muscles=tuple(_muscle(row, path) for row in _rows(folder / "muscles.csv")),
        contacts=tuple(_contact(row) for row in _rows(folder / CONTACTS)) if (folder / CONTACTS).exists() else (),
    )


def _rows(path: Path) -> list[Row]:
    try:
        with path.open(newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise InvalidInput("model table", str(path), f"a readable csv file ({error.strerror})") from None


def _number(row: Row, column: str) -> float:
    try:
        return float(row[column])
    except (KeyError, TypeError, ValueError):
        name = next(iter(row.values()), "")
        raise InvalidInput(f"table row {name!r}, column {column!r}", row.get(column), "a number") from None


def _point(row: Row, pattern: str) -> Point:
    x, y, z = (_number(row, pattern.format(axis)) for axis in "xyz")
    return x, y, z


def _body(row: Row) -> BodyRow:
    return BodyRow(row["body"], _number(row, "mass_kg"), _point(row, "centre_{}_m"), _point(row, "inertia_{}_kgm2"))


def _bone(row: Row) -> BoneRow:
    return BoneRow(row["bone"], row["body"], _point(row, "start_{}_m"), _point(row, "end_{}_m"))


def _coordinate(row: Row, passive: dict[str, Row]) -> CoordinateRow:
    name = row["coordinate"]
    if name not in passive:
        raise InvalidInput("passive_joints.csv: coordinates", sorted(passive), f"a row for {name!r}")
    joint, kind = passive[name], row.get("kind", KINDS[0])
    if kind not in KINDS:
        raise InvalidInput(f"coordinates.csv: kind of {name!r}", kind, "one of " + ", ".join(KINDS))
    return CoordinateRow(
        name=name,
        body=row["body"],
        parent=row["parent"],
        origin=_point(row, "origin_{}_m"),
        axis=_point(row, "axis_{}"),
        low=_number(row, "low_deg"),
        high=_number(row, "high_deg"),
        rest=_number(joint, "rest_deg"),
        stiffness=_number(joint, "stiffness_Nm_per_rad"),
        damping=_number(joint, "damping_Nms_per_rad"),
        kind=kind,
        stop=_number(joint, STOP) if joint.get(STOP) else None,
    )


def _contact(row: Row) -> ContactRow:
    return ContactRow(row["contact"], row["body"], _point(row, "{}_m"), _number(row, "radius_m"))


def _muscle(row: Row, path: dict[str, list[tuple[str, Point]]]) -> MuscleRow:
    name = row["muscle"]
    if len(path.get(name, [])) < 2:
        raise InvalidInput("path_points.csv: points", path.get(name, []), f"two or more points for muscle {name!r}")
    slack = row["tendon_slack_length_m"]
    return MuscleRow(
        name=name,
        max_isometric_force=_number(row, "max_isometric_force_N"),
        optimal_fiber_length=_number(row, "optimal_fiber_length_m"),
        tendon_slack_length=_number(row, "tendon_slack_length_m") if slack else None,
        pennation=_number(row, "pennation_rad"),
        path=tuple(path[name]),
    )
