"""How strong the model is, against what people can do."""

import numpy as np
import pytest
from scipy.optimize import linprog

STEP = 1e-5  # rad


@pytest.mark.parametrize(
    ("coordinate", "sign", "weakest", "strongest"),
    [
        ("wrist_flexion", 1, 5.2, 18.9),
        ("wrist_flexion", -1, 3.4, 9.4),
        ("wrist_deviation", -1, 7.9, 15.3),
        ("wrist_deviation", 1, 5.9, 11.9),
    ],
)
def test_maximal_isometric_wrist_moments(model, coordinate, sign, weakest, strongest):
    """The muscles of the wrist alone, in the straight wrist; range of ten men: Delp, Grierson & Buchanan 1996, N m."""
    pose = 0 * model.rest
    model.set_pose(pose, pose)
    force, arms = model.fibers().active_force, model.moment_arms()
    wrist = [model.muscles.index(name) for name in ("FCR", "FCU", "PL", "ECRL", "ECRB", "ECU")]
    moments = (arms[model.coordinates.index(coordinate)] * force)[wrist]
    assert weakest < np.clip(sign * moments, 0, None).sum() < strongest


@pytest.mark.parametrize("finger", ["index", "middle", "ring", "little", "thumb"])
def test_maximal_force_of_the_fingertips(model, finger):
    """Pressing with the palmar side of the tip, all joints of the finger in balance: tens of newtons, as people do."""
    last = "ip" if finger == "thumb" else "dip"
    force = pressing_force(model, finger, model.coordinates.index(f"{finger}_{last}_flexion"))
    assert 15.0 < force < 70.0


def pressing_force(model, finger, last_joint):
    """Greatest force (N) along the path of the fingertip about its last joint, by linear programming."""
    pose, still = model.rest, 0 * model.rest

    def ends(angles):
        model.set_pose(angles, still)
        return model.bone_lines().reshape(-1, 3)

    steps = STEP * np.eye(len(pose))
    slopes = np.array([(ends(pose + step) - ends(pose - step)) / (2 * STEP) for step in steps])
    tip = np.linalg.norm(slopes[last_joint], axis=1).argmax()
    direction = slopes[last_joint, tip] / np.linalg.norm(slopes[last_joint, tip])
    model.set_pose(pose, still)
    needed, fibers, arms = model.moments_needed(still), model.fibers(), model.moment_arms()
    own = [i for i, name in enumerate(model.coordinates) if name.startswith(finger)]
    muscles = len(model.muscles)
    best = linprog(
        np.append(np.zeros(muscles), -1.0),
        A_eq=np.column_stack([arms * fibers.active_force, -slopes[:, tip] @ direction])[own],
        b_eq=(needed - arms @ fibers.passive_force)[own],
        bounds=[(0, 1)] * muscles + [(0, None)],
    )
    assert best.success
    return best.x[-1]
