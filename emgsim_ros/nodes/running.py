"""Nodes of one process: from their construction to an orderly end."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import rclpy
from rclpy.executors import Executor
from rclpy.experimental import EventsExecutor
from rclpy.signals import SignalHandlerOptions
from rclpy.task import Future

from ..errors import EmgsimError
from ..jobs import exit_codes

if TYPE_CHECKING:
    from .graph_node import GraphNode

CHECK_PERIOD = 0.1  # s of events between two checks for the end


def run(make_node: Callable[[], GraphNode]) -> int:
    """Run one node until it has finished or the process receives SIGINT or SIGTERM.

    Returns:
        The exit code: 0, or 2 if a parameter or file was rejected or a package is missing.
    """
    return run_all([make_node])


def run_all(make_nodes: Sequence[Callable[[], GraphNode]], linger: float = 0.0) -> int:
    """Run nodes with one executor until one has finished or the process receives SIGINT or SIGTERM.

    Args:
        make_nodes: Construct the nodes, in this order.
        linger: Time for which the nodes still receive messages after one has finished, s.

    Returns:
        The exit code: 0, or 2 if a parameter or file was rejected or a package is missing.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    executor = EventsExecutor()  # is released after the nodes: the middleware may call it until they are destroyed
    with ExitStack() as ending:
        ending.callback(rclpy.try_shutdown)
        nodes: list[GraphNode] = []
        try:
            for make_node in make_nodes:
                if not stop.is_set():
                    nodes.append(make_node())
                    ending.callback(nodes[-1].destroy_node)
        except EmgsimError as error:
            print(f"error: {error}", file=sys.stderr, flush=True)
            return exit_codes.REFUSED
        _spin(executor, nodes, stop, linger)
    return exit_codes.FINISHED


def _spin(executor: Executor, nodes: Sequence[GraphNode], stop: threading.Event, linger: float) -> None:
    with ExitStack() as ending:
        for node in nodes:
            executor.add_node(node)
            ending.callback(executor.remove_node, node)
            ending.callback(node.finish)
        while not stop.is_set() and not any(node.finished for node in nodes):
            _spin_for(executor, CHECK_PERIOD)
        end = time.monotonic() + linger
        while not stop.is_set() and time.monotonic() < end:
            _spin_for(executor, CHECK_PERIOD)


def _spin_for(executor: Executor, seconds: float) -> None:
    """Handle events for a time, with one call for all of them.

    A call of ``spin_once`` for every event takes as long as many callbacks. This executor has no ``spin`` with a
    timeout; waiting for a future that never completes is the same.
    """
    executor.spin_until_future_complete(Future(), timeout_sec=seconds)
