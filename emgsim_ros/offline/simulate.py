"""A scenario without ROS, as fast as the machine allows, with the numbers of the live graph."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..emg import EmgBlock
from ..emg.model_states import push_states
from ..errors import InvalidInput
from ..jobs.cores import one_thread
from ..jobs.progress import Progress, no_progress
from ..motion import Movement, load_movement
from ..muap import ForearmAnatomy
from ..musculoskeletal import MusculoskeletalState, MusculoskeletalStates, effort_of, load_model, make_drive
from ..parts import build_part
from ..scenario import Scenario
from ..sessions.compression import check_compression
from ..sessions.simulation_file import SimulationFile
from ..signals.simulation_time import from_seconds, to_seconds
from ..subjects.stream import subject_stream

if TYPE_CHECKING:
    from ..learning.pilot import Pilot

CHUNK = 1.0  # s of states whose EMG is computed together


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
        """Return the next muscle state and the EMG blocks that it completes."""
        state = self._next_state()
        return state, self._blocks(MusculoskeletalStates.of([state]))

    def chunks(self, duration: float) -> Iterator[tuple[MusculoskeletalStates, list[EmgBlock]]]:
        """Simulate ``duration`` (s, above 0), `CHUNK` at a time; yield the states and the blocks that they complete.

        The numbers are those of `step`, which takes several times as long; where the drive computes many steps at once,
        they are equal up to rounding (`Drive.steps`). If a step fails, the states before it and their blocks are
        yielded before its exception is raised.
        """
        end, stamp = from_seconds(duration), -1
        while stamp < end:
            until = min(end, stamp + from_seconds(CHUNK))
            states: MusculoskeletalStates | None = None
            failure: BaseException | None = None
            if self._pilot is None and self._drive.computes_many:
                states = self._many_states(until)
            else:
                states, failure = self._states(until)
            if states is not None:
                stamp = int(states.stamp[-1])
                yield states, self._blocks(states)
            if failure is not None:
                raise failure

    @one_thread()
    def _many_states(self, end: int) -> MusculoskeletalStates:
        """Return the next states up to the first at or after ``end`` (ns), computed together."""
        period = self._drive.period
        stamps = np.arange(self._drive.next_stamp, max(end, self._drive.next_stamp) + period, period, dtype=np.int64)
        targets = self._movement.targets(stamps - stamps % self._target_period)
        return self._drive.steps(targets, self._extra, self._effort)

    @one_thread()
    def _states(self, end: int) -> tuple[MusculoskeletalStates | None, BaseException | None]:
        """Return the next states up to the first at or after ``end`` (ns), and the exception that ended them early."""
        states: list[MusculoskeletalState] = []
        raised: BaseException | None = None
        try:
            while not states or states[-1].stamp < end:
                states.append(self._next_state())
        except BaseException as failure:  # raised again by the caller, after the states before it
            raised = failure
        return MusculoskeletalStates.of(states) if states else None, raised

    def _next_state(self) -> MusculoskeletalState:
        stamp = self._drive.next_stamp
        target = self._movement.target(stamp - stamp % self._target_period)  # the newest that is not later
        state = self._drive.step(target, self._extra, self._effort)
        if self._pilot is not None:
            aim = dict(zip(target.coordinates, target.position, strict=True))
            self._extra = self._pilot.excitation(state.position, state.velocity, state.activation, aim)
        return state

    @one_thread()
    def _blocks(self, states: MusculoskeletalStates) -> list[EmgBlock]:
        return [] if self.stream is None else push_states(self.stream, states)

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
    compression: str = "none",
) -> SimulationResult:
    """Run a scenario offline and write it to an HDF5 file.

    If the simulation fails or is interrupted, the file contains everything until then.

    Args:
        scenario: What to simulate.
        duration: Simulated time, s.
        output: The file; see `emgsim_ros.sessions.simulation_file`.
        progress: Receives the number of motor units whose potentials have been computed, then the simulated time, s.
        compression: Compression of the file: none, lzf or gzip.

    Raises:
        InvalidInput: A duration that is not positive, an unknown compression, or parameters that the nodes reject.
    """
    if not duration > 0:
        raise InvalidInput("duration", duration, "more than 0 s")
    check_compression("compression", compression)
    simulation = OfflineSimulation(scenario, progress)
    parameters = {node.name: node.values() for node in scenario.nodes}
    started = time.perf_counter()
    count = spikes = 0
    with contextlib.ExitStack() as stack:
        file: SimulationFile | None = None
        for states, blocks in simulation.chunks(duration):
            if file is None:
                made = SimulationFile(output, scenario.name, parameters, states[0], simulation.stream, compression)
                file = stack.enter_context(made)
            file.add_states(states)
            for block in blocks:
                file.add_block(block)
            count, spikes = count + len(blocks), spikes + sum(len(block.spike_sample) for block in blocks)
            progress("simulation", min(to_seconds(int(states.stamp[-1])), duration), duration)
    return SimulationResult(duration, time.perf_counter() - started, count, spikes)
