"""The potentials of a moving arm's motor units, step by step: musculoskeletal model, anatomy and generator together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..emg.plan import bank_plan, muscle_map, reference
from ..errors import InvalidInput
from ..files.arrays import write_arrays
from ..files.resources import config_file
from ..jobs.progress import Progress, no_progress
from ..motion import Movement, Step, load_poses
from ..muap import load_anatomy
from ..muap.limb.motor_unit import draw_motor_units
from ..musculoskeletal import MuscleModel, load_model, named_position
from ..scenario import load_scenario
from ..signals.simulation_time import from_seconds

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MovementPlan:
    """What to make.

    Attributes:
        poses: Named poses or sums of poses, at least two.
        durations: From each pose to the next, s; one for all or one for each.
        scenario, config: Whose model, electrodes, anatomy and generator are used.
        muscles: EMG muscles; empty for all.
        units: Motor units per muscle; 0 takes the scenario's.
        rate: Steps per second.
    """

    poses: tuple[str, ...]
    durations: tuple[float, ...]
    scenario: str = "forearm_sim"
    config: str = ""
    muscles: tuple[str, ...] = ()
    units: int = 10
    rate: float = 10.0


@dataclass(frozen=True)
class MovingUnits:
    """Potentials along a movement.

    Attributes:
        potentials: [units, steps, rows, columns, samples], mV.
        muscles, units: [units] muscle of each and its number within the muscle.
        times: [steps], s.
        relative_lengths: [units, steps] fibre length over that of the anatomy table.
        sample_rate: Hz.
    """

    potentials: NDArray[np.float32]
    muscles: tuple[str, ...]
    units: NDArray[np.int64]
    times: Array
    relative_lengths: Array
    sample_rate: float

    def write(self, path: Path) -> None:
        """Write .npy (the potentials alone) or .h5 (everything).

        Raises:
            InvalidInput: Another kind of file.
        """
        arrays = {name: getattr(self, name) for name in ("potentials", "muscles", "units", "times", "relative_lengths")}
        write_arrays(path, arrays, {"potentials": {"unit": "mV", "sample_rate": self.sample_rate}})


def generate_movement(plan: MovementPlan, progress: Progress = no_progress) -> MovingUnits:
    """Play the movement and make every unit's potential at every step.

    Raises:
        InvalidInput: Fewer than two poses, durations that do not fit them, an unknown pose or muscle.
    """
    scenario = load_scenario(plan.scenario, plan.config)
    parameters = replace(scenario.parameters("emg"), muscles=plan.muscles)
    parameters = replace(parameters, units_per_muscle=plan.units or parameters.units_per_muscle)
    anatomy = load_anatomy(config_file(parameters.anatomy, folder="anatomy"))
    bank = bank_plan(parameters, anatomy)
    model = load_model(scenario.parameters("musculoskeletal"))
    movement = _movement(plan, model, scenario.parameters("musculoskeletal").poses)
    times = np.arange(round(movement.period * 1e-9 * plan.rate) + 1) / plan.rate
    states = [_relative_lengths(model, movement, time) for time in times]
    mapping = muscle_map(parameters, anatomy)
    drawn = {muscle: draw_motor_units(anatomy, muscle, count, bank.seed) for muscle, count in bank.units.items()}
    everyone = [unit for units in drawn.values() for unit in units]
    maker = bank.model(everyone, parameters.device)
    samples = np.arange(bank.samples) / bank.sample_rate
    grid, against = bank.grid, reference(parameters, bank.grid)
    potentials = np.empty((len(everyone), len(times), grid.rows, grid.columns, len(samples)), dtype=np.float32)
    lengths = np.empty((len(everyone), len(times)))
    for step, state in enumerate(states):
        fed = state if mapping is None else dict(zip(mapping.muscles, mapping.values(*_columns(state)), strict=True))
        first = 0
        for muscle, units in drawn.items():
            rows = slice(first, first + len(units))
            lengths[rows, step] = fed.get(muscle, 1.0)
            made = against.apply(maker.potentials(units, first, fed.get(muscle, 1.0), samples))
            potentials[rows, step] = made.transpose(0, 2, 1).reshape(len(units), grid.rows, grid.columns, -1)
            first += len(units)
        progress("steps", step + 1, len(times))
    names = tuple(muscle for muscle, units in drawn.items() for _ in units)
    numbers = np.concatenate([np.arange(len(units)) for units in drawn.values()])
    return MovingUnits(potentials, names, numbers, times, lengths, bank.sample_rate)


def _movement(plan: MovementPlan, model: MuscleModel, poses: str) -> Movement:
    if len(plan.poses) < 2:
        raise InvalidInput("poses", plan.poses, "two or more")
    between = len(plan.poses) - 1
    if len(plan.durations) not in (1, between) or not all(duration > 0 for duration in plan.durations):
        raise InvalidInput("durations", plan.durations, f"1 or {between} times above 0 s")
    durations = plan.durations * between if len(plan.durations) == 1 else plan.durations
    table = load_poses(config_file(poses, folder="movements"))
    positions = [named_position(model, table, pose) for pose in plan.poses]
    still = np.zeros(len(model.coordinates))
    steps = [Step(positions[0], still, 0.0, 0.0)]
    steps += [Step(position, still, time, 0.0) for position, time in zip(positions[1:], durations, strict=True)]
    return Movement(tuple(model.coordinates), steps, repeat=False)


def _relative_lengths(model: MuscleModel, movement: Movement, time: float) -> dict[str, float]:
    position = movement.target(from_seconds(time)).position
    model.set_pose(position, np.zeros(len(position)))
    return dict(zip(model.muscles, model.fibers().length / model.reference_fiber_length, strict=True))


def _columns(state: dict[str, float]) -> tuple[list[str], list[float]]:
    return list(state), list(state.values())
