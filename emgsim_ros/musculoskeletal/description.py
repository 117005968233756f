"""What a musculoskeletal model consists of, independent of the engine that computes its mechanics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .law import Law
from .path_functions import PathFunction
from .rigid_tendons import MuscleParameters

Array = NDArray[np.float64]

GROUND = "ground"


@dataclass(frozen=True)
class Placement:
    """A frame in another one.

    Attributes:
        turn: [3, 3] rotation matrix; its columns are the axes of the frame.
        origin: [3] m.
    """

    turn: Array
    origin: Array

    def point(self, place: Array) -> Array:
        """Return a point of the frame ([3] m) in the other frame."""
        return self.origin + self.turn @ place

    def local(self, place: Array) -> Array:
        """Return a point of the other frame ([3] m) in this frame."""
        return self.turn.T @ (place - self.origin)


@dataclass(frozen=True)
class Axis:
    """One degree of freedom of a joint.

    Attributes:
        direction: [3] unit vector. The axes of a joint act one after the other: translations along axes of the frame
            in the parent first, then rotations about axes of the frame that is reached.
        rotates: Whether it is a rotation; otherwise a translation.
        law: Its value as a function of the free coordinates.
    """

    direction: Array
    rotates: bool
    law: Law


@dataclass(frozen=True)
class BodyPart:
    """A body and the joint that connects it to its parent.

    Attributes:
        name, parent: Names of the body and of its parent body, which may be `GROUND`.
        mass: kg.
        centre: [3] centre of mass in the frame of the body, m.
        inertia: [3, 3] about the centre of mass, in the frame of the body, kg m^2.
        in_parent, in_body: The frames of the joint in the parent and in the body; they coincide while all axes are 0.
        axes: Degrees of freedom of the joint; a welded body has none.
    """

    name: str
    parent: str
    mass: float
    centre: Array
    inertia: Array
    in_parent: Placement
    in_body: Placement
    axes: tuple[Axis, ...]


@dataclass(frozen=True)
class FreeCoordinate:
    """A coordinate that can be set.

    Attributes:
        name: Its name.
        low, high, rest: Range and default, rad or m.
        rotates: Whether it is an angle.
    """

    name: str
    low: float
    high: float
    rest: float
    rotates: bool


@dataclass(frozen=True)
class Spring:
    """A linear spring and damper of a coordinate.

    Attributes:
        law: The coordinate as a function of a free one.
        stiffness, rest, damping: N m/rad, rad and N m s/rad, or the same with N and m.
    """

    law: Law
    stiffness: float
    rest: float
    damping: float


@dataclass(frozen=True)
class Stop:
    """A soft stop at both ends of the range of a coordinate.

    Attributes:
        name: Its name.
        law: The coordinate as a function of a free one.
        low, high: Ends of the range, rad or m.
        low_stiffness, high_stiffness: N m/rad or N/m.
        damping: N m s/rad or N s/m; beyond the range only.
        transition: Distance over which the stiffness sets in, rad or m.
    """

    name: str
    law: Law
    low: float
    high: float
    low_stiffness: float
    high_stiffness: float
    damping: float
    transition: float


@dataclass(frozen=True)
class GroundContact:
    """A sphere that a plane of the ground supports.

    Attributes:
        body: Body of the sphere.
        centre, radius: In the frame of the body, m.
        normal, plane: [3] normal of the plane, which points into the ground, and a point of the plane, m.
        stiffness, dissipation: Plane strain modulus (N/m^2) and dissipation (s/m).
        friction: Static, dynamic and viscous (s/m) friction coefficients.
        transition_speed: m/s.
        least_force: Constant that keeps the law differentiable.
        hertz_smoothing, damping_smoothing: Steepness of the smooth transitions of the force (1/m, s/m).
    """

    body: str
    centre: Array
    radius: float
    normal: Array
    plane: Array
    stiffness: float
    dissipation: float
    friction: tuple[float, float, float]
    transition_speed: float
    least_force: float
    hertz_smoothing: float
    damping_smoothing: float


@dataclass(frozen=True)
class BodyPlace:
    """A point of a body.

    Attributes:
        body: Name of the body, or `GROUND`.
        place: [3] in the frame of the body, m.
    """

    body: str
    place: Array


@dataclass(frozen=True)
class Description:
    """A musculoskeletal model of muscles with rigid tendons.

    Attributes:
        gravity: [3] m/s^2.
        bodies: Every body after its parent.
        coordinates: The free coordinates.
        springs, stops, contacts: Forces other than those of the muscles.
        muscles: Names of the muscles.
        paths: Via points of each muscle; none for muscles in ``functions``.
        functions: The length of other paths, by number of the muscle.
        fibers: Parameters of the muscles.
        bones: Both ends of every bone that is drawn.
    """

    gravity: Array
    bodies: tuple[BodyPart, ...]
    coordinates: tuple[FreeCoordinate, ...]
    springs: tuple[Spring, ...]
    stops: tuple[Stop, ...]
    contacts: tuple[GroundContact, ...]
    muscles: tuple[str, ...]
    paths: tuple[tuple[BodyPlace, ...], ...]
    functions: Mapping[int, PathFunction]
    fibers: MuscleParameters
    bones: tuple[tuple[BodyPlace, BodyPlace], ...]
