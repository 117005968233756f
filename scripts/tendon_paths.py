"""Additions to MyoHand's tendon paths: the extensor hood of the fingers and the retinacula of the wrist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# The extensor hood. A tendon with a single path cannot branch, so each muscle takes the branch on which it mainly acts.
# For the finger extensors this is the central slip, which ends on the middle phalanx. For lumbricals and ulnar bands it
# is the lateral band, which continues to the distal phalanx as the terminal tendon, to the end of that finger's EDC in
# MyoHand.
CENTRAL_SLIP = ("EDCI", "EDCM", "EDCR", "EDCL", "EDM", "EIP")
TERMINAL_TENDON = {
    f"{muscle}{number}": extensor
    for muscle in ("LU", "UI")
    for number, extensor in zip((2, 3, 4, 5), ("EDCI", "EDCM", "EDCR", "EDCL"), strict=True)
}

# Moment arms (m) in the straight hand, which are obtained by moving the two points on both sides of the joint. Sagittal
# bands keep the extensors over the middle of the knuckle. In MyoHand the first two tendons are beside it, which would
# spread the fingers during every extension. The central slip is closer to the PIP joint than MyoHand's tendon, about 3
# mm from the joint's axis (An et al. 1983); otherwise extension of the knuckle would hyperextend the PIP joint. The
# moment arms of the deep flexors at the distal joints and of the ring finger's terminal tendon are made similar among
# the fingers, about 4 mm (An et al. 1983); otherwise the tips of the middle and ring finger could exert little force.
ARMS_OF_FINGERS = {
    ("EDCR", "ring_mcp_abduction"): 0.0,
    ("EDCL", "little_mcp_abduction"): 0.0,
    ("EDCI", "index_pip_flexion"): -0.003,
    ("EIP", "index_pip_flexion"): -0.003,
    ("EDCL", "little_pip_flexion"): -0.0035,
    ("LU5", "little_pip_flexion"): -0.002,
    ("UI5", "little_pip_flexion"): -0.002,
    ("FDPM", "middle_dip_flexion"): 0.004,
    ("FDPR", "ring_dip_flexion"): 0.004,
    ("LU4", "ring_dip_flexion"): -0.003,
    ("UI4", "ring_dip_flexion"): -0.003,
}

# Pulleys keep the deep flexor close to the proximal phalanx; where MyoHand's next point is far from the PIP joint, the
# tendon would bowstring. A point at this distance (m) from the joint keeps its position in the straight finger.
PULLEYS = {"FDPM": "middle_pip_flexion", "FDPR": "ring_pip_flexion"}
PULLEY_DISTANCE = 0.008

# The retinacula keep the extensors on the back of the flexed wrist and the flexors in the carpal tunnel. MyoHand is
# made for 45 degrees of flexion in both directions and has too few points for a larger range: its tendons then
# bowstring or pass to the other side of the wrist. If the next point of a tendon is farther from the wrist than the
# tendon's distance from the joint, a point is added at that distance, on the path in the straight wrist. The moment
# arms in the straight wrist therefore do not change.
EXTENSORS = ("ECRL", "ECRB", "ECU", "EDCI", "EDCM", "EDCR", "EDCL", "EDM", "EIP", "EPL")
FINGER_FLEXORS = ("FDSI", "FDSM", "FDSR", "FDSL", "FDPI", "FDPM", "FDPR", "FDPL")
HELD_AT_WRIST = (*EXTENSORS, *FINGER_FLEXORS)

# Thenar muscles that MyoHand lacks, positioned by their attachments: from the carpus and the third metacarpal to the
# sides of the thumb's proximal phalanx.
THENAR = {
    "APB": [
        ("hand", (0.0140, -0.0120, -0.0160)),
        ("thumb_metacarpal", (0.0077, -0.0104, -0.0141)),
        ("thumb_proximal", (0.0026, -0.0059, -0.0099)),
    ],
    "FPB": [
        ("hand", (0.0100, -0.0240, -0.0160)),
        ("thumb_metacarpal", (0.0052, -0.0219, -0.0125)),
        ("thumb_proximal", (-0.0040, -0.0056, -0.0054)),
    ],
    "ADP": [("hand", (0.0040, -0.0550, 0.0060)), ("thumb_proximal", (-0.0038, -0.0068, 0.0025))],
}


class PathPoint(NamedTuple):
    """A point of a tendon.

    Attributes:
        body: Body to which the point is fixed.
        place: Position in the body's frame, m.
    """

    body: str
    place: np.ndarray


@dataclass(frozen=True)
class Joint:
    """A rotation of a body relative to its parent.

    Attributes:
        body: The body.
        parent: Its parent.
        centre: Joint centre in the parent's frame, m.
        axis: Unit vector of the axis.
        low: Lower end of the range, degrees.
        high: Upper end of the range, degrees.
    """

    body: str
    parent: str
    centre: np.ndarray
    axis: np.ndarray
    low: int
    high: int


def shape_paths(paths: dict[str, list[PathPoint]], joints: dict[str, Joint], origin: dict[str, np.ndarray]) -> None:
    """Add the extensor hood, pulleys, retinacula and thenar muscles to MyoHand's paths.

    Args:
        paths: Path of each muscle, changed in place.
        joints: Coordinates of the tables by name.
        origin: Position of each body in the straight arm, m.
    """
    branch_the_hood(paths)
    for (muscle, name), arm in ARMS_OF_FINGERS.items():
        set_arm(paths[muscle], joints[name], arm)
    for muscle, name in PULLEYS.items():
        hold_at_pulley(paths[muscle], joints[name])
    for muscle in HELD_AT_WRIST:
        hold_at_wrist(paths[muscle], origin)
    for muscle, points in THENAR.items():
        paths[muscle] = [PathPoint(body, np.array(place)) for body, place in points]


def branch_the_hood(paths: dict[str, list[PathPoint]]) -> None:
    """End finger extensors on the middle phalanx, and lumbricals and ulnar bands on the distal phalanx."""
    for muscle, extensor in TERMINAL_TENDON.items():
        beyond = first_on("_distal", paths[extensor])
        own = paths[muscle][: first_on("_middle", paths[muscle]) + 1]
        paths[muscle] = [*own, *paths[extensor][beyond - 1 : beyond + 1]]
    for muscle in CENTRAL_SLIP:
        del paths[muscle][first_on("_middle", paths[muscle]) + 1 :]


def first_on(phalanx: str, path: list[PathPoint]) -> int:
    """Return the number of the first point on a phalanx."""
    return next(number for number, point in enumerate(path) if point.body.endswith(phalanx))


def set_arm(path: list[PathPoint], joint: Joint, arm: float) -> None:
    """Move the two points of a path on both sides of a joint so that its moment arm is ``arm`` (m) at zero angles."""
    after = next(number for number, point in enumerate(path) if point.body == joint.body)
    start, end = path[after - 1].place, path[after].place + joint.centre
    along = (end - start) / np.linalg.norm(end - start)
    sideways = np.cross(along, joint.axis)
    arm_now = -joint.axis @ np.cross(start - joint.centre, along)
    shift = (arm - arm_now) / (-joint.axis @ np.cross(sideways, along)) * sideways
    for number in (after - 1, after):
        path[number] = path[number]._replace(place=path[number].place + shift)


def hold_at_pulley(path: list[PathPoint], joint: Joint) -> None:
    """Add a point that keeps a flexor close to the proximal phalanx just before the PIP joint."""
    after = next(number for number, point in enumerate(path) if point.body == joint.body)
    start, end = path[after - 1].place, path[after].place + joint.centre
    distance = np.linalg.norm(joint.centre) - PULLEY_DISTANCE
    outward = joint.centre / np.linalg.norm(joint.centre)
    share = (distance - start @ outward) / ((end - start) @ outward)
    path.insert(after, PathPoint(joint.parent, start + share * (end - start)))


def hold_at_wrist(path: list[PathPoint], origin: dict[str, np.ndarray]) -> None:
    """Add points on the radius and the hand whose distance from the wrist is that of the tendon from the joint."""
    after = next(number for number, point in enumerate(path) if point.body not in ("forearm", "radius"))
    wrist = origin["hand"]
    start, end = (point.place + origin[point.body] - wrist for point in path[after - 1 : after + 1])
    slope = (end - start) / (end[1] - start[1])
    crossing = start - start[1] * slope
    height = max(abs(crossing[2]), abs(crossing[0]) / 2)  # the range of deviation is half that of flexion
    held = [
        PathPoint(body, crossing + y * slope + wrist - origin[body])
        for body, y in (("radius", height), ("hand", -height))
        if end[1] < y < start[1]
    ]
    path[after:after] = held
