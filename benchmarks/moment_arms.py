"""Comparison of moment arms and muscle lengths of forearm_hand with MyoHand (MuJoCo) and its wrapping surfaces.

    python benchmarks/moment_arms.py [--poses 200] [--write]

The comparison requires the packages of the test extra (mujoco, myo-sim).
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mujoco
import myo_sim
import numpy as np

from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import MusculoskeletalModel

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))  # for the table of corresponding names
import extract_forearm_tables as tables

STEP = 1e-4  # rad, step of the differences of tendon lengths from which MuJoCo's moment arms are computed
CROSSES = 2e-4  # m; a muscle crosses a joint if its moment arm exceeds this value in any pose
WORST_LISTED = 12


@dataclass(frozen=True)
class Comparison:
    """Moment arms and muscle lengths of both models in the same poses.

    Lengths are compared after subtraction of a constant for each muscle, which belongs to the tendon.

    Attributes:
        coordinates: Names of the coordinates.
        muscles: Names of the muscles.
        arms: [poses, coordinates, muscles] moment arms of this package's model, m.
        arms_myohand: [poses, coordinates, muscles] moment arms of MyoHand, m.
        lengths: [poses, muscles] lengths in this package's model, m.
        lengths_myohand: [poses, muscles] lengths in MyoHand, m.
    """

    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    arms: np.ndarray
    arms_myohand: np.ndarray
    lengths: np.ndarray
    lengths_myohand: np.ndarray

    @property
    def crossed(self) -> np.ndarray:
        """[coordinates, muscles] True where the muscle crosses the joint."""
        return (np.abs(self.arms_myohand) > CROSSES).any(axis=0)

    @property
    def arm_errors(self) -> np.ndarray:
        """[poses, crossed pairs] absolute errors of the moment arms, m."""
        return np.abs(self.arms - self.arms_myohand)[:, self.crossed]


def compare(poses: int, seed: int = 0) -> Comparison:
    """Evaluate both models in the same random poses within the central 80 % of the joint ranges."""
    model = MusculoskeletalModel(config_file("forearm_hand", ".osim", "models"))
    span = model.high - model.low
    low, high = model.low + 0.1 * span, model.high - 0.1 * span
    drawn = np.random.default_rng(seed).uniform(low, high, (poses, len(span)))
    still, arms, lengths = np.zeros(len(span)), [], []
    for pose in drawn:
        model.set_pose(pose, still)
        lengths.append([np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in model.muscle_lines()])
        arms.append(model.moment_arms())
    shared = [number for number, muscle in enumerate(model.muscles) if muscle in tables.MUSCLES]
    muscles = tuple(model.muscles[number] for number in shared)
    arms_myohand, lengths_myohand = _myohand(model.coordinates, muscles, drawn)
    lengths = np.array(lengths)[:, shared]
    lengths += np.mean(
        lengths_myohand - lengths, axis=0
    )  # a different end of the tendon changes the length by a constant
    return Comparison(
        model.coordinates,
        muscles,
        np.array(arms)[:, :, shared],
        arms_myohand,
        lengths,
        lengths_myohand,
    )


def _myohand(coordinates, muscles, poses):
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
    ):  # MuJoCo writes its log to the current folder
        model = myo_sim.load("myoarm_r")[0]
    data = mujoco.MjData(model)

    def index(kind, name):
        found = [mujoco.mj_name2id(model, kind, candidate) for candidate in (name, f"{name}_r")]
        return max(found)

    joints = [index(mujoco.mjtObj.mjOBJ_JOINT, tables.COORDINATES[name][0]) for name in coordinates]
    signs = np.array([tables.COORDINATES[name][1] for name in coordinates])
    tendons = [index(mujoco.mjtObj.mjOBJ_TENDON, f"{tables.MUSCLES[name]}_tendon") for name in muscles]
    address = model.jnt_qposadr[joints]

    def lengths(pose):
        data.qpos[:] = 0.0
        data.qpos[address] = signs * pose
        mujoco.mj_fwdPosition(model, data)
        return data.ten_length[tendons].copy()

    shifts = STEP * np.eye(len(coordinates))
    arms = [[(lengths(pose - s) - lengths(pose + s)) / (2 * STEP) for s in shifts] for pose in poses]
    return np.array(arms), np.array([lengths(pose) for pose in poses])


def report(result: Comparison) -> str:
    """Return the comparison as Markdown tables."""
    errors, crossed = 1e3 * result.arm_errors, result.crossed
    length_errors = 1e3 * np.abs(result.lengths - result.lengths_myohand)
    correlation = np.corrcoef(result.arms[:, crossed].ravel(), result.arms_myohand[:, crossed].ravel())[0, 1]
    rows = [
        f"{len(result.arms)} random poses, {crossed.sum()} pairs of joint and muscle.",
        "",
        "| what | median | 90th percentile | largest |",
        "|---|---|---|---|",
        f"| moment arm error, mm | {np.median(errors):.2f} | {np.percentile(errors, 90):.2f} | {errors.max():.1f} |",
        f"| length error, mm | {np.median(length_errors):.2f} | {np.percentile(length_errors, 90):.2f} | "
        f"{length_errors.max():.1f} |",
        "",
        f"Correlation of the moment arms {correlation:.3f}. The worst pairs, by mean error over the poses:",
        "",
        "| muscle | joint | MyoHand, mm | forearm_hand, mm | mean error, mm |",
        "|---|---|---|---|---|",
    ]
    mean_error = np.abs(result.arms - result.arms_myohand).mean(axis=0)
    order = np.dstack(np.unravel_index(np.argsort(-mean_error, axis=None), mean_error.shape))[0][:WORST_LISTED]
    for joint, muscle in order:
        reference, own = (1e3 * arms[:, joint, muscle].mean() for arms in (result.arms_myohand, result.arms))
        rows.append(
            f"| {result.muscles[muscle]} | {result.coordinates[joint]} | {reference:.1f} | {own:.1f} | "
            f"{1e3 * mean_error[joint, muscle]:.1f} |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--poses", type=int, default=200)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    text = report(compare(arguments.poses))
    print(text)
    if arguments.write:
        from results import write_section

        write_section("moment_arms.py", text)


if __name__ == "__main__":
    main()
