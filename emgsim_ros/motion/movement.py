"""Movements: timed steps between poses along minimum-jerk paths.

A step moves to its pose in ``move`` seconds and stays there for ``hold`` seconds. Between poses every joint follows the
minimum-jerk path of Flash & Hogan (1985), ``s(x) = 10 x^3 - 15 x^4 + 6 x^5``: position, velocity and acceleration are
continuous. A step may have a ``load``: the moments that the muscles have to exert on the surroundings (a weight, a
gripped object), which follow the same path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..files.yaml_files import read_yaml, require_mapping, require_number
from ..signals.simulation_time import NANOSECONDS, from_seconds
from .poses import Poses, load_poses


@dataclass(frozen=True)
class MotionTarget:
    """Target of the joints at one instant.

    Attributes:
        stamp: Simulation time, ns.
        coordinates: [coordinates] joint coordinate names.
        position: [coordinates] joint angles, rad.
        velocity: [coordinates] joint velocities, rad/s.
        load: [coordinates] moments that the muscles have to exert in addition to gravity and inertia, N m.
    """

    stamp: int
    coordinates: tuple[str, ...]
    position: NDArray[np.float64]
    velocity: NDArray[np.float64]
    load: NDArray[np.float64]


@dataclass(frozen=True)
class MotionTargets:
    """Targets of the joints at many instants; an index or a loop gives single targets.

    Attributes:
        stamp: [targets] simulation time, ns.
        coordinates: [coordinates] joint coordinate names.
        position, velocity, load: [targets, coordinates] as in `MotionTarget`.
    """

    stamp: NDArray[np.int64]
    coordinates: tuple[str, ...]
    position: NDArray[np.float64]
    velocity: NDArray[np.float64]
    load: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.stamp)

    def __getitem__(self, number: int) -> MotionTarget:
        return MotionTarget(
            int(self.stamp[number]),
            self.coordinates,
            self.position[number],
            self.velocity[number],
            self.load[number],
        )

    def __iter__(self) -> Iterator[MotionTarget]:
        return (self[number] for number in range(len(self)))


@dataclass(frozen=True)
class Step:
    """One step of a movement.

    Attributes:
        angles: [coordinates] joint angles of the pose, rad.
        load: [coordinates] moments, N m.
        move: Time in which angles and load are reached, s.
        hold: Time for which they are kept, s.
    """

    angles: NDArray[np.float64]
    load: NDArray[np.float64]
    move: float
    hold: float


class Movement:
    """A sequence of steps that is run once or repeatedly.

    Args:
        coordinates: [coordinates] joint coordinate names.
        steps: At least one step. A movement that repeats starts from the pose of the last step, any other from that of
            the first step.
        repeat: Start again after the last step.
    """

    def __init__(self, coordinates: tuple[str, ...], steps: list[Step], repeat: bool) -> None:
        self.coordinates = coordinates
        self._repeat = repeat
        ends = accumulate(step.move + step.hold for step in steps)
        self._ends = np.array([from_seconds(end) for end in ends], dtype=np.int64)
        self._starts = np.concatenate([[0], self._ends[:-1]])
        self._times = np.array([step.move for step in steps])
        previous = [steps[-1] if repeat else steps[0], *steps[:-1]]
        self._angles, self._turns = _paths([step.angles for step in previous], [step.angles for step in steps])
        self._loads, self._loading = _paths([step.load for step in previous], [step.load for step in steps])

    @property
    def period(self) -> int:
        """Total duration of the steps, ns."""
        return int(self._ends[-1])

    def target(self, stamp: int) -> MotionTarget:
        """Return the target at simulation time ``stamp`` (ns); the movement starts at 0."""
        return self.targets(np.array([stamp], dtype=np.int64))[0]

    def targets(self, stamps: NDArray[np.int64]) -> MotionTargets:
        """Return the targets at many simulation times, [targets] ns."""
        time = stamps % self.period if self._repeat else np.minimum(stamps, self.period - 1)
        step = np.searchsorted(self._ends, time, side="right")
        share, speed = _minimum_jerk((time - self._starts[step]) / NANOSECONDS, self._times[step])
        return MotionTargets(
            stamp=stamps,
            coordinates=self.coordinates,
            position=self._angles[step] + share[:, None] * self._turns[step],
            velocity=speed[:, None] * self._turns[step],
            load=self._loads[step] + share[:, None] * self._loading[step],
        )


def _paths(before: list[NDArray[np.float64]], after: list[NDArray[np.float64]]) -> tuple[NDArray, NDArray]:
    """Return the values at the start of every step and their changes, [steps, coordinates]."""
    start = np.array(before)
    return start, np.array(after) - start


def _minimum_jerk(
    time: NDArray[np.float64], duration: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of the path covered after ``time`` s of ``duration`` s, and its rate (1/s)."""
    moving = time < duration
    duration = np.where(moving, duration, 1.0)  # a step of 0 s is covered at once
    x = np.where(moving, time / duration, 1.0)
    return x * x * x * (10 + x * (-15 + 6 * x)), 30 * x * x * (1 - x) ** 2 / duration


def load_movement(name: str) -> Movement:
    """Read a movement by name (config/movements) or path.

    The file contains ``steps``, a list of {pose, move (s), hold (s), load ({coordinate: N m}, optional)}, ``repeat``
    (default true) and ``poses`` (the name of a pose table; default ``poses``).

    Raises:
        InvalidInput: The file is missing or malformed, a pose or coordinate is unknown, or a time is negative.
    """
    path = config_file(name, folder="movements")
    content = require_mapping(read_yaml(path), str(path), ("steps",))
    poses = load_poses(_pose_table(path, str(content.get("poses", "poses"))))
    steps = content["steps"]
    if not isinstance(steps, list) or not steps:
        raise InvalidInput(f"{path}: steps", steps, "a list of at least one step")
    read = [_read_step(step, poses, f"{path}: step {number}") for number, step in enumerate(steps, 1)]
    if sum(step.move + step.hold for step in read) <= 0:
        raise InvalidInput(f"{path}: steps", "a total of 0 s", "a movement longer than 0 s")
    return Movement(poses.coordinates, read, bool(content.get("repeat", True)))


def _pose_table(movement: Path, name: str) -> Path:
    local = movement.parent / f"{name}.yaml"
    return local if local.is_file() else config_file(name, folder="movements")


def _read_step(content: Any, poses: Poses, field: str) -> Step:
    step: Mapping[str, Any] = require_mapping(content, field, ("pose",))
    unknown = set(step) - {"pose", "move", "hold", "load"}
    if unknown:
        raise InvalidInput(f"{field}: key", sorted(unknown)[0], "one of pose, move, hold, load")
    defaults = {"move": 0.8, "hold": 0.0}
    times = {key: require_number(step.get(key, default), f"{field}: {key}") for key, default in defaults.items()}
    for key, value in times.items():
        if value < 0:
            raise InvalidInput(f"{field}: {key}", value, "0 s or more")
    load = require_mapping(step.get("load", {}), f"{field}: load")
    return Step(poses.angle(str(step["pose"])), poses.vector(load, f"{field}: load"), **times)
