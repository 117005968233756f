"""The graph's health as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.table import Table

PREFIX = "emgsim: "
LEVELS = ("ok", "warning", "error", "stale")
COLOURS = {"ok": "green", "warning": "yellow", "error": "red", "stale": "magenta"}
SILENT_AFTER = 3.0  # s without a report
LEFT_OUT = ("faults", "last fault")


@dataclass(frozen=True)
class NodeReport:
    """What a node said last, and when.

    Attributes:
        level: One of :data:`LEVELS`, by number.
        message: In words.
        values: Numbers by name, as texts.
        heard: Wall-clock time, s.
    """

    level: int
    message: str
    values: Mapping[str, str]
    heard: float


class GraphTable:
    """Keeps the latest report of every node and draws them."""

    def __init__(self) -> None:
        self._reports: dict[str, NodeReport] = {}

    def take(self, name: str, report: NodeReport) -> None:
        """A node's report; of other programs' diagnostics nothing is kept."""
        if name.startswith(PREFIX):
            self._reports[name.removeprefix(PREFIX)] = report

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names of the nodes heard of."""
        return tuple(sorted(self._reports))

    def draw(self, now: float) -> Table:
        """The table at wall-clock time ``now`` (s)."""
        table = Table(title="emgsim", caption="no node heard of yet" if not self._reports else None, expand=True)
        table.add_column("node", no_wrap=True)
        table.add_column("state", no_wrap=True)
        table.add_column("what it reports", ratio=1)
        for name in self.nodes:
            report = self._reports[name]
            silent = now - report.heard
            level = "silent" if silent > SILENT_AFTER else LEVELS[min(report.level, len(LEVELS) - 1)]
            colour = COLOURS.get(level, "red")
            state = f"[{colour}]{level}[/]" + (f" for {silent:.0f} s" if level == "silent" else "")
            table.add_row(name, state, _told(report))
        return table


def _told(report: NodeReport) -> str:
    numbers = "  ".join(f"{key} [bold]{value}[/]" for key, value in report.values.items() if key not in LEFT_OUT)
    faults = report.values.get("faults", "0")
    told = numbers if faults == "0" else f"{numbers}  faults [bold]{faults}[/]"
    return told if report.level == 0 else f"[yellow]{report.message}[/]\n{told}"
