"""The nodes of a graph as processes: prefixed output, restarts, a common end.

Built on honcho's processes and printer. honcho's own manager ends everything as soon as one process ends; in a
simulation that runs for hours, a process that crashed has to be restarted instead.
"""

from __future__ import annotations

import contextlib
import datetime
import multiprocessing
import os
import queue
import shlex
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Process

from . import exit_codes
from .forked import Fork, preload

FIRST_BACKOFF = 0.5  # s before the first restart of a process; doubled each time
LONGEST_BACKOFF = 30.0
STEADY_AFTER = 60.0  # s of running after which the back-off is reset
END_WAIT = 10.0  # s that processes are given to end before they are killed


@dataclass
class _Entry:
    """A process with its start time and back-off."""

    process: Process
    modules: Sequence[str] = ()
    started: float = 0.0
    pid: int | None = None
    backoff: float = FIRST_BACKOFF
    restart_at: float | None = None
    watcher: multiprocessing.process.BaseProcess | None = field(default=None, repr=False)


class Supervisor:
    """Runs processes until one has finished or the program receives SIGINT or SIGTERM.

    A process that exits with 0 has finished, and all others are ended as well. One that exits with 2 has rejected its
    parameters, and all are ended in failure. Any other exit is a crash: the process is restarted after a back-off.

    Args:
        printer: Destination of the output; default the standard output.
    """

    def __init__(self, printer: Printer | None = None) -> None:
        # `spawn` would import the whole program again for every watcher, which only reads a pipe.
        self._context = multiprocessing.get_context("fork")
        self._events: multiprocessing.Queue = self._context.Queue()
        self._printer = printer or Printer(sys.stdout)
        self._colours = get_colours()
        self._entries: dict[str, _Entry] = {}
        self._end_reason: str | None = None
        self._ending_since: float | None = None
        self._exit_code = exit_codes.FINISHED
        self._signals: list[int] = []

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Add a process to be started by :meth:`run`."""
        process = Process(f"exec {shlex.join(command)}", name=name, colour=next(self._colours), env=dict(environment))
        self._add(name, _Entry(process))

    def add_python(
        self, name: str, run: Callable[[], int], environment: Mapping[str, str], modules: Sequence[str] = ()
    ) -> None:
        """Add a Python program to be started by :meth:`run` as a fork of this process.

        Args:
            name: Name of the process.
            run: The program, which returns its exit code.
            environment: Its environment.
            modules: Modules that this process imports before the fork, to be shared with the programs after it.
        """
        process = Process((name, run), name=name, colour=next(self._colours), env=dict(environment))
        process._child_ctor = Fork
        self._add(name, _Entry(process, modules))

    def _add(self, name: str, entry: _Entry) -> None:
        self._entries[name] = entry
        self._printer.width = max(self._printer.width, len(name), len("emgsim"))

    def run(self) -> int:
        """Start all processes and supervise them; returns 0, or 2 if one rejected its parameters."""
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for name in self._entries:
                self._start(name)
            while self._running():
                self._handle_signals()
                self._handle_event()
                self._restart_due()
                self._kill_overdue()
            self._drain()
        except BaseException:  # such as a closed output: no process may outlive this one
            self._abandon()
            raise
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        return self._exit_code

    def _on_signal(self, number: int, _frame: object) -> None:
        self._signals.append(number)  # handled in the loop: a handler must not print or block

    def _handle_signals(self) -> None:
        while self._signals:
            self._end(f"{signal.Signals(self._signals.pop()).name} received")

    def _running(self) -> bool:
        waiting = self._end_reason is None and any(e.restart_at is not None for e in self._entries.values())
        return waiting or any(entry.watcher is not None for entry in self._entries.values())

    def _start(self, name: str) -> None:
        entry = self._entries[name]
        preload(entry.modules)
        sys.stdout.flush()
        sys.stderr.flush()  # or the forks would write it again
        entry.restart_at, entry.started = None, time.monotonic()
        entry.watcher = self._context.Process(target=entry.process.run, args=(self._events, True), daemon=True)
        entry.watcher.start()

    def _handle_event(self) -> None:
        try:
            event = self._events.get(timeout=0.1)
        except queue.Empty:
            return
        if event.type == "line":
            self._printer.write(event)
        elif event.type == "start":
            self._entries[event.name].pid = event.data["pid"]
            if self._end_reason is not None:
                self._send(event.name, signal.SIGINT)
        elif event.type == "stop":
            self._stopped(event.name, event.data["returncode"])

    def _stopped(self, name: str, code: int) -> None:
        entry = self._entries[name]
        if entry.watcher is not None:
            entry.watcher.join()
        entry.watcher = entry.pid = None
        if self._end_reason is not None:
            return
        if code == exit_codes.FINISHED:
            self._end(f"{name} has finished")
        elif code == exit_codes.REFUSED:
            self._exit_code = exit_codes.REFUSED
            self._end(f"{name} rejected its parameters")
        else:
            self._schedule_restart(name, code)

    def _schedule_restart(self, name: str, code: int) -> None:
        entry, now = self._entries[name], time.monotonic()
        if now - entry.started > STEADY_AFTER:
            entry.backoff = FIRST_BACKOFF
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"crashed with exit code {code}"
        self._say(f"{name} {how}; restarting in {entry.backoff:g} s")
        entry.restart_at = now + entry.backoff
        entry.backoff = min(2 * entry.backoff, LONGEST_BACKOFF)

    def _restart_due(self) -> None:
        if self._end_reason is not None:
            return
        for name, entry in self._entries.items():
            if entry.restart_at is not None and time.monotonic() >= entry.restart_at:
                self._start(name)
                self._say(f"{name} restarted")

    def _end(self, reason: str) -> None:
        if self._end_reason is not None:
            return
        self._end_reason, self._ending_since = reason, time.monotonic()
        self._say(f"{reason}; ending all nodes")
        for name in self._entries:
            self._send(name, signal.SIGINT)

    def _kill_overdue(self) -> None:
        if self._ending_since is not None and time.monotonic() - self._ending_since > END_WAIT:
            self._ending_since = time.monotonic()
            for name, entry in self._entries.items():
                if entry.pid is not None:
                    self._say(f"{name} does not end; it is killed")
                    self._send(name, signal.SIGKILL)

    def _abandon(self) -> None:
        """End all processes without further output."""
        end = time.monotonic() + END_WAIT
        with contextlib.suppress(queue.Empty):  # processes whose start has not been noted yet
            while any(entry.watcher and entry.pid is None for entry in self._entries.values()):
                event = self._events.get(timeout=max(end - time.monotonic(), 0.0))
                if event.type == "start":
                    self._entries[event.name].pid = event.data["pid"]
        for name in self._entries:
            self._send(name, signal.SIGINT)
        for name, entry in self._entries.items():
            if entry.watcher is not None:
                entry.watcher.join(max(end - time.monotonic(), 0.0))
                if entry.watcher.is_alive():
                    self._send(name, signal.SIGKILL)
                    entry.watcher.join(1.0)
                    entry.watcher.kill()

    def _send(self, name: str, number: int) -> None:
        pid = self._entries[name].pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)  # honcho starts every process in a session of its own

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                event = self._events.get(timeout=0.05)
                if event.type == "line":
                    self._printer.write(event)

    def _say(self, text: str) -> None:
        self._printer.write(Message("line", f"{text}\n", datetime.datetime.now(), "emgsim", None))
