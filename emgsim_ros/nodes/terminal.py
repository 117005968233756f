"""The graph's health in a terminal, for use over ssh."""

from __future__ import annotations

import time

import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rich.console import Console
from rich.live import Live

from ..monitoring.terminal_table import GraphTable, NodeReport
from ..signals.topics import DIAGNOSTICS
from .qos import stream

REFRESH = 0.5  # s


class TerminalMonitor(Node):
    """Collects /diagnostics in a table."""

    def __init__(self) -> None:
        super().__init__("terminal_monitor")
        self.table = GraphTable()
        self.create_subscription(DiagnosticArray, DIAGNOSTICS.name, self._on_report, stream(100.0))

    def _on_report(self, message: DiagnosticArray) -> None:
        for status in message.status:
            level = status.level[0] if isinstance(status.level, bytes) else int(status.level)
            values = {value.key: value.value for value in status.values}
            self.table.take(status.name, NodeReport(level, status.message, values, time.monotonic()))


def watch(duration: float = 0.0) -> tuple[str, ...]:
    """Show the table until Ctrl-C, or for ``duration`` seconds; returns the names of the nodes seen."""
    rclpy.init()
    node = TerminalMonitor()
    end = time.monotonic() + duration if duration else float("inf")
    try:
        with Live(node.table.draw(time.monotonic()), console=Console(), auto_refresh=False) as live:
            while time.monotonic() < end:
                next_draw = time.monotonic() + REFRESH
                while time.monotonic() < next_draw:
                    rclpy.spin_once(node, timeout_sec=0.1)
                live.update(node.table.draw(time.monotonic()), refresh=True)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        node.destroy_node()
        rclpy.try_shutdown()
    return node.table.nodes
