"""The tracking drive: error of the hand's joint angles along the six named movements.

    python benchmarks/tracking.py [--figures docs/images] [--write]

Each movement goes from rest to the pose and back in 0.8 s each, with 0.8 s in each pose, which is a natural speed. The
error is the difference between the target and the joint angles that the drive publishes for the same time, over all
joints and the whole movement.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from results import machine, write_section

from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import Movement, load_poses
from emgsim_ros.motion.movement import Step
from emgsim_ros.musculoskeletal import Effort, MusculoskeletalModel, TrackingDrive
from emgsim_ros.parameters import MusculoskeletalParameters

MOVEMENTS = ("open", "grasp", "flex", "ext", "rdev", "udev")
MOVE, HOLD = 0.8, 0.8  # s
LIMIT = 3.0  # degrees


@dataclass(frozen=True)
class Tracked:
    """The result of one movement.

    Attributes:
        name: Name of the pose.
        time: [steps] times, s.
        target: [steps, joints] target angles, degrees.
        reached: [steps, joints] joint angles, degrees.
        activation: [steps, muscles] activations.
    """

    name: str
    time: np.ndarray
    target: np.ndarray
    reached: np.ndarray
    activation: np.ndarray

    @property
    def by_joint(self) -> np.ndarray:
        """[joints] RMS error, degrees."""
        return np.sqrt(np.mean((self.reached - self.target) ** 2, axis=0))

    @property
    def error(self) -> float:
        """RMS error over all joints, degrees."""
        return float(np.sqrt(np.mean((self.reached - self.target) ** 2)))


def track(name: str, model: MusculoskeletalModel, rate: int = 100) -> Tracked:
    """Run the tracking drive from rest to the pose ``name`` and back."""
    poses = load_poses(config_file("poses", folder="movements"))
    none = np.zeros(len(poses.coordinates))
    steps = [
        Step(poses.angle("rest"), none, 0.0, 0.4),
        Step(poses.angle(name), none, MOVE, HOLD),
        Step(poses.angle("rest"), none, MOVE, HOLD),
    ]
    movement = Movement(poses.coordinates, steps, repeat=False)
    order = [poses.coordinates.index(coordinate) for coordinate in model.coordinates]
    drive = TrackingDrive(model, rate, MusculoskeletalParameters().natural_frequency)
    extra = np.zeros(len(model.muscles))
    targets = [movement.target(step * 1_000_000_000 // rate) for step in range(movement.period * rate // 1_000_000_000)]
    states = [drive.step(target, extra, Effort()) for target in targets]
    return Tracked(
        name,
        np.array([state.stamp for state in states]) / 1e9,
        np.degrees([target.position[order] for target in targets]),
        np.degrees([state.position for state in states]),
        np.array([state.activation for state in states]),
    )


def draw(tracked: Tracked, model: MusculoskeletalModel, path: Path) -> None:
    """Draw target and reached angles of the joints that move most, and the most active muscles."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    angles, muscles = figure.subplots(2, 1, sharex=True)
    moving = np.argsort(-np.ptp(tracked.target, axis=0))[:6]
    for number, joint in enumerate(moving):
        colour = f"C{number}"
        angles.plot(tracked.time, tracked.target[:, joint], colour, linestyle="--", linewidth=1)
        angles.plot(tracked.time, tracked.reached[:, joint], colour, label=model.coordinates[joint])
    angles.set(ylabel="joint angle, degrees", title=f"{tracked.name}: {tracked.error:.2f}° RMS over all joints")
    angles.legend(fontsize="small", ncols=2, title="reached; dashed: target", title_fontsize="small")
    for muscle in np.argsort(-tracked.activation.max(axis=0))[:8]:
        muscles.plot(tracked.time, tracked.activation[:, muscle], label=model.muscles[muscle])
    muscles.set(ylabel="activation", xlabel="time, s", ylim=(0, None))
    muscles.legend(fontsize="small", ncols=4)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=Path, help="folder for one figure per movement")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    model = MusculoskeletalModel(config_file("forearm_hand", ".osim", "models"))
    rows = [
        f"Rest to pose and back, {MOVE:g} s each way, {machine()}.",
        "",
        f"| movement | RMS error over all joints, degrees | of the limit of {LIMIT:g} | worst joints, degrees RMS |",
        "|---|---|---|---|",
    ]
    for name in MOVEMENTS:
        tracked = track(name, model)
        worst = np.argsort(-tracked.by_joint)[:3]
        joints = ", ".join(f"{model.coordinates[joint]} {tracked.by_joint[joint]:.1f}" for joint in worst)
        rows.append(f"| {name} | {tracked.error:.2f} | {tracked.error / LIMIT:.2f} | {joints} |")
        print(rows[-1], flush=True)
        if arguments.figures:
            draw(tracked, model, arguments.figures / f"tracking_{name}.png")
    if arguments.write:
        write_section("tracking.py", "\n".join(rows))


if __name__ == "__main__":
    main()
