"""The stimulation node: turns electrode commands into muscle excitations at every tick of the simulation clock."""

from __future__ import annotations

import time
from typing import Any

import torch
from sensor_msgs.msg import JointState

from emgsim_ros.msg import MuscleExcitation, StimulationCommand

from ..errors import EmgsimError
from ..files.resources import config_file
from ..parameters import StimulationParameters
from ..signals import topics
from ..signals.simulation_time import to_seconds
from ..stimulation.command import Stimulation
from ..stimulation.controller import load_controller
from ..stimulation.lead import load_lead
from ..stimulation.live import response_model
from ..stimulation.protocol import TimedStimulation, load_protocol
from ..stimulation.stream import StimulatedMuscles, StimulationStream
from . import qos
from .graph_node import GraphNode, run
from .named_arrays import NamedArrays
from .reading import ArrayReader
from .stamps import stamp_of_serialised, to_stamp


class StimulationNode(GraphNode):
    """Subscribes to /stim/command, /clock and, with a controller, /joint_states.

    Publishes /stim/excitation and /stim/electrodes; the effort in /stim/electrodes is the current, mA.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__("stimulation", StimulationParameters, **options)
        torch.set_num_threads(1)  # a step is too small to be worth several threads
        parameters = self.parameters
        lead = load_lead(config_file(parameters.lead, folder="leads"))
        self._model = response_model(parameters, lead)
        self._stream = StimulationStream(self._model, lead)
        self._waiting: list[TimedStimulation] = []
        if parameters.protocol:
            self._waiting = load_protocol(config_file(parameters.protocol, folder="protocols"), lead)
        self._controller, self._joint_reader = None, ArrayReader(JointState, "position")
        if parameters.controller:
            self._controller = load_controller(config_file(parameters.controller, folder="controllers"), lead)
            self.subscribe(topics.JOINT_STATES, self._on_joints, qos.stream(100.0), raw=True)
        contacts = [f"contact_{number}" for number in range(lead.electrodes - 1)] + ["case"]
        self._current_messages = NamedArrays(JointState, contacts, ("effort",))
        self._excitation_messages = NamedArrays(MuscleExcitation, self._model.muscles, ("excitation",))
        self._commands = 0
        self._now = 0
        self._slowest = 0.0
        self._excitations = self.publisher(topics.STIMULATION_EXCITATION, qos.stream(100.0))
        self._electrodes = self.publisher(topics.STIMULATION_ELECTRODES, qos.stream(100.0))
        self.subscribe(topics.STIMULATION_COMMAND, self._on_command, qos.stream(100.0))
        self.subscribe(topics.CLOCK, self._on_clock, qos.stream(100.0), raw=True)

    def simulation_stamp(self) -> int:
        """The latest time on /clock."""
        return self._now

    def health(self) -> dict[str, Any]:
        """Commands taken and refused, and the longest step since the last report."""
        slowest, self._slowest = self._slowest, 0.0
        return {
            "simulation time (s)": to_seconds(self._now),
            "commands": self._commands,
            "commands refused": self._stream.refused,
            "slowest step (ms)": 1e3 * slowest,
        }

    def _on_command(self, message: StimulationCommand) -> None:
        stimulation = Stimulation(
            message.current, message.frequency, message.pulse_width, message.pulses_per_burst, message.duration
        )
        self._start(TimedStimulation(to_stamp(message.header.stamp), stimulation))

    def _on_joints(self, message: bytes) -> None:
        assert self._controller is not None
        joints = self._joint_reader.read(message)
        try:
            stimulation = self._controller.update(joints.stamp, joints.same.name, joints.arrays[0])
            if stimulation is not None:
                self._stream.adjust(joints.stamp, stimulation)
        except EmgsimError as error:
            self.fault(error)

    def _start(self, timed: TimedStimulation) -> None:
        try:
            self._stream.command(timed.stamp, timed.stimulation)
        except EmgsimError as error:
            self.fault(error)
            return
        self._commands += 1

    def _on_clock(self, message: bytes) -> None:
        self._now = stamp_of_serialised(message)
        while self._waiting and self._waiting[0].stamp <= self._now:
            self._start(self._waiting.pop(0))
        started = time.perf_counter()
        state = self._stream.advance(self._now)
        self._slowest = max(self._slowest, time.perf_counter() - started)
        if state is not None:
            self._publish(state)

    def _publish(self, state: StimulatedMuscles) -> None:
        self._excitations.publish(self._excitation_messages.serialised(state.stamp, state.excitation))
        self._electrodes.publish(self._current_messages.serialised(state.stamp, state.current))


def main() -> int:
    """Entry point of the node."""
    return run(StimulationNode)


if __name__ == "__main__":
    raise SystemExit(main())
