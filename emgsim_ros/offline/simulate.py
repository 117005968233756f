"""A scenario without ROS, as fast as the machine allows, with the numbers of the live graph."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..emg import EmgBlock
from ..errors import InvalidInput
from ..jobs.cores import one_thread
from ..jobs.progress import Progress, no_progress
from ..motion import Movement, load_movement
from ..muap import ForearmAnatomy
from ..musculoskeletal import MusculoskeletalState, effort_of, load_model, make_drive
from ..parts import build_part
from ..scenario import Scenario
from ..sessions.simulation_file import SimulationFile
from ..signals.simulation_time import from_seconds, to_seconds
from ..subjects.stream import subject_stream

if TYPE_CHECKING:
    from ..learning.pilot import Pilot


@dataclass(frozen=True)
class SimulationResult:
    """How an offline simulation went.

    Attributes:
        duration: Simulated time, s.
        wall_time: Time it took without preparation, s.
        blocks: EMG blocks made.
        spikes: Motor-unit discharges in them.
    """

    duration: float
    wall_time: float
    blocks: int
    spikes: int


class OfflineSimulation:
    """The nodes' domain objects, wired without topics.

    Args:
        scenario: A scenario with a motion and a musculoskeletal node.
        progress: Receives the number of motor units whose potentials have been computed.
        movement: Movement of the joints; default the movement of the motion node.
        anatomy: The limb under the electrodes; default that of the emg node.
        cache: Folder of computed potentials; default the user's cache.

    Attributes:
        stream: The EMG stream; None if the scenario has no emg node.
    """

    def __init__(
        self,
        scenario: Scenario,
        progress: Progress = no_progress,
        movement: Movement | None = None,
        anatomy: ForearmAnatomy | None = None,
        cache: Path | None = None,
    ) -> None:
        body, motion = scenario.parameters("musculoskeletal"), scenario.parameters("motion")
        if body.rate % motion.rate and motion.rate % body.rate:
            raise InvalidInput(
                "motion: parameter 'rate'", motion.rate, f"a rate that divides or multiplies {body.rate}"
            )
        self._movement = movement or load_movement(motion.movement)
        self._target_period = from_seconds(1.0 / motion.rate)
        self._model = load_model(body)
        self._drive = make_drive(body, self._model)
        self._effort = effort_of(body)
        self._extra = np.zeros(len(self._model.muscles))
        self._pilot = self._load_pilot(scenario) if scenario.has("policy") else None
        self.stream = (
            subject_stream(scenario.parameters("emg"), progress, cache, anatomy) if scenario.has("emg") else None
        )

    @one_thread()
    def step(self) -> tuple[MusculoskeletalState, list[EmgBlock]]:
        """The next muscle state and the EMG blocks that it completes."""
        stamp = self._drive.next_stamp
        target = self._movement.target(stamp - stamp % self._target_period)  # the newest that is not later
        state = self._drive.step(target, self._extra, self._effort)
        if self._pilot is not None:
            aim = dict(zip(target.coordinates, target.position, strict=True))
            self._extra = self._pilot.excitation(state.position, state.velocity, state.activation, aim)
        if self.stream is None:
            return state, []
        return state, self.stream.push(state.stamp, state.muscles, state.excitation, state.relative_fiber_length)

    def run(self, duration: float) -> Iterator[tuple[MusculoskeletalState, list[EmgBlock]]]:
        """Make steps until ``duration`` (s, above 0) has been simulated; yield the result of each."""
        end, stamp = from_seconds(duration), -1
        while stamp < end:
            state, blocks = self.step()
            stamp = state.stamp
            yield state, blocks

    def _load_pilot(self, scenario: Scenario) -> Pilot:
        chosen = scenario.parameters("policy")
        pilot: Pilot = build_part("policy", chosen.policy, chosen.checkpoint, options=chosen.options)
        pilot.check(self._model.coordinates, self._model.muscles)
        return pilot


def simulate(
    scenario: Scenario,
    duration: float,
    output: Path,
    progress: Progress = no_progress,
) -> SimulationResult:
    """Run a scenario offline and write it to an HDF5 file.

    Args:
        scenario: What to simulate.
        duration: Simulated time, s.
        output: The file; see `emgsim_ros.sessions.simulation_file`.
        progress: Receives the number of motor units whose potentials have been computed, then the simulated time, s.

    Raises:
        InvalidInput: A duration that is not positive, or parameters that the nodes reject.
    """
    if not duration > 0:
        raise InvalidInput("duration", duration, "more than 0 s")
    simulation = OfflineSimulation(scenario, progress)
    parameters = {node.name: node.values() for node in scenario.nodes}
    started = time.perf_counter()
    blocks = spikes = 0
    file: SimulationFile | None = None
    for state, new_blocks in simulation.run(duration):
        if file is None:
            file = SimulationFile(output, scenario.name, parameters, state, simulation.stream)
        file.add_state(state)
        for block in new_blocks:
            file.add_block(block)
            blocks, spikes = blocks + 1, spikes + len(block.spike_sample)
        progress("simulation", min(to_seconds(state.stamp), duration), duration)
    assert file is not None
    file.close()
    return SimulationResult(duration, time.perf_counter() - started, blocks, spikes)
