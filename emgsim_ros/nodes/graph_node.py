"""The base of every node of the graph: parameters, fault reports, an orderly shutdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile
from std_msgs.msg import String

from ..errors import EmgsimError, InvalidInput
from ..parameters import GraphNodeParameters
from ..signals.topics import DIAGNOSTICS, GRAPH_READY, Topic
from .links import Links
from .messages import message_class
from .qos import LATCHED, stream
from .ros_parameters import check_changes, declare
from .running import run
from .stamps import header

__all__ = ["GraphNode", "run"]

REPORT_PERIOD = 1.0  # s
LINK_PERIOD = 0.05  # s between checks of the links until all are connected
FAULT_SHOWN_FOR = 5  # reports in which a fault stays a warning


class GraphNode(Node):
    """A node that declares its parameters from a dataclass and reports its health on /diagnostics.

    Once its topics are connected it publishes its fully qualified name on /graph/ready.

    Args:
        name: Node name.
        kind: Its parameter dataclass.
        context: ROS context; default the process's own.
        overrides: Parameter values in addition to those from the command line.
        arguments: ROS arguments of this node alone, in place of those from the command line.

    Attributes:
        parameters: The parameter dataclass, as given by the user and changed since.
        shares_process: Whether other nodes may run in its process, so that long callbacks delay them.
        finished: Set when the node has completed its task; the graph then ends.
        links: Counts the other ends of its topics.

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
        arguments: Sequence[str] | None = None,
    ) -> None:
        super().__init__(
            name,
            context=context,
            cli_args=None if arguments is None else list(arguments),
            use_global_arguments=arguments is None,
            automatically_declare_parameters_from_overrides=True,
            parameter_overrides=[Parameter(key, value=value) for key, value in (overrides or {}).items()],
        )
        self.finished = False
        self.shares_process = arguments is not None
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
        self._diagnostics = self.publisher(DIAGNOSTICS, stream(10.0))
        self._report_timer = self.create_timer(REPORT_PERIOD, self.report, clock=self.steady_clock)
        self.links = Links(self, self.parameters.links_awaited)
        self._ready = self.publisher(GRAPH_READY, LATCHED)
        self._link_timer = self.create_timer(LINK_PERIOD, self._check_links, clock=self.steady_clock)

    def publisher(self, topic: Topic, profile: QoSProfile) -> Publisher:
        """Create a publisher of a topic."""
        return self.create_publisher(message_class(topic.type_name), topic.name, profile)

    def subscribe(self, topic: Topic, callback: Callable[[Any], None], profile: QoSProfile, raw: bool = False) -> None:
        """Subscribe to a topic; ``raw`` passes serialised messages to the callback."""
        self.create_subscription(message_class(topic.type_name), topic.name, callback, profile, raw=raw)

    def simulation_stamp(self) -> int:
        """Simulation time that the node has reached, ns; it stamps the node's reports."""
        return 0

    def health(self) -> dict[str, Any]:
        """Values for the node's report on /diagnostics."""
        return {}

    def warning(self) -> str:
        """A present problem that is not a fault, such as a low real-time factor; empty if there is none."""
        return ""

    def parameters_changed(self, names: set[str]) -> None:
        """Called after parameters were changed while running.

        Raises:
            InvalidInput: To reject the change; the old values are then restored.
        """

    def wall(self) -> int:
        """Monotonic wall-clock time, ns."""
        return int(self.steady_clock.now().nanoseconds)

    def fault(self, problem: object) -> None:
        """Report a fault; the node keeps running."""
        self._faults += 1
        self._last_fault = str(problem)
        self._reports_since_fault = 0
        self.get_logger().warning(self._last_fault, throttle_duration_sec=1.0)

    def report(self) -> None:
        """Publish the node's state on /diagnostics."""
        faulty = self._reports_since_fault < FAULT_SHOWN_FOR
        self._reports_since_fault += 1
        values = {**self.health(), "faults": self._faults, "last fault": self._last_fault}
        message = self._last_fault if faulty else self.warning()  # after health: it may use the same numbers
        status = DiagnosticStatus(
            level=DiagnosticStatus.WARN if message else DiagnosticStatus.OK,
            name=f"emgsim: {self.get_name()}",
            message=message or "running",
            hardware_id="emgsim",
            values=[KeyValue(key=key, value=_text(value)) for key, value in values.items()],
        )
        self._diagnostics.publish(DiagnosticArray(header=header(self.simulation_stamp()), status=[status]))

    def finish(self) -> None:
        """Called once before the node is destroyed, to close files and log a summary."""

    def _check_links(self) -> None:
        if self.links.missing() is None:
            self.destroy_timer(self._link_timer)
            self._ready.publish(String(data=self.get_fully_qualified_name()))

    def _change_parameters(self, changes: list[Parameter]) -> SetParametersResult:
        values, result = check_changes(self._kind, changes, self.get_name())
        if not result.successful or not values:
            return result
        before = self.parameters
        self.parameters = type(before)(**{**vars(before), **values})
        try:
            self.parameters_changed(set(values))
        except EmgsimError as error:
            self.parameters = before
            return SetParametersResult(successful=False, reason=str(error))
        return result


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
