"""The musculoskeletal node: moves the model and drives the clock of the graph."""

from __future__ import annotations

from functools import partial
from typing import Any

from rclpy.duration import Duration
from sensor_msgs.msg import JointState

from emgsim_ros.msg import MuscleExcitation, MuscleState

from ..errors import InvalidInput
from ..motion import MotionTarget
from ..musculoskeletal import (
    ExcitationInputs,
    MusculoskeletalState,
    TargetBuffer,
    effort_of,
    load_engine,
    load_model,
    make_drive,
)
from ..parameters import MusculoskeletalParameters
from ..signals import topics
from ..signals.simulation_time import NANOSECONDS, from_seconds, to_seconds
from . import qos
from .clock_message import ClockMessage
from .graph_node import GraphNode, run
from .markers import MusculoskeletalMarkers
from .motion_messages import TargetReader
from .named_arrays import NamedArrays
from .pacing import MOST_STEPS_AT_ONCE, MOST_STEPS_SHARED, Pacer
from .stamps import stamp_of_serialised, to_stamp
from .start_gate import StartGate
from .state_services import StateServices

TARGET_WAIT = 3 * NANOSECONDS  # wall time to wait for a first target; without one the arm rests
POLL_PERIOD = 0.05  # s
LATEST_TARGET = 60 * NANOSECONDS  # how far ahead of the clock a target may be
ACKNOWLEDGED_WITHIN = Duration(seconds=0.5)
JOINT_FIELDS = ("position", "velocity", "effort")
MUSCLE_FIELDS = (
    "excitation",
    "activation",
    "fiber_length",
    "relative_fiber_length",
    "fiber_velocity",
    "tendon_force",
)


class MusculoskeletalNode(GraphNode):
    """Subscribes to /motion/target and excitation topics; publishes joint and muscle states, markers and /clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__("musculoskeletal", MusculoskeletalParameters, **options)
        parameters = self.parameters
        engine = load_engine(parameters.engine, parameters.options)
        engine.forward_log(self._on_engine_log)
        self._model = load_model(parameters, engine)
        self._targets = TargetBuffer()
        self._excitations = ExcitationInputs(self._model.muscles)
        self._drive = make_drive(parameters, self._model)
        self._effort = effort_of(parameters)
        self._state_services = StateServices(self, self._model, parameters.poses, self._drive, lambda: self._effort)
        most = MOST_STEPS_SHARED if self.shares_process else MOST_STEPS_AT_ONCE
        self._pacer = Pacer(NANOSECONDS // parameters.rate, parameters.real_time_factor, most)
        self._stamp = 0
        self._targets_late = 0
        self._last_target, self._target_reader = b"", TargetReader()
        self._running = False
        self._marker_period = NANOSECONDS // parameters.marker_rate if parameters.marker_rate else 0
        self._markers = MusculoskeletalMarkers(parameters.frame)
        self._create_topics()
        self._gate = StartGate(self)
        self._connected_at: int | None = None
        self._start_timer = self.create_timer(POLL_PERIOD, self._try_start, clock=self.steady_clock)

    def simulation_stamp(self) -> int:
        """Stamp of the latest state."""
        return self._stamp

    def health(self) -> dict[str, Any]:
        """Simulation time, missed deadlines and late targets."""
        return {
            "simulation time (s)": to_seconds(self._stamp),
            "deadlines missed": self._pacer.missed,
            "time lost (s)": to_seconds(self._pacer.lost),
            "targets late": self._targets_late,
        }

    def parameters_changed(self, names: set[str]) -> None:
        """Apply a change of co-contraction or maximal effort."""
        self._effort = effort_of(self.parameters)

    def _create_topics(self) -> None:
        parameters = self.parameters
        stream = qos.stream(parameters.rate)
        self._joint_publisher = self.publisher(topics.JOINT_STATES, stream)
        self._muscle_publisher = self.publisher(topics.MUSCLE_STATE, stream)
        self._clock_publisher = self.publisher(topics.CLOCK, stream)
        self._marker_publisher = self.publisher(topics.MODEL_MARKERS, qos.MARKERS)
        self._joints = NamedArrays(JointState, self._model.coordinates, JOINT_FIELDS, parameters.frame)
        self._muscles = NamedArrays(MuscleState, self._model.muscles, MUSCLE_FIELDS)
        self._clock_message = ClockMessage()
        # Two profiles: targets of any publisher are received, and one that keeps its latest targets delivers them at
        # the start as well.
        self.subscribe(topics.MOTION_TARGET, self._on_serialised_target, qos.stream(1000.0), raw=True)
        self.subscribe(topics.MOTION_TARGET, self._on_serialised_target, qos.history(2000), raw=True)
        for topic in parameters.excitation_topics:
            source = topics.Topic(topic, topics.EXCITATION)
            self.subscribe(source, partial(self._on_excitation, topic), stream)

    def _on_engine_log(self, message: str) -> None:
        self.get_logger().warning(f"{self.parameters.engine}: {message}")

    def _on_serialised_target(self, message: bytes) -> None:
        """Take a target once, though publishers that keep their latest targets reach both subscriptions."""
        if message == self._last_target and stamp_of_serialised(message):  # without a stamp it applies at once, again
            return
        if self._take_target(message):
            self._last_target = message

    def _take_target(self, message: bytes) -> bool:
        """Store a target; returns whether it was accepted."""
        try:
            target = self._target_reader.read(message)
            self._drive.check_target(target)
            self._check_stamp(target.stamp)
        except InvalidInput as error:
            self.fault(error)
            return False
        self._targets.add(target)
        return True

    def _check_stamp(self, stamp: int) -> None:
        """Reject a stamp that is not simulation time, such as the wall-clock time of a node without use_sim_time."""
        if self._running and stamp > self._stamp + LATEST_TARGET:
            seconds, now = to_seconds(stamp), to_seconds(self._stamp)
            raise InvalidInput("motion target: stamp", seconds, f"simulation time, now {now:.2f} s, or 0 for at once")

    def _on_excitation(self, topic: str, message: MuscleExcitation) -> None:
        stamp = to_stamp(message.header.stamp) or self._stamp
        try:
            self._excitations.receive(topic, stamp, message.name, message.excitation)
        except InvalidInput as error:
            self.fault(error)

    def _try_start(self) -> None:
        """Start the clock once the graph is connected and a first target has arrived, or at the timeout."""
        if not self._gate.is_open():
            return
        wall = self.wall()
        self._connected_at = wall if self._connected_at is None else self._connected_at
        if self._targets.first_stamp is None and wall - self._connected_at < TARGET_WAIT:
            return
        self.destroy_timer(self._start_timer)
        self._start(self._targets.first_stamp or 0)

    def _start(self, time: int) -> None:
        """Start at 0 or, after a restart, at the time of the running graph's targets."""
        first = time * self.parameters.rate // NANOSECONDS
        self._drive.begin(first)
        self._stamp, self._running = self._drive.next_stamp, True
        self._pacer.start(self.wall(), self._drive.next_stamp)
        where = "starts" if first == 0 else f"resumes at {to_seconds(time):.2f} s"
        self.get_logger().info(
            f"simulation {where}: {len(self._model.coordinates)} joints, {len(self._model.muscles)} muscles"
        )
        period = 1.0 / (self.parameters.rate * self.parameters.real_time_factor)
        self.create_timer(period, self._advance, clock=self.steady_clock)

    def _advance(self) -> None:
        if self.finished:
            return
        for _ in range(self._pacer.steps_due(self.wall(), self._drive.next_stamp)):
            if self.finished:
                return
            self._step()

    def _step(self) -> None:
        stamp = self._drive.next_stamp
        target = self._targets.at(stamp) or self._resting(stamp)
        if target.stamp + NANOSECONDS // 10 < stamp:
            self._targets_late += 1
        state = self._drive.step(target, self._excitations.total(stamp), self._effort)
        if self._drive.problem:
            self.fault(self._drive.problem)
        self._stamp = stamp
        self._publish(state)
        duration = self.parameters.duration
        if duration and self._drive.next_stamp > from_seconds(duration):
            self.get_logger().info(f"simulated {duration:g} s; finished")
            self._muscle_publisher.wait_for_all_acked(ACKNOWLEDGED_WITHIN)
            self.finished = True

    def _resting(self, stamp: int) -> MotionTarget:
        rest = self._model.rest
        return MotionTarget(stamp, self._model.coordinates, rest, 0 * rest, 0 * rest)

    def _publish(self, state: MusculoskeletalState) -> None:
        joints = self._joints.serialised(state.stamp, state.position, state.velocity, state.moment)
        self._joint_publisher.publish(joints)
        self._muscle_publisher.publish(
            self._muscles.serialised(state.stamp, *(getattr(state, field) for field in MUSCLE_FIELDS))
        )
        self._clock_publisher.publish(self._clock_message.serialised(state.stamp))
        if self._marker_period and state.stamp % self._marker_period < NANOSECONDS // self.parameters.rate:
            self._publish_markers(state)

    def _publish_markers(self, state: MusculoskeletalState) -> None:
        """Publish the markers, if any node subscribes to them."""
        if self._marker_publisher.get_subscription_count():
            bones, lines = self._model.bone_lines(), self._model.muscle_lines()
            self._marker_publisher.publish(self._markers.serialised(state, bones, lines))


def main() -> int:
    """Entry point of the node."""
    return run(MusculoskeletalNode)


if __name__ == "__main__":
    raise SystemExit(main())
