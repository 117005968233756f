"""What every node of the graph shares: parameters, fault reports, a clean end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock, ClockType
from rclpy.experimental import EventsExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.signals import SignalHandlerOptions
from std_msgs.msg import String

from ..errors import EmgsimError, InvalidInput
from ..jobs import exit_codes
from ..parameters import GraphNodeParameters
from .links import READY_TOPIC, Links
from .qos import LATCHED, stream
from .ros_parameters import check_changes, declare
from .stamps import header

REPORT_PERIOD = 1.0  # s
LINK_PERIOD = 0.05  # s between looks at the links until all stand
FAULT_SHOWN_FOR = 5  # reports in which a fault stays a warning


class GraphNode(Node):
    """A node that declares its parameters from a dataclass and reports its health on /diagnostics.

    Once its links stand it says so on /graph/ready.

    Args:
        name: Node name.
        kind: Its parameter dataclass.
        context: ROS context; default the process's own.
        overrides: Parameter values beside those from the command line.

    Attributes:
        parameters: The parameter dataclass, as given by the user and changed since.
        finished: Set when the node has done what it was started for.
        links: The other ends of its topics.

    Raises:
        InvalidInput: A parameter is unknown or out of range.
    """

    def __init__(
        self,
        name: str,
        kind: type[GraphNodeParameters],
        *,
        context: Any = None,
        overrides: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            name,
            context=context,
            automatically_declare_parameters_from_overrides=True,
            parameter_overrides=[Parameter(key, value=value) for key, value in (overrides or {}).items()],
        )
        self.finished = False
        self.steady_clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._kind = kind
        self._faults = 0
        self._last_fault = ""
        self._reports_since_fault = FAULT_SHOWN_FOR
        try:
            self.parameters: Any = declare(self, kind)
        except InvalidInput:
            self.destroy_node()
            raise
        self.add_on_set_parameters_callback(self._change_parameters)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", stream(10.0))
        self._report_timer = self.create_timer(REPORT_PERIOD, self.report, clock=self.steady_clock)
        self.links = Links(self, self.parameters.links_awaited)
        self._ready = self.create_publisher(String, READY_TOPIC, LATCHED)
        self._link_timer = self.create_timer(LINK_PERIOD, self._look_at_links, clock=self.steady_clock)

    def simulation_stamp(self) -> int:
        """Simulation time that the node has reached, ns; stamps its reports."""
        return 0

    def health(self) -> dict[str, Any]:
        """Numbers that go with the node's report on /diagnostics."""
        return {}

    def warning(self) -> str:
        """What is wrong right now beside the faults, if anything."""
        return ""

    def parameters_changed(self, names: set[str]) -> None:
        """Called after parameters were changed while running.

        Raises:
            InvalidInput: To refuse the change; the old values are then put back.
        """

    def wall(self) -> int:
        """Wall-clock time that only goes on, ns."""
        return int(self.steady_clock.now().nanoseconds)

    def fault(self, problem: object) -> None:
        """Report a fault; the node goes on."""
        self._faults += 1
        self._last_fault = str(problem)
        self._reports_since_fault = 0
        self.get_logger().warning(self._last_fault, throttle_duration_sec=1.0)

    def report(self) -> None:
        """Publish the node's state on /diagnostics."""
        faulty = self._reports_since_fault < FAULT_SHOWN_FOR
        self._reports_since_fault += 1
        values = {**self.health(), "faults": self._faults, "last fault": self._last_fault}
        message = self._last_fault if faulty else self.warning()  # after health: it may judge the same numbers
        status = DiagnosticStatus(
            level=DiagnosticStatus.WARN if message else DiagnosticStatus.OK,
            name=f"emgsim: {self.get_name()}",
            message=message or "running",
            hardware_id="emgsim",
            values=[KeyValue(key=key, value=_text(value)) for key, value in values.items()],
        )
        self._diagnostics.publish(DiagnosticArray(header=header(self.simulation_stamp()), status=[status]))

    def finish(self) -> None:
        """Called once before the node is destroyed: last words, files to close."""

    def _look_at_links(self) -> None:
        if self.links.missing() is None:
            self.destroy_timer(self._link_timer)
            self._ready.publish(String(data=self.get_name()))

    def _change_parameters(self, changes: list[Parameter]) -> SetParametersResult:
        values, result = check_changes(self._kind, changes, self.get_name())
        if not result.successful or not values:
            return result
        before = self.parameters
        self.parameters = type(before)(**{**vars(before), **values})
        try:
            self.parameters_changed(set(values))
        except InvalidInput as error:
            self.parameters = before
            return SetParametersResult(successful=False, reason=str(error))
        return result


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def run(make_node: Callable[[], GraphNode]) -> int:
    """Run one node until it has finished or the process is asked to end.

    Returns:
        The exit code: 0, or 2 if a parameter or file was refused.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    try:
        node = make_node()
    except EmgsimError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        rclpy.try_shutdown()
        return exit_codes.REFUSED
    executor = EventsExecutor()
    executor.add_node(node)
    try:
        while not stop.is_set() and not node.finished:
            executor.spin_once(timeout_sec=0.1)
    finally:
        node.finish()
        executor.remove_node(node)
        node.destroy_node()
        rclpy.try_shutdown()
    return exit_codes.FINISHED
