"""Movements: timed steps between poses along minimum-jerk paths.

A step moves to its pose in ``move`` seconds and stays there for ``hold`` seconds. Between poses every joint follows the
minimum-jerk path of Flash & Hogan (1985), ``s(x) = 10 x^3 - 15 x^4 + 6 x^5``: position, velocity and acceleration are
continuous. A step may have a ``load``: the moments that the muscles have to exert on the surroundings (a weight, a
gripped object), which follow the same path.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..files.yaml_files import read_yaml, require_mapping, require_number
from ..signals.simulation_time import from_seconds, to_seconds
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
        self._steps = steps
        self._repeat = repeat
        self._ends = [from_seconds(end) for end in accumulate(step.move + step.hold for step in steps)]

    @property
    def period(self) -> int:
        """Total duration of the steps, ns."""
        return self._ends[-1]

    def target(self, stamp: int) -> MotionTarget:
        """Return the target at simulation time ``stamp`` (ns); the movement starts at 0."""
        time = stamp % self.period if self._repeat else min(stamp, self.period - 1)
        index = bisect_right(self._ends, time)
        step, previous = self._steps[index], self._previous(index)
        start = self._ends[index - 1] if index else 0
        share, speed = _minimum_jerk(to_seconds(time - start), step.move)
        change = step.angles - previous.angles
        return MotionTarget(
            stamp=stamp,
            coordinates=self.coordinates,
            position=previous.angles + share * change,
            velocity=speed * change,
            load=previous.load + share * (step.load - previous.load),
        )

    def _previous(self, index: int) -> Step:
        if index == 0 and not self._repeat:
            return self._steps[0]
        return self._steps[index - 1]


def _minimum_jerk(time: float, duration: float) -> tuple[float, float]:
    """Return the share of the path covered after ``time`` s of ``duration`` s, and its rate (1/s)."""
    if time >= duration:
        return 1.0, 0.0
    x = time / duration
    return x**3 * (10 + x * (-15 + 6 * x)), 30 * x**2 * (1 - x) ** 2 / duration


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
