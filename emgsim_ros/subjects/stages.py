"""Stages: what subjects are asked to do. A stage and a generator give a movement, different every time."""

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

MOVE, HOLD = (0.35, 0.9), (0.1, 0.8)  # s
START = 0.5  # s in the base pose
POSTURE_SCATTER = 1.5  # degrees, SD of every joint
EXTENT = (0.7, 1.0)  # how far a subject goes towards a pose
# Subjects are asked to make each posture firmly: joints meet a springy resistance (N m/rad) about the relaxed hand, as
# of skin, tendons and the fingers on each other, which varies from posture to posture (SD of its logarithm).
FIRMNESS = {
    "mcp_flexion": 0.5,
    "pip_flexion": 0.3,
    "dip_flexion": 0.12,
    "ip_flexion": 0.15,
    "cmc_flexion": 0.3,
    "cmc_abduction": 0.3,
    "mcp_abduction": 0.3,
    "flexion": 1.5,  # of the wrist
    "deviation": 2.0,
}
FIRMNESS_SCATTER = 0.2
# Sometimes they grip something: load (N m) on joints that are fully bent, and what fully bent is (rad).
GRIP_PROBABILITY = 0.25
FIRM_GRIP = {"mcp_flexion": 0.4, "pip_flexion": 0.24, "dip_flexion": 0.1, "ip_flexion": 0.15}
FULLY_BENT = np.radians(80.0)
RELAXED = "relaxed"
# Angles of a fully curled finger, degrees, and the ranges of what moves beside it.
CURL = {"mcp_flexion": 70.0, "pip_flexion": 85.0, "dip_flexion": 50.0}
CURL_SCATTER = 0.05
FINGERS = ("index", "middle", "ring", "little")
# The thumb's joints bend together too; what goes each its own way: thumb across the palm, wrist, spreading (degrees).
THUMB = {"thumb_cmc_flexion": 25.0, "thumb_mcp_flexion": 40.0, "thumb_ip_flexion": 50.0}
RANGES = {"thumb_cmc_abduction": (0.0, 35.0), "wrist_flexion": (-45.0, 45.0), "wrist_deviation": (-10.0, 22.0)}
SPREAD = {"index": 12.0, "middle": 2.0, "ring": -6.0, "little": -13.0}  # of straight fingers; bent ones cannot


@dataclass(frozen=True)
class Stage:
    """A stage.

    Attributes:
        name: As in the sessions.
        base: Pose from which the others are visited.
        back: Probability of going back to it after each.
        effort: How firmly postures are made.
        grip: Greatest load on bent fingers, of a firm grip.
        moved: Probability that a random step moves a finger, the thumb or the wrist.
        poses: Visited; empty for random movements.
    """

    name: str
    base: str
    back: float
    effort: float
    grip: float
    moved: float
    poses: tuple[str, ...]


def load_stages(path: Path) -> dict[str, Stage]:
    """The stages of a file (see config/pose/stages.yaml), by name.

    Raises:
        InvalidInput: A broken file, an unknown key, a stage with neither poses nor ``random``.
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
    """A movement of at least ``duration`` seconds, whose steps take ``pace`` times as long as usual.

    Raises:
        InvalidInput: A pose that the table does not have.
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
    """Nobody takes a pose twice in the same way; beyond straight no finger joint is bent back."""
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
    """Moments (N m) that the muscles hold beside the hand's own: firmness, and now and then a grip."""
    bent = angles - poses.angle(RELAXED)
    firm = stage.effort * np.exp(FIRMNESS_SCATTER * rng.standard_normal())
    gripping = rng.random() < GRIP_PROBABILITY
    grip = stage.grip * rng.uniform() if gripping else 0.0
    load = np.zeros_like(angles)
    for number, name in enumerate(poses.coordinates):
        joint = name.partition("_")[2]
        load[number] = firm * FIRMNESS.get(joint, 0.0) * bent[number]
        load[number] += grip * FIRM_GRIP.get(joint, 0.0) * np.clip(angles[number] / FULLY_BENT, 0.0, 1.0)
    return load
