"""Write four of the tables in config/models/forearm_hand from MyoHand's numbers.

bodies.csv, bones.csv, coordinates.csv and path_points.csv are written; the other tables contain literature values. Only
numbers are read from MyoHand (myo_sim, Apache-2.0). Bodies that no coordinate of the tables separates are merged into
one rigid body. The script is only needed to extend the tables:

    pip download --no-deps myo-sim==0.2.3 && python -m zipfile -e myo_sim-0.2.3-*.whl myo
    python scripts/extract_forearm_tables.py myo/myo_sim/models/arm/assets
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from table_files import vector, write_table
from tendon_paths import Joint, PathPoint, shape_paths

TABLES = Path(__file__).parents[1] / "config" / "models" / "forearm_hand"

FINGERS = {"index": 2, "middle": 3, "ring": 4, "little": 5}

# For each rigid body of the tables, the MyoHand body whose frame it has. `forearm` is the ulna with all bodies fixed to
# it.
RIGID_BODIES = {
    "forearm": "ulna_r",
    "radius": "radius_r",
    "hand": "lunate_r",
    "thumb_metacarpal": "firstmc_r",
    "thumb_proximal": "proximal_thumb_r",
    "thumb_distal": "distal_thumb_r",
} | {
    f"{finger}_{part}": pattern.format(number)
    for finger, number in FINGERS.items()
    for part, pattern in (("proximal", "{}proxph_r"), ("middle", "midph{}_r"), ("distal", "distph{}_r"))
}

# For each coordinate of the tables, the MyoHand joint, the sign of its axis and the range (degrees). Positive
# directions are pronation, flexion, ulnar deviation, abduction of the thumb, and abduction of the fingers towards the
# thumb. In MyoHand, flexion of the thumb is negative, and deviation is positive towards the thumb; here it is positive
# towards the ulna, as recommended by the ISB (Wu et al. 2005). Ranges: wrist 70/70 and 20/30 (Ryu et al. 1991), the
# others from MyoHand, with 20 degrees of extension for the fingers.
COORDINATES = {
    "forearm_pronation": ("pro_sup", 1, -80, 80),
    "wrist_deviation": ("deviation", -1, -20, 30),
    "wrist_flexion": ("flexion", 1, -70, 70),
    "thumb_cmc_flexion": ("cmc_flexion", -1, -45, 40),
    "thumb_cmc_abduction": ("cmc_abduction", 1, -28, 45),
    "thumb_mcp_flexion": ("mp_flexion", -1, -40, 45),
    "thumb_ip_flexion": ("ip_flexion", -1, -25, 75),
} | {
    f"{finger}_{joint}": (pattern.format(number), 1, low, high)
    for finger, number in FINGERS.items()
    for joint, pattern, low, high in (
        ("mcp_flexion", "mcp{}_flexion", -20, 90),
        ("mcp_abduction", "mcp{}_abduction", -15, 15),
        ("pip_flexion", "pm{}_flexion", 0, 90),
        ("dip_flexion", "md{}_flexion", 0, 80),
    )
}

# For each muscle of the tables, MyoHand's tendon. I, M, R, L: index, middle, ring, little finger.
MUSCLES = {
    "ECRL": "ECRL", "ECRB": "ECRB", "ECU": "ECU", "FCR": "FCR", "FCU": "FCU", "PL": "PL", "PT": "PT", "PQ": "PQ",
    "SUP": "SUP",
    "FDSI": "FDS2", "FDSM": "FDS3", "FDSR": "FDS4", "FDSL": "FDS5",
    "FDPI": "FDP2", "FDPM": "FDP3", "FDPR": "FDP4", "FDPL": "FDP5",
    "EDCI": "EDC2", "EDCM": "EDC3", "EDCR": "EDC4", "EDCL": "EDC5",
    "EDM": "EDM", "EIP": "EIP", "EPL": "EPL", "EPB": "EPB", "FPL": "FPL", "APL": "APL", "OP": "OP",
    "RI2": "RI2", "RI3": "RI3", "RI4": "RI4", "RI5": "RI5",
    "LU2": "LU_RB2", "LU3": "LU_RB3", "LU4": "LU_RB4", "LU5": "LU_RB5",
    "UI2": "UI_UB2", "UI3": "UI_UB3", "UI4": "UI_UB4", "UI5": "UI_UB5",
}  # fmt: skip

# Points that replace a wrapping surface without which a path would be on the wrong side of a joint: number of the
# previous point, body, position (m). They are fitted to MyoHand's moment arms: SUP to 1.1 mm RMS over the range of
# pronation, FCR to 0.5 mm over the ranges of the wrist.
FITTED_POINTS = {
    "SUP": (2, "radius", (-0.00545, -0.04026, 0.02265)),
    "FCR": (2, "hand", (0.00435, -0.01348, -0.01660)),
}

FINGERTIP = 0.018  # m, length drawn beyond the last joint
ULNA = ((0.0, 0.0, 0.0), (-0.006, -0.243, 0.042))  # m, drawn from the elbow to its head beside the wrist
SHORTEST_BONE = 0.010  # m; shorter links between frames are not drawn


def read_frames(root: ElementTree.Element) -> dict[str, tuple[np.ndarray, str, float]]:
    """Return origin relative to the ulna (m), rigid body and mass (kg) of MyoHand's bodies; all frames are parallel."""
    ulna = next(body for body in root.iter("body") if body.get("name") == "ulna_r")
    owner_of = {frame: target for target, frame in RIGID_BODIES.items()}
    frames: dict[str, tuple[np.ndarray, str, float]] = {"humerus_r": (-vector(ulna.get("pos")), "forearm", 0.0)}

    def visit(body: ElementTree.Element, origin: np.ndarray, owner: str) -> None:
        name = body.get("name", "")
        owner = owner_of.get(name, owner)
        inertial = body.find("inertial")
        frames[name] = (origin, owner, 0.0 if inertial is None else float(inertial.get("mass", 0)))
        for child in body.findall("body"):
            visit(child, origin + vector(child.get("pos")), owner)

    visit(ulna, np.zeros(3), "forearm")
    return frames


def read_joints(
    root: ElementTree.Element, frames: dict[str, tuple[np.ndarray, str, float]], origin: dict[str, np.ndarray]
) -> dict[str, Joint]:
    """Return the coordinates of the tables with MyoHand's joint centres and axes."""
    joint_of = {
        joint.get("name", "").removesuffix("_r"): (joint, body.get("name"))
        for body in root.iter("body")
        for joint in body.findall("joint")
    }
    owner_of_parent = {
        child.get("name"): frames[body.get("name", "")][1]
        for body in root.iter("body")
        for child in body.findall("body")
        if body.get("name") in frames
    }
    joints = {}
    for name, (joint_name, sign, low, high) in COORDINATES.items():
        joint, frame = joint_of[joint_name]
        body = next(target for target, source in RIGID_BODIES.items() if source == frame)
        parent = owner_of_parent[frame]
        axis = sign * vector(joint.get("axis"))
        joints[name] = Joint(body, parent, origin[body] - origin[parent], axis / np.linalg.norm(axis), low, high)
    return joints


def bone_segments(
    root: ElementTree.Element, frames: dict[str, tuple[np.ndarray, str, float]]
) -> list[tuple[str, str, np.ndarray, np.ndarray]]:
    """Return (bone, rigid body, start, end) from each frame's origin to its children's; fingertips are extended."""
    segments = [("ulna", "forearm", *map(np.array, ULNA))]
    for body in root.iter("body"):
        name = body.get("name", "")
        if name not in frames or name == "humerus_r":
            continue
        start, owner, _ = frames[name]
        children = [child.get("name", "") for child in body.findall("body")]
        ends = [(child.removesuffix("_r"), frames[child][0]) for child in children if child in frames]
        if name.startswith("dist"):
            parent = next(p for p in root.iter("body") if body in p.findall("body"))
            step = start - frames[parent.get("name", "")][0]
            ends = [("tip_of_" + name.removesuffix("_r"), start + FINGERTIP * step / np.linalg.norm(step))]
        for end_name, end in ends:
            if np.linalg.norm(end - start) > SHORTEST_BONE and name != "ulna_r":
                segments.append((f"{name.removesuffix('_r')}__{end_name}", owner, start, end))
    return segments


def main(assets: Path) -> None:
    """Write the tables from the folder of MyoHand's assets."""
    chain = ElementTree.parse(assets / "myoarm_r_chain.xml").getroot()
    tendons = ElementTree.parse(assets / "myoarm_r_tendon.xml").getroot()
    frames = read_frames(chain)
    origin = {target: frames[frame][0] for target, frame in RIGID_BODIES.items()}

    bodies = []
    for body in RIGID_BODIES:
        parts = [(position, mass) for position, owner, mass in frames.values() if owner == body and mass > 0]
        mass = sum(m for _, m in parts)
        centre = sum((p * m for p, m in parts), np.zeros(3)) / mass - origin[body]
        inertia = sum((m * ((r := p - origin[body] - centre) @ r - r**2) for p, m in parts), np.zeros(3))
        bodies.append([body, float(mass), *map(float, centre), *map(float, inertia)])
    write_table(
        TABLES / "bodies.csv",
        ["body", "mass_kg", *(f"centre_{a}_m" for a in "xyz"), *(f"inertia_{a}_kgm2" for a in "xyz")],
        bodies,
    )

    joints = read_joints(chain, frames, origin)
    coordinates = [
        [name, joint.body, joint.parent, *map(float, joint.centre), *map(float, joint.axis), joint.low, joint.high]
        for name, joint in joints.items()
    ]
    header = [
        "coordinate",
        "body",
        "parent",
        *(f"origin_{a}_m" for a in "xyz"),
        *(f"axis_{a}" for a in "xyz"),
        "low_deg",
        "high_deg",
    ]
    write_table(TABLES / "coordinates.csv", header, coordinates)

    site_of = {
        site.get("name"): (site, body.get("name")) for body in chain.iter("body") for site in body.findall("site")
    }
    paths = {muscle: [] for muscle in MUSCLES}
    for muscle, tendon_name in MUSCLES.items():
        tendon = next(t for t in tendons.iter("spatial") if t.get("name") == f"{tendon_name}_tendon")
        for entry in tendon.findall("site"):
            site, frame = site_of[entry.get("site")]
            place, body, _ = frames[frame]
            paths[muscle].append(PathPoint(body, place + vector(site.get("pos")) - origin[body]))
    for muscle, (after, body, place) in FITTED_POINTS.items():
        paths[muscle].insert(after, PathPoint(body, np.array(place)))
    shape_paths(paths, joints, origin)
    points = [
        [muscle, number, point.body, *map(float, point.place)]
        for muscle, path in paths.items()
        for number, point in enumerate(path, 1)
    ]
    write_table(TABLES / "path_points.csv", ["muscle", "point", "body", "x_m", "y_m", "z_m"], points)

    bones = []
    for bone, body, start, end in bone_segments(chain, frames):
        bones.append([bone, body, *map(float, start - origin[body]), *map(float, end - origin[body])])
    write_table(
        TABLES / "bones.csv", ["bone", "body", *(f"start_{a}_m" for a in "xyz"), *(f"end_{a}_m" for a in "xyz")], bones
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
