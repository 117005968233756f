"""CPU time of the stages of a simulation, measured in one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

OTHER = "everything else"


class Stages:
    """Adds up the CPU time that functions take, each without the measured functions that it calls.

    Args:
        functions: For each stage, the owners (classes or modules) and names of its functions.
    """

    def __init__(self, functions: Mapping[str, list[tuple[Any, str]]]) -> None:
        self._functions = functions
        self.seconds = dict.fromkeys([*functions, OTHER], 0.0)
        self._running = [OTHER]
        self._since = 0.0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure what is done within the context."""
        originals = [(owner, name, getattr(owner, name)) for pairs in self._functions.values() for owner, name in pairs]
        for stage, pairs in self._functions.items():
            for owner, name in pairs:
                setattr(owner, name, self._timed(stage, getattr(owner, name)))
        self._since = time.process_time()
        try:
            yield
        finally:
            self._switch()
            for owner, name, original in originals:
                setattr(owner, name, original)

    def rows(self, simulated: float) -> Iterator[str]:
        """Return the rows of a Markdown table: stage, CPU seconds per simulated second, and share."""
        total = sum(self.seconds.values())
        for stage, seconds in self.seconds.items():
            yield f"| {stage} | {seconds / simulated:.4f} | {seconds / total:.0%} |"
        yield f"| **together** | {total / simulated:.4f} | {simulated / total:.1f} x real time |"

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._switch()
            self._running.append(stage)
            try:
                return function(*arguments, **named)
            finally:
                self._switch()
                self._running.pop()

        return timed

    def _switch(self) -> None:
        """Count the time since the last call for the stage that runs."""
        now = time.process_time()
        self.seconds[self._running[-1]] += now - self._since
        self._since = now
