"""Write the tables of config/models/arm: shoulder and elbow in the sagittal plane, six muscles.

Bodies, joints and muscle paths are those of MyoElbow (myo_sim, Apache-2.0, of which only numbers are read); forces,
fibres and tendons are those of Holzbaur et al. 2005. Joint axes are made perpendicular to the plane. The script is only
needed to extend the tables (see extract_forearm_tables.py):

    python scripts/extract_arm_tables.py myo/myo_sim/models/legacy/elbow
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from table_files import vector, write_table

TABLES = Path(__file__).parents[1] / "config" / "models" / "arm"

BODIES = {"base": "scapula", "r_humerus": "humerus", "r_ulna_radius_hand": "forearm"}
# Body, parent, axis and range (degrees) of each coordinate; flexion is positive.
COORDINATES = {
    "shoulder_flexion": ("humerus", "scapula", (0, -1, 0), -60, 90),
    "elbow_flexion": ("forearm", "humerus", (0, -1, 0), 0, 130),
}
# Passive joint: rest (degrees), stiffness (N m/rad), damping (N m s/rad). The values have the order of magnitude of
# Wiegner & Watts 1986 (elbow) and of a heavier shoulder.
PASSIVE = {"shoulder_flexion": (0, 2.0, 0.6), "elbow_flexion": (40, 1.0, 0.2)}
# Force (N), optimal fibre length, tendon slack length (m), pennation (rad): Holzbaur et al. 2005.
MUSCLES = {
    "TRIlong": (798.52, 0.134, 0.143, 0.209),
    "TRIlat": (624.3, 0.1138, 0.098, 0.157),
    "TRImed": (624.3, 0.1138, 0.0908, 0.157),
    "BIClong": (624.3, 0.1157, 0.2723, 0.0),
    "BICshort": (435.56, 0.1321, 0.1923, 0.0),
    "BRA": (987.26, 0.0858, 0.0535, 0.0),
}
# In MyoElbow the triceps wraps a cylinder behind the elbow and the long biceps the head of the humerus. These points of
# the forearm and humerus, in MyoElbow's axes, preserve the moment arms of the wraps (see test/envs/test_models.py).
ADDED = {
    "TRIlong": [("r_ulna_radius_hand", (-0.0195, 0.0175, -0.002))],
    "TRIlat": [("r_ulna_radius_hand", (-0.0195, 0.0175, -0.002))],
    "TRImed": [("r_ulna_radius_hand", (-0.0195, 0.0175, -0.002))],
}
HAND = (0.022, -0.31, 0.055)  # m, position of the knuckles in the forearm's frame and MyoElbow's axes


def to_table_axes(place: np.ndarray) -> list[float]:
    """Convert a vector from MyoElbow's axes (y up, z right) to those of the tables (y left, z up); x points forward."""
    x, y, z = map(float, place)
    return [x, -z, y]


def main(folder: Path) -> None:
    """Write all tables from the folder of MyoElbow's model."""
    body_root = ElementTree.parse(folder / "assets" / "myoelbow_2dof6muscles_body.xml").getroot()
    bodies = {b.get("name"): b for b in body_root.iter("body") if b.get("name") in BODIES}
    place = {name: vector(body.get("pos")) for name, body in bodies.items()}

    rows: list[list[object]] = [["scapula", 1e-6, *[0.0] * 3, *[0.0] * 3]]
    for name in ("r_humerus", "r_ulna_radius_hand"):
        inertial = bodies[name].find("inertial")
        full = vector(inertial.get("fullinertia"))
        inertia = [float(full[0]), float(full[2]), float(full[1])]
        rows.append([BODIES[name], float(inertial.get("mass")), *to_table_axes(vector(inertial.get("pos"))), *inertia])
    header = ["body", "mass_kg", *(f"centre_{a}_m" for a in "xyz"), *(f"inertia_{a}_kgm2" for a in "xyz")]
    write_table(TABLES / "bodies.csv", header, rows)

    source = {target: name for name, target in BODIES.items()}
    coordinates = [
        [name, body, parent, *to_table_axes(place[source[body]]), *axis, low, high]
        for name, (body, parent, axis, low, high) in COORDINATES.items()
    ]
    header = ["coordinate", "body", "parent", *(f"origin_{a}_m" for a in "xyz"), *(f"axis_{a}" for a in "xyz")]
    write_table(TABLES / "coordinates.csv", [*header, "low_deg", "high_deg"], coordinates)
    passive = [[name, *values, "order of Wiegner and Watts 1986"] for name, values in PASSIVE.items()]
    header = ["coordinate", "rest_deg", "stiffness_Nm_per_rad", "damping_Nms_per_rad", "source"]
    write_table(TABLES / "passive_joints.csv", header, passive)

    header = [
        "muscle",
        "max_isometric_force_N",
        "optimal_fiber_length_m",
        "tendon_slack_length_m",
        "pennation_rad",
        "source",
    ]
    write_table(
        TABLES / "muscles.csv", header, [[name, *values, "Holzbaur et al. 2005"] for name, values in MUSCLES.items()]
    )
    points = []
    for muscle in MUSCLES:
        path = [
            (owner, vector(site.get("pos")))
            for owner, body in bodies.items()
            for site in body.findall("site")
            if site.get("name", "").startswith(f"{muscle}-P")
        ]
        last = path.pop()
        path += [(owner, np.array(added)) for owner, added in ADDED.get(muscle, [])]
        path.append(last)
        points += [[muscle, number, BODIES[owner], *to_table_axes(p)] for number, (owner, p) in enumerate(path, 1)]
    write_table(TABLES / "path_points.csv", ["muscle", "point", "body", "x_m", "y_m", "z_m"], points)

    elbow = place["r_ulna_radius_hand"]
    bones = [
        ["humerus", "humerus", 0.0, 0.0, 0.0, *to_table_axes(elbow)],
        ["forearm", "forearm", 0.0, 0.0, 0.0, *to_table_axes(np.array(HAND))],
    ]
    header = ["bone", "body", *(f"start_{a}_m" for a in "xyz"), *(f"end_{a}_m" for a in "xyz")]
    write_table(TABLES / "bones.csv", header, bones)


if __name__ == "__main__":
    TABLES.mkdir(exist_ok=True)
    main(Path(sys.argv[1]))
