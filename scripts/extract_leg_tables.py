"""Write four of the tables in config/models/leg from MyoLegs' numbers.

bodies.csv, bones.csv, coordinates.csv and path_points.csv are written; the other tables contain literature values. Only
numbers are read from MyoLegs (myo_sim, Apache-2.0). The pelvis is fixed; hip, knee and ankle rotate about one axis
each. In MyoLegs, y points up and z to the right; in the tables, x points forward, y to the left and z up (REP 103). The
script is only needed to extend the tables (see extract_forearm_tables.py):

    python scripts/extract_leg_tables.py myo/myo_sim/models/leg/assets
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from table_files import vector, write_table

TABLES = Path(__file__).parents[1] / "config" / "models" / "leg"
SIDES = {"left": "l", "right": "r"}

# For each rigid body of the tables, the MyoLegs bodies that it consists of.
RIGID_BODIES = {"femur": ("femur",), "tibia": ("tibia",), "foot": ("calcn", "talus", "toes")}

# For each coordinate: body, parent, MyoLegs joint, range (degrees). Flexion and dorsiflexion are positive.
COORDINATES = {
    "hip_flexion": ("femur", "pelvis", "hip_flexion", -20, 100),
    "knee_flexion": ("tibia", "femur", "knee_angle", 0, 110),
    "ankle_dorsiflexion": ("foot", "tibia", "ankle_angle", -40, 25),
}

# For each muscle of the tables, the MyoLegs tendon whose points it has; Il represents psoas and iliacus.
MUSCLES = {
    "Il": "psoas", "RF": "recfem", "VLat": "vaslat", "ST": "semiten", "TA": "tibant", "MG": "gasmed", "Sol": "soleus",
}  # fmt: skip

# Paths that wrap a surface or pass over the patella in MyoLegs: points of the right leg, in MyoLegs' axes, fitted to
# its moment arms over the joint ranges (RMS error 1.6 mm RF, 1.5 VLat, 1.3 ST, 0.4 MG); a number is that of a MyoLegs
# point.
FITTED_PATHS = {
    "RF": [1, ("femur", (0.0513, -0.4020, 0.0)), ("tibia", (0.0420, -0.0124, 0.0)), 5],
    "VLat": [1, 2, ("femur", (0.0434, -0.3978, 0.014)), ("tibia", (0.0422, -0.0110, 0.007)), 5],
    "ST": [1, ("tibia", (-0.0421, -0.0506, -0.022)), 2, 3],
    "MG": [("femur", (-0.0085, -0.3811, -0.0208)), ("tibia", (-0.0586, -0.1550, -0.015)), 2],
}

TOES = np.array([0.2088, -0.002, 0.00108])  # m, end of the foot that is drawn, in the calcaneus' frame (right)


def to_table_axes(place: np.ndarray) -> tuple[float, float, float]:
    """Convert a vector from MyoLegs' axes to those of the tables."""
    x, y, z = map(float, place)
    return x, -z, y


def turned(quaternion: str | None, diagonal: np.ndarray) -> np.ndarray:
    """Return the diagonal of an inertia whose principal axes are rotated by a quaternion (w, x, y, z)."""
    w, x, y, z = vector(quaternion) if quaternion else (1.0, 0.0, 0.0, 0.0)
    axes = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
    return np.diag(axes @ np.diag(diagonal) @ axes.T)


def main(assets: Path) -> None:
    """Write the tables from the folder of MyoLegs' assets."""
    chain = ElementTree.parse(assets / "myolegs_chain.xml").getroot()
    tendons = ElementTree.parse(assets / "myolegs_tendon.xml").getroot()
    body_of = {body.get("name"): body for body in chain.iter("body")}
    parent_of = {child.get("name"): body.get("name") for body in chain.iter("body") for child in body.findall("body")}
    owner = {"pelvis": "pelvis"} | {
        f"{source}_{letter}": f"{target}_{side}"
        for side, letter in SIDES.items()
        for target, parts in RIGID_BODIES.items()
        for source in parts
    }

    def origin(name: str) -> np.ndarray:
        """Return the origin of a MyoLegs body relative to the pelvis with straight legs, m; all frames are parallel."""
        place = vector(body_of[name].get("pos"))
        return place + origin(parent_of[name]) if name in parent_of and name != "pelvis" else 0 * place

    def own_frame(target: str) -> np.ndarray:
        """Return the origin of a body of the tables, which is a joint's centre (for the foot, the ankle's)."""
        side = SIDES.get(target.split("_")[-1], "")
        frames = {"pelvis": "pelvis", "femur": f"femur_{side}", "tibia": f"tibia_{side}", "foot": f"talus_{side}"}
        return origin(frames[target.split("_")[0]])

    bodies = []
    for target in ["pelvis", *(f"{body}_{side}" for side in SIDES for body in RIGID_BODIES)]:
        names = [source for source, body in owner.items() if body == target]
        (name,) = [n for n in names if body_of[n].find("inertial") is not None]
        inertial = body_of[name].find("inertial")
        centre = vector(inertial.get("pos")) + origin(name) - own_frame(target)
        inertia = turned(inertial.get("quat"), vector(inertial.get("diaginertia")))
        bodies.append([target, float(inertial.get("mass")), *to_table_axes(centre), *map(float, inertia[[0, 2, 1]])])
    write_table(
        TABLES / "bodies.csv",
        ["body", "mass_kg", *(f"centre_{a}_m" for a in "xyz"), *(f"inertia_{a}_kgm2" for a in "xyz")],
        bodies,
    )

    coordinates = []
    for side, letter in SIDES.items():
        for name, (body, parent, joint_name, low, high) in COORDINATES.items():
            joint = next(j for j in chain.iter("joint") if j.get("name") == f"{joint_name}_{letter}")
            target, above = f"{body}_{side}", "pelvis" if parent == "pelvis" else f"{parent}_{side}"
            axis = vector(joint.get("axis"))
            place = own_frame(target) - own_frame(above)
            axis = axis / np.linalg.norm(axis)
            coordinates.append(
                [f"{name}_{side}", target, above, *to_table_axes(place), *to_table_axes(axis), low, high]
            )
    header = ["coordinate", "body", "parent", *(f"origin_{a}_m" for a in "xyz"), *(f"axis_{a}" for a in "xyz")]
    write_table(TABLES / "coordinates.csv", [*header, "low_deg", "high_deg"], coordinates)

    sites = {
        s.get("name"): (body.get("name"), vector(s.get("pos")))
        for body in chain.iter("body")
        for s in body.findall("site")
    }
    points = []
    for side, letter in SIDES.items():
        mirror = np.array([1.0, 1.0, -1.0 if side == "left" else 1.0])
        for muscle, tendon_name in MUSCLES.items():
            tendon = next(t for t in tendons.iter("spatial") if t.get("name") == f"{tendon_name}_{letter}_tendon")
            source = [sites[entry.get("site")] for entry in tendon.findall("site")]
            path = []
            for point in FITTED_PATHS.get(muscle, range(1, len(source) + 1)):
                if isinstance(point, int):
                    body, place = source[point - 1]
                    path.append((owner[body], place + origin(body) - own_frame(owner[body])))
                else:
                    path.append((f"{point[0]}_{side}", mirror * point[1]))
            points += [
                [f"{muscle}_{side}", number, body, *to_table_axes(place)]
                for number, (body, place) in enumerate(path, 1)
            ]
    write_table(TABLES / "path_points.csv", ["muscle", "point", "body", "x_m", "y_m", "z_m"], points)

    bones = [["pelvis", "pelvis", *to_table_axes(own_frame("femur_left")), *to_table_axes(own_frame("femur_right"))]]
    for side, letter in SIDES.items():
        mirror = np.array([1.0, 1.0, -1.0 if side == "left" else 1.0])
        hip, knee, ankle = (own_frame(f"{body}_{side}") for body in ("femur", "tibia", "foot"))
        heel = origin(f"calcn_{letter}") - ankle
        for bone, body, start, end in (
            ("ilium", "pelvis", hip, hip + mirror * np.array([0.0, 0.12, 0.03])),
            ("femur", f"femur_{side}", 0 * hip, knee - hip),
            ("tibia", f"tibia_{side}", 0 * hip, ankle - knee),
            ("heel", f"foot_{side}", 0 * hip, heel),
            ("sole", f"foot_{side}", heel, heel + mirror * TOES),
        ):
            bones.append([f"{bone}_{side}", body, *to_table_axes(start), *to_table_axes(end)])
    write_table(
        TABLES / "bones.csv", ["bone", "body", *(f"start_{a}_m" for a in "xyz"), *(f"end_{a}_m" for a in "xyz")], bones
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
