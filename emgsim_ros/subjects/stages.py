"""Stages: the tasks of the subjects. A movement is drawn at random from a stage and a random generator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.yaml_files import read_yaml, require_mapping, require_number
from ..motion import Movement, Poses, Step

Array = NDArray[np.float64]

MOVE, HOLD = (0.35, 0.9), (0.1, 0.8)  # s; ranges of the time to reach a posture and to hold it
START = 0.5  # s; initial time in the base pose
POSTURE_SCATTER = 1.5  # degrees; standard deviation of every joint
EXTENT = (0.7, 1.0)  # range of the fraction of the way to a pose
# In some postures the subjects grip an object: load (N m) on fully flexed joints, and the angle of full flexion (rad).
GRIP_PROBABILITY = 0.25
FIRM_GRIP = {"mcp_flexion": 0.4, "pip_flexion": 0.24, "dip_flexion": 0.1, "ip_flexion": 0.15}
FULL_FLEXION = np.radians(80.0)
# Joint angles of a fully curled finger, degrees, and the standard deviation of the fraction of a curl.
CURL = {"mcp_flexion": 70.0, "pip_flexion": 85.0, "dip_flexion": 50.0}
CURL_SCATTER = 0.05
FINGERS = ("index", "middle", "ring", "little")
# The flexion joints of the thumb move together too. Thumb abduction, the wrist and the spread of the fingers are drawn
# independently (degrees).
THUMB = {"thumb_cmc_flexion": 25.0, "thumb_mcp_flexion": 40.0, "thumb_ip_flexion": 50.0}
RANGES = {"thumb_cmc_abduction": (0.0, 35.0), "wrist_flexion": (-45.0, 45.0), "wrist_deviation": (-10.0, 22.0)}
SPREAD = {"index": 12.0, "middle": 2.0, "ring": -6.0, "little": -13.0}  # of straight fingers; curled ones have none


@dataclass(frozen=True)
class Stage:
    """A task of the subjects.

    Attributes:
        name: Name of the stage in the sessions.
        base: Pose in which movements start and from which the other poses are reached.
        back: Probability of a return to the base pose after each pose.
        effort: Factor of the effort with which the subjects hold postures and move, about 1.
        grip: Greatest load on flexed fingers, as a fraction of a firm grip.
        moved: Probability that a random step moves a finger, the thumb or the wrist.
        poses: Poses that are reached in random order; empty for random postures.
    """

    name: str
    base: str
    back: float
    effort: float
    grip: float
    moved: float
    poses: tuple[str, ...]


def load_stages(path: Path) -> dict[str, Stage]:
    """Read the stages of a file such as config/pose/stages.yaml, by name.

    Raises:
        InvalidInput: The file is malformed, a key is unknown, or a stage has neither poses nor ``random``, or both.
    """
    content = require_mapping(read_yaml(path), str(path))
    return {
        name: _stage(name, require_mapping(row, f"{path}: {name}"), f"{path}: {name}") for name, row in content.items()
    }


def _stage(name: str, row: Mapping[str, Any], field: str) -> Stage:
    known = ("base", "back", "effort", "grip", "moved", "poses", "random")
    for key in row:
        if key not in known:
            raise InvalidInput(f"{field}: key", key, "one of " + ", ".join(known))
    poses = tuple(str(pose) for pose in row.get("poses", ()))
    if bool(poses) == bool(row.get("random", False)):
        raise InvalidInput(f"{field}: poses", list(poses), "poses, or random: true")
    numbers = {"back": 0.0, "effort": 1.0, "grip": 0.0, "moved": 0.7}
    chosen = {key: require_number(row.get(key, value), f"{field}: {key}") for key, value in numbers.items()}
    if not chosen["moved"] > 0:
        raise InvalidInput(f"{field}: moved", chosen["moved"], "more than 0")
    return Stage(name, str(row.get("base", "open")), **chosen, poses=poses)


def draw_movement(stage: Stage, poses: Poses, pace: float, duration: float, rng: np.random.Generator) -> Movement:
    """Draw a movement of a stage.

    Args:
        stage: The stage.
        poses: The pose table.
        pace: Factor of the durations of all steps.
        duration: Least duration of the movement, s.
        rng: Random generator.

    Raises:
        InvalidInput: The table does not contain a pose of the stage.
    """
    base = poses.angle(stage.base)
    targets = _visits(stage, poses, base, rng) if stage.poses else _random_postures(poses, base, stage.moved, rng)
    steps = [Step(_nearly(base, rng), np.zeros_like(base), 0.0, START)]
    total = START
    while total < duration:
        angles = _nearly(next(targets), rng)
        move, hold = rng.uniform(*MOVE) * pace, rng.uniform(*HOLD) * pace
        steps.append(Step(angles, _load(stage, poses, angles, rng), move, hold))
        total += move + hold
    return Movement(poses.coordinates, steps, repeat=False)


def _nearly(angles: Array, rng: np.random.Generator) -> Array:
    """Scatter the angles of a posture; flexed joints are not drawn into hyperextension."""
    drawn = angles + np.radians(POSTURE_SCATTER) * rng.standard_normal(angles.shape)
    return np.where(angles >= 0, np.maximum(drawn, np.minimum(angles, np.radians(1.0))), drawn)


def _visits(stage: Stage, poses: Poses, base: Array, rng: np.random.Generator) -> Iterator[Array]:
    while True:
        for name in rng.permutation(stage.poses):
            yield base + rng.uniform(*EXTENT) * (poses.angle(str(name)) - base)
            if rng.random() < stage.back:
                yield base


def _random_postures(poses: Poses, base: Array, moved: float, rng: np.random.Generator) -> Iterator[Array]:
    place = {name: number for number, name in enumerate(poses.coordinates)}
    angles = base.copy()
    bent = {finger: np.degrees(base[place[f"{finger}_pip_flexion"]]) / CURL["pip_flexion"] for finger in FINGERS}
    curls = {finger: float(np.clip(share, 0.0, 1.0)) for finger, share in bent.items()}

    def bend(joints: Mapping[str, float], share: float) -> None:
        for name, most in joints.items():
            scattered = np.clip(share + CURL_SCATTER * rng.standard_normal(), 0.0, 1.0)
            angles[place[name]] = np.radians(most * scattered)

    while True:
        angles = angles.copy()
        for finger in FINGERS:
            if rng.random() < moved:
                curls[finger] = rng.uniform()
                bend({f"{finger}_{joint}": most for joint, most in CURL.items()}, curls[finger])
        if rng.random() < moved:
            bend(THUMB, rng.uniform())
        for name, (low, high) in RANGES.items():
            if rng.random() < moved:
                angles[place[name]] = np.radians(rng.uniform(low, high))
        spread = rng.uniform()
        for finger, most in SPREAD.items():
            angles[place[f"{finger}_mcp_abduction"]] = np.radians(most * spread * (1.0 - curls[finger]))
        yield angles


def _load(stage: Stage, poses: Poses, angles: Array, rng: np.random.Generator) -> Array:
    """Return the additional moments that the muscles hold, [coordinates] N m: those of a grip, at random."""
    gripping = rng.random() < GRIP_PROBABILITY
    grip = stage.grip * rng.uniform() if gripping else 0.0
    load = np.zeros_like(angles)
    for number, name in enumerate(poses.coordinates):
        joint = name.partition("_")[2]
        load[number] = grip * FIRM_GRIP.get(joint, 0.0) * np.clip(angles[number] / FULL_FLEXION, 0.0, 1.0)
    return load
