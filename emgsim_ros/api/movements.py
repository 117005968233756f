"""EMG, joints and muscles during a movement."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InvalidInput
from ..files.resources import config_file
from ..motion import Movement, Poses, Step, load_movement, load_poses
from ..muap import ForearmAnatomy
from ..parameters import EmgParameters
from ..scenario import Scenario
from ..signals.simulation_time import to_seconds
from .anatomies import load_anatomy
from .scenarios import SimulatedMovement, open_scenario, simulate
from .settings import emg_parameters

Pose = str | Mapping[str, float]


def simulate_movement(
    movement: str | Path | Sequence[Pose],
    duration: float | None = None,
    *,
    move: float = 0.8,
    hold: float = 0.4,
    with_emg: bool = True,
    scenario: Scenario | str = "forearm_sim",
    anatomy: ForearmAnatomy | str | Path | None = None,
    parameters: EmgParameters | None = None,
    cache: Path | None = None,
    **settings: Any,
) -> SimulatedMovement:
    """Simulate joints, muscles and EMG during a movement.

    Args:
        movement: A name in config/movements, the path of such a file, or a list of poses: names of the scenario's pose
            table, sums of them such as ``"grasp+flex45"``, or {coordinate: rad}, where coordinates left out are 0. The
            hand starts in the first pose.
        duration: Simulated time, s; default the length of the movement.
        move, hold: For a list of poses, the time from each pose to the next and the time in each pose, s.
        with_emg: Whether to simulate the EMG, too; without it only joints and muscles.
        scenario: Whose model, drive and electrodes are used.
        anatomy: As for `simulate_emg`.
        parameters: Of the EMG; default those of the scenario.
        cache: Folder for computed potentials; default the user's cache.
        **settings: Changes of the EMG's parameters, by field of `EmgParameters`.

    Returns:
        EMG and discharges as of `simulate_emg`, joint angles [states, coordinates] rad and states of the muscles.

    Raises:
        InvalidInput: An unknown movement, pose, coordinate or setting, or a time that is not above 0.

    Example:
        The wrist flexes from 45 degrees of extension, with 4 rows of 8 electrodes around the forearm:

        >>> import emgsim_ros as es
        >>> made = es.simulate_movement(["ext45", "flex45"], move=0.5, hold=0.1, rows=4, columns=8, units_per_muscle=12)
        >>> made.emg.shape[1], [round(float(angle), 2) for angle in made.angle("wrist_flexion")[[0, -1]]]
        (32, [-0.79, 0.79])
    """
    opened = open_scenario(scenario) if isinstance(scenario, str) else scenario
    if with_emg:
        opened = _with_emg(opened, emg_parameters(parameters or opened.parameters("emg"), settings))
    else:
        opened = dataclasses.replace(opened, nodes=tuple(node for node in opened.nodes if node.name != "emg"))
    if isinstance(movement, str | Path):
        played = load_movement(str(movement))
    else:
        played = _through(movement, _pose_table(opened), move, hold)
    limb = load_anatomy(anatomy) if isinstance(anatomy, str | Path) else anatomy
    seconds = to_seconds(played.period) if duration is None else duration
    return simulate(opened, seconds, movement=played, anatomy=limb, cache=cache)


def _with_emg(scenario: Scenario, parameters: EmgParameters) -> Scenario:
    nodes = [
        dataclasses.replace(node, parameters=parameters) if node.name == "emg" else node for node in scenario.nodes
    ]
    return dataclasses.replace(scenario, nodes=tuple(nodes))


def _pose_table(scenario: Scenario) -> Poses:
    return load_poses(config_file(scenario.parameters("musculoskeletal").poses, folder="movements"))


def _through(poses: Sequence[Pose], table: Poses, move: float, hold: float) -> Movement:
    """A movement through poses, once."""
    if not poses:
        raise InvalidInput("movement", list(poses), "at least one pose")
    for name, value, low in (("move", move, "0 s or more"), ("hold", hold, "0 s or more")):
        if not value >= 0:
            raise InvalidInput(name, value, low)
    if not (len(poses) - 1) * move + len(poses) * hold > 0:
        raise InvalidInput("movement", "one of 0 s", "times move and hold that are not both 0 s")
    still = np.zeros(len(table.coordinates))
    angles = [table.angle(one) if isinstance(one, str) else table.vector(one, "movement") for one in poses]
    steps = [Step(one, still, move if number else 0.0, hold) for number, one in enumerate(angles)]
    return Movement(table.coordinates, steps, repeat=False)
