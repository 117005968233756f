"""Scenarios opened, changed and simulated without ROS and without files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..emg import EmgBlock
from ..errors import InvalidInput
from ..motion import Movement
from ..muap import ForearmAnatomy
from ..musculoskeletal import MusculoskeletalState
from ..offline.simulate import OfflineSimulation
from ..scenario import Scenario, ScenarioPlan, load_scenario
from ..signals.simulation_time import NANOSECONDS
from .emg import SimulatedEmg, collect_blocks

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedMovement(SimulatedEmg):
    """EMG, joints and muscles during a movement.

    The EMG ends a few milliseconds before the last state, with the last complete block. Without an emg node in the
    scenario it has no samples and no channels.

    Attributes:
        state_times: [states] s.
        coordinates: [coordinates] names of the joint coordinates.
        joint_angles: [states, coordinates] rad.
        model_muscles: [model muscles] names of the muscles of the musculoskeletal model.
        excitation, activation: [states, model muscles] 0 to 1.
        fiber_length: [states, model muscles] m.
        relative_fiber_length: [states, model muscles] fibre length over that in the reference pose.
        tendon_force: [states, model muscles] N.
    """

    state_times: Array
    coordinates: tuple[str, ...]
    joint_angles: Array
    model_muscles: tuple[str, ...]
    excitation: Array
    activation: Array
    fiber_length: Array
    relative_fiber_length: Array
    tendon_force: Array

    def angle(self, coordinate: str) -> Array:
        """[states] angle of one joint coordinate, rad.

        Raises:
            InvalidInput: The model has no such coordinate.
        """
        return self.joint_angles[:, _index("coordinate", coordinate, self.coordinates)]

    def relative_length(self, muscle: str) -> Array:
        """[states] relative fibre length of one muscle of the model.

        Raises:
            InvalidInput: The model has no such muscle.
        """
        return self.relative_fiber_length[:, _index("muscle", muscle, self.model_muscles)]


def open_scenario(name: str | ScenarioPlan, config: str | Path = "", **nodes: Mapping[str, Any]) -> Scenario:
    """Open a scenario and change parameters of its nodes.

    Args:
        name: A registered scenario by its name (see ``part_names("scenario")``), or a plan.
        config: ROS parameter file: a path, or a name in config/; default the scenario's own.
        **nodes: Changed parameters by node: ``emg={"noise_rms": 0.01}, motion={"movement": "fingers"}``.

    Returns:
        The scenario; ``scenario.parameters("emg")`` returns the parameters of a node.

    Raises:
        InvalidInput: An unknown scenario, node or parameter, or a value out of its range.

    Example:
        >>> import emgsim_ros as es
        >>> noisy = es.open_scenario("forearm_sim", emg={"noise_rms": 0.02}, motion={"movement": "fingers"})
        >>> noisy.parameters("emg").noise_rms, noisy.parameters("motion").movement
        (0.02, 'fingers')
    """
    scenario = load_scenario(name, str(config))
    for node, values in nodes.items():
        if not scenario.has(node):
            raise InvalidInput("scenario: node", node, "one of " + ", ".join(one.name for one in scenario.nodes))
        scenario = scenario.changed(node, **values)
    return scenario


def simulate(
    scenario: Scenario | str,
    duration: float,
    *,
    movement: Movement | None = None,
    anatomy: ForearmAnatomy | None = None,
    cache: Path | None = None,
) -> SimulatedMovement:
    """Simulate a scenario without ROS, as fast as the machine allows.

    Args:
        scenario: What `open_scenario` returns, or the name of a scenario.
        duration: Simulated time, s.
        movement: What the joints follow; default the movement that the scenario names.
        anatomy: The limb under the electrodes; default the anatomy that the scenario names.
        cache: Folder for computed potentials; default the user's cache.

    Returns:
        EMG, discharges, joints and muscles; for a seed the numbers of the live graph.

    Raises:
        InvalidInput: A duration that is not above 0, or parameters that the nodes reject.

    Example:
        >>> import emgsim_ros as es
        >>> scenario = es.open_scenario("forearm_sim", emg={"rows": 4, "columns": 8, "units_per_muscle": 12})
        >>> made = es.simulate(scenario, duration=0.5)
        >>> made.joint_angles.shape[0], made.emg.shape[1]
        (51, 32)
    """
    if not duration > 0:
        raise InvalidInput("duration", duration, "more than 0 s")
    opened = open_scenario(scenario) if isinstance(scenario, str) else scenario
    simulation = OfflineSimulation(opened, movement=movement, anatomy=anatomy, cache=cache)
    states: list[MusculoskeletalState] = []
    blocks: list[EmgBlock] = []
    for new_states, new_blocks in simulation.chunks(duration):
        states += new_states
        blocks += new_blocks
    stream = simulation.stream
    return _result(states, _no_emg() if stream is None else collect_blocks(stream, iter(blocks)))


def _result(states: list[MusculoskeletalState], recorded: SimulatedEmg) -> SimulatedMovement:
    def column(name: str) -> Array:
        return np.array([getattr(state, name) for state in states])

    return SimulatedMovement(
        **vars(recorded),
        state_times=np.array([state.stamp for state in states]) / NANOSECONDS,
        coordinates=states[0].coordinates,
        joint_angles=column("position"),
        model_muscles=states[0].muscles,
        excitation=column("excitation"),
        activation=column("activation"),
        fiber_length=column("fiber_length"),
        relative_fiber_length=column("relative_fiber_length"),
        tendon_force=column("tendon_force"),
    )


def _no_emg() -> SimulatedEmg:
    return SimulatedEmg(np.zeros((0, 0), np.float32), 0, 0.0, np.zeros((0, 3)), 0, 0, (), {}, None)


def _index(kind: str, name: str, names: tuple[str, ...]) -> int:
    if name not in names:
        raise InvalidInput(kind, name, "one of " + ", ".join(names))
    return names.index(name)
