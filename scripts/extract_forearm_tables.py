"""Write four of the tables in config/models/forearm_hand from MyoHand's numbers.

bodies.csv, bones.csv, coordinates.csv and path_points.csv are written; the other tables are literature values.
MyoHand (myo_sim, Apache-2.0) is read as numbers only; bodies that no coordinate of ours separates are
merged into one rigid body. Run once, when the tables are to be extended:

    pip download --no-deps myo-sim==0.2.3 && python -m zipfile -e myo_sim-0.2.3-*.whl myo
    python scripts/extract_forearm_tables.py myo/myo_sim/models/arm/assets
"""

from __future__ import annotations

import csv
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np

TABLES = Path(__file__).parents[1] / "config" / "models" / "forearm_hand"

# Our rigid body: the MyoHand body whose frame it takes.
RIGID_BODIES = {
    "forearm": "ulna_r",
    "hand": "lunate_r",
    "index_proximal": "2proxph_r",
    "index_middle": "midph2_r",
    "index_distal": "distph2_r",
}

# Our coordinate: MyoHand joint, direction of its axis, range (degrees).
# MyoHand's deviation turns the hand towards the thumb; ours is positive towards the ulna, as ISB has it
# (Wu et al. 2005). Ranges: wrist 70/70 and 20/30 (Ryu et al. 1991), index from MyoHand.
COORDINATES = {
    "wrist_deviation": ("deviation_r", -1, -20, 30),
    "wrist_flexion": ("flexion_r", 1, -70, 70),
    "index_mcp_flexion": ("mcp2_flexion_r", 1, -20, 90),
    "index_mcp_abduction": ("mcp2_abduction_r", 1, -15, 15),
    "index_pip_flexion": ("pm2_flexion_r", 1, 0, 90),
    "index_dip_flexion": ("md2_flexion_r", 1, 0, 80),
}

# Our muscle name: MyoHand tendon.
MUSCLES = {
    "ECRL": "ECRL", "ECRB": "ECRB", "ECU": "ECU", "FCR": "FCR", "FCU": "FCU", "PL": "PL",
    "FDSI": "FDS2", "FDPI": "FDP2", "EDCI": "EDC2", "EIP": "EIP",
    "DI1": "RI2", "LUM1": "LU_RB2", "PI1": "UI_UB2",
}  # fmt: skip


FINGERTIP = 0.018  # length drawn beyond the last joint, m
SHORTEST_BONE = 0.010  # shorter links between frames are not drawn, m


def vector(text: str | None) -> np.ndarray:
    return np.array([float(v) for v in (text or "0 0 0").split()])


def read_frames(root: ElementTree.Element) -> dict[str, tuple[np.ndarray, str, float]]:
    """MyoHand body: (origin from the ulna m, our rigid body, mass kg). MyoHand's frames are all parallel."""
    ulna = next(body for body in root.iter("body") if body.get("name") == "ulna_r")
    owner_of = {frame: ours for ours, frame in RIGID_BODIES.items()}
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


def bone_segments(
    root: ElementTree.Element, frames: dict[str, tuple[np.ndarray, str, float]]
) -> list[tuple[str, str, np.ndarray, np.ndarray]]:
    """(bone, our rigid body, start, end) from every frame's origin to its children's; fingertips are prolonged."""
    segments = []
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
            if np.linalg.norm(end - start) > SHORTEST_BONE:
                segments.append((f"{name.removesuffix('_r')}__{end_name}", owner, start, end))
    return segments


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    with (TABLES / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[f"{v:.6g}" if isinstance(v, float) else v for v in row] for row in rows])


def main(assets: Path) -> None:
    chain = ElementTree.parse(assets / "myoarm_r_chain.xml").getroot()
    tendons = ElementTree.parse(assets / "myoarm_r_tendon.xml").getroot()
    frames = read_frames(chain)
    origin = {ours: frames[frame][0] for ours, frame in RIGID_BODIES.items()}

    bodies = []
    for body in RIGID_BODIES:
        parts = [(position, mass) for position, owner, mass in frames.values() if owner == body and mass > 0]
        mass = sum(m for _, m in parts)
        centre = sum((p * m for p, m in parts), np.zeros(3)) / mass - origin[body]
        inertia = sum((m * ((r := p - origin[body] - centre) @ r - r**2) for p, m in parts), np.zeros(3))
        bodies.append([body, float(mass), *map(float, centre), *map(float, inertia)])
    write(
        "bodies.csv",
        ["body", "mass_kg", *(f"centre_{a}_m" for a in "xyz"), *(f"inertia_{a}_kgm2" for a in "xyz")],
        bodies,
    )

    joint_of = {
        joint.get("name"): (joint, body.get("name")) for body in chain.iter("body") for joint in body.findall("joint")
    }
    order = list(RIGID_BODIES)
    coordinates = []
    for name, (joint_name, sign, low, high) in COORDINATES.items():
        joint, frame = joint_of[joint_name]
        body = next(ours for ours, theirs in RIGID_BODIES.items() if theirs == frame)
        parent = order[order.index(body) - 1]
        place = origin[body] - origin[parent]
        axis = sign * vector(joint.get("axis"))
        coordinates.append(
            [name, body, parent, *map(float, place), *map(float, axis / np.linalg.norm(axis)), low, high]
        )
    header = [
        "coordinate",
        "body",
        "parent",
        *(f"origin_{a}_m" for a in "xyz"),
        *(f"axis_{a}" for a in "xyz"),
        "low_deg",
        "high_deg",
    ]
    write("coordinates.csv", header, coordinates)

    site_of = {
        site.get("name"): (site, body.get("name")) for body in chain.iter("body") for site in body.findall("site")
    }
    points = []
    for muscle, tendon_name in MUSCLES.items():
        tendon = next(t for t in tendons.iter("spatial") if t.get("name") == f"{tendon_name}_tendon")
        for number, entry in enumerate(tendon.findall("site"), 1):
            site, frame = site_of[entry.get("site")]
            place, body, _ = frames[frame]
            points.append([muscle, number, body, *map(float, place + vector(site.get("pos")) - origin[body])])
    write("path_points.csv", ["muscle", "point", "body", "x_m", "y_m", "z_m"], points)

    bones = []
    for bone, body, start, end in bone_segments(chain, frames):
        bones.append([bone, body, *map(float, start - origin[body]), *map(float, end - origin[body])])
    write("bones.csv", ["bone", "body", *(f"start_{a}_m" for a in "xyz"), *(f"end_{a}_m" for a in "xyz")], bones)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
