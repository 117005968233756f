"""Write the tables of config/models/human: a planar human with 9 joint angles, 18 muscles and feet on the ground.

The legs and most of their muscle paths are those of config/models/leg (extract_leg_tables.py). The short head of the
biceps femoris, the gluteus maximus and the forces of the muscle groups are those of MyoLegs26 (myo_sim, Apache-2.0, of
which only numbers are read). Trunk, head and arms form one body with the pelvis, with the mass, centre and inertia of
Anderson & Pandy 1999. Joint axes are made perpendicular to the sagittal plane. The script is only needed to extend the
tables (see extract_forearm_tables.py):

    python scripts/extract_human_tables.py myo/myo_sim/models/leg/assets
"""

from __future__ import annotations

import csv
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from table_files import vector, write_table

MODELS = Path(__file__).parents[1] / "config" / "models"
LEG, TABLES = MODELS / "leg", MODELS / "human"
SIDES = ("left", "right")

# Trunk with head and arms (Anderson & Pandy 1999): mass, centre relative to the pelvis' origin, inertia; table axes.
TRUNK = (34.2366, np.array([-0.1307, 0.0, 0.4015]), np.array([1.4745, 1.4314, 0.7555]))
# Least inertia of the foot (kg m2): a light foot with strong ankle muscles makes the equations stiff. With this limit,
# the error of 0.5 ms steps after 0.2 s is below 0.3 degrees, and without it 2 degrees (benchmarks/envs.py).
FOOT_INERTIA = 0.008
HEAD = np.array([-0.1007, 0.0, 0.68])

# For each muscle: the muscle of the leg tables whose path it has (None: MyoLegs26's sites), MyoLegs26's muscle with its
# force, and optimal fibre length (m) and pennation (rad) after Ward et al. 2009.
MUSCLES = {
    "GMAX": (None, "glutmax", 0.1569, 0.382),
    "HAM": ("ST", "hamstrings", 0.0976, 0.202),
    "BFSH": (None, "bifemsh", 0.1103, 0.215),
    "ILPSO": ("Il", "iliopsoas", 0.1118, 0.218),
    "RF": ("RF", "rectfem", 0.0759, 0.243),
    "VAS": ("VLat", "vasti", 0.0994, 0.321),
    "GAS": ("MG", "gastroc", 0.0510, 0.173),
    "SOL": ("Sol", "soleus", 0.0440, 0.494),
    "TA": ("TA", "tibant", 0.0683, 0.168),
}
# Names of MyoLegs26's sites on paths that are not in the leg tables (right leg).
SITES = {
    "GMAX": [f"glut_max_r_glut_max2_r-P{number}" for number in (1, 2, 3, 4)],
    "BFSH": [f"bifemsh_r_bifemsh_r-P{number}" for number in (1, 2, 3)],
}
BODIES = {"pelvis": "pelvis", "femur_r": "femur", "tibia_r": "tibia"}

# The pelvis in the plane: name, kind, axis, low, high (degrees or m). Backward tilt of the trunk is positive.
PLANE = (
    ("pelvis_tilt", "rotation", (0, -1, 0), -90, 90),
    ("pelvis_forward", "translation", (1, 0, 0), -100, 100),
    ("pelvis_height", "translation", (0, 0, 1), 0, 3),
)
AXES = {"hip_flexion": (0, -1, 0), "knee_flexion": (0, 1, 0), "ankle_dorsiflexion": (0, -1, 0)}
# Stiffness beyond the range, N m per degree (assumed).
STOPS = {"hip_flexion": 10.0, "knee_flexion": 10.0, "ankle_dorsiflexion": 4.0}
# Contact spheres under the foot: centre in the foot's frame and radius, m.
CONTACTS = {
    "heel": ((-0.035, 0.0, -0.04), 0.03),
    "ball": ((0.09, 0.0, -0.04), 0.03),
    "toe": ((0.15, 0.0, -0.045), 0.025),
}


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of the leg model; those of the right leg are exact mirror images of the left leg's."""
    with (LEG / name).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if not next(iter(row.values())).endswith("_right")]
    return rows + [mirrored(row) for row in rows if next(iter(row.values())).endswith("_left")]


def mirrored(row: dict[str, str]) -> dict[str, str]:
    """Return the row of the right leg for a row of the left leg."""
    flipped = {column: value.replace("_left", "_right") for column, value in row.items()}
    for column in row:
        if column.endswith("_y_m") or column == "y_m":
            flipped[column] = str(-float(row[column]))
    return flipped


def numbers(row: dict[str, str], pattern: str) -> list[float]:
    """Return the x, y and z columns of a row."""
    return [float(row[pattern.format(axis)]) for axis in "xyz"]


def to_table_axes(place: np.ndarray) -> np.ndarray:
    """Convert a vector from MyoLegs' axes (y up, z right) to those of the tables (y left, z up)."""
    return np.array([place[0], -place[2], place[1]])


def joined(parts: list[tuple[float, np.ndarray, np.ndarray]]) -> tuple[float, np.ndarray, np.ndarray]:
    """Return mass, centre and diagonal inertia of rigidly connected bodies."""
    mass = sum(m for m, _, _ in parts)
    centre = sum(m * c for m, c, _ in parts) / mass
    inertia = sum(i + m * (np.sum((c - centre) ** 2) - (c - centre) ** 2) for m, c, i in parts)
    return mass, centre, inertia


def write_bodies() -> None:
    """Write bodies.csv."""
    rows: list[list[object]] = [["floor", 1e-6, *[0.0] * 3, *[0.0] * 3]]
    for row in table("bodies.csv"):
        mass, centre, inertia = (
            float(row["mass_kg"]),
            np.array(numbers(row, "centre_{}_m")),
            numbers(row, "inertia_{}_kgm2"),
        )
        if row["body"] == "pelvis":
            mass, centre, inertia = joined([(mass, centre, np.array(inertia)), TRUNK])
        if row["body"].startswith("foot"):
            inertia = np.maximum(inertia, FOOT_INERTIA)
        rows.append([row["body"], mass, *map(float, centre), *map(float, inertia)])
    header = ["body", "mass_kg", *(f"centre_{a}_m" for a in "xyz"), *(f"inertia_{a}_kgm2" for a in "xyz")]
    write_table(TABLES / "bodies.csv", header, rows)


def write_coordinates() -> None:
    """Write coordinates.csv and passive_joints.csv."""
    nowhere = [0.0] * 3
    rows = [[name, "pelvis", "floor", *nowhere, *axis, low, high, kind] for name, kind, axis, low, high in PLANE]
    for row in table("coordinates.csv"):
        axis = AXES[row["coordinate"].rpartition("_")[0]]
        place = numbers(row, "origin_{}_m")
        rows.append(
            [row["coordinate"], row["body"], row["parent"], *place, *axis, row["low_deg"], row["high_deg"], "rotation"]
        )
    header = ["coordinate", "body", "parent", *(f"origin_{a}_m" for a in "xyz"), *(f"axis_{a}" for a in "xyz")]
    write_table(TABLES / "coordinates.csv", [*header, "low_deg", "high_deg", "kind"], rows)
    passive = [[name, 0, 0, 0, "free", ""] for name, *_ in PLANE]
    for row in table("passive_joints.csv"):
        passive.append([*row.values(), STOPS[row["coordinate"].rpartition("_")[0]]])
    header = ["coordinate", "rest_deg", "stiffness_Nm_per_rad", "damping_Nms_per_rad", "source", "stop_Nm_per_deg"]
    write_table(TABLES / "passive_joints.csv", header, passive)


def write_muscles(assets: Path) -> None:
    """Write muscles.csv and path_points.csv."""
    forces = {
        one.get("name"): float(one.get("gainprm").split()[2])
        for one in ElementTree.parse(assets / "myolegs26_muscle.xml").getroot().iter("general")
        if one.get("gainprm")
    }
    chain = ElementTree.parse(assets / "myolegs26_chain.xml").getroot()
    sites = {
        s.get("name"): (b.get("name"), vector(s.get("pos"))) for b in chain.iter("body") for s in b.findall("site")
    }
    hip_there = to_table_axes(vector(next(b for b in chain.iter("body") if b.get("name") == "femur_r").get("pos")))
    hip_here = np.array(numbers(next(r for r in table("coordinates.csv") if r["body"] == "femur_right"), "origin_{}_m"))
    paths = table("path_points.csv")
    muscles, points = [], []
    for side in SIDES:
        for name, (path, force, length, pennation) in MUSCLES.items():
            source = "force: MyoLegs26 (myo_sim 0.2.3); fibres: Ward et al. 2009; tendon: fitted to the joint ranges"
            muscles.append([f"{name}_{side}", forces[f"{force}_r"], length, "", pennation, source])
            if path:
                rows = [r for r in paths if r["muscle"] == f"{path}_{side}"]
                places = [(r["body"], np.array(numbers(r, "{}_m"))) for r in rows]
            else:
                places = []
                for site in SITES[name]:
                    body, place = sites[site]
                    there = to_table_axes(place) + (hip_here - hip_there if body == "pelvis" else 0.0)
                    whole = BODIES[body] if body == "pelvis" else f"{BODIES[body]}_{side}"
                    places.append((whole, there * np.array([1.0, 1.0 if side == "right" else -1.0, 1.0])))
            points += [[f"{name}_{side}", n, body, *map(float, place)] for n, (body, place) in enumerate(places, 1)]
    header = [
        "muscle",
        "max_isometric_force_N",
        "optimal_fiber_length_m",
        "tendon_slack_length_m",
        "pennation_rad",
        "source",
    ]
    write_table(TABLES / "muscles.csv", header, muscles)
    write_table(TABLES / "path_points.csv", ["muscle", "point", "body", "x_m", "y_m", "z_m"], points)


def write_shapes() -> None:
    """Write bones.csv and contacts.csv."""
    rows = [[r["bone"], r["body"], *numbers(r, "start_{}_m"), *numbers(r, "end_{}_m")] for r in table("bones.csv")]
    lumbar = [-0.1007, 0.0, 0.0815]
    hips = numbers(next(r for r in table("coordinates.csv") if r["body"] == "femur_left"), "origin_{}_m")
    rows += [["sacrum", "pelvis", hips[0], 0.0, hips[2], *lumbar], ["spine", "pelvis", *lumbar, *map(float, HEAD)]]
    header = ["bone", "body", *(f"start_{a}_m" for a in "xyz"), *(f"end_{a}_m" for a in "xyz")]
    write_table(TABLES / "bones.csv", header, rows)
    balls = [
        [f"{name}_{side}", f"foot_{side}", *place, radius]
        for side in SIDES
        for name, (place, radius) in CONTACTS.items()
    ]
    write_table(TABLES / "contacts.csv", ["contact", "body", "x_m", "y_m", "z_m", "radius_m"], balls)


if __name__ == "__main__":
    TABLES.mkdir(exist_ok=True)
    write_bodies()
    write_coordinates()
    write_muscles(Path(sys.argv[1]))
    write_shapes()
